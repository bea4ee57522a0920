import { join } from "node:path";
import { parseArgs } from "node:util";
import { UserError } from "#modules/project";
import { makeFolder } from "#modules/write-file";
import { runCommand, withHelp } from "./cli/command";
import { updateFile } from "./cli/update-file";
import { parsePlan, readPlan } from "./plan/read-plan";
import { redactPlans } from "./plan/secrets";
import { readAccepted } from "./plan-review/accepted";
import { makePlan } from "./plan-review/make-plan";
import { readOrigin } from "./plan-review/origin";
import { reviewPlan } from "./plan-review/review";
import { chosenStack, targetStack } from "./stage/stack-name";
import type { Value } from "./terraform/value";
import { escapeControls } from "./text/printable";

const USAGE = `usage: plan-review.ts [PLAN | --stage NAME] [--base PLAN] [--out FILE]
                      [--json | --sarif] [--fail-on LEVEL]
                      [--accepted FILE] [--own-account ID]...
       plan-review.ts PLAN [--base PLAN] --redact FOLDER

Reviews a Terraform plan of an API, as Markdown for a pull request: who can call
what before and after, who gains or loses a permission, which resources with
data are replaced or destroyed, which changes would not go live, and the limits.
Secrets are left out.

  PLAN             the plan, as 'terraform show -json' prints it (default: plans
                   the stage)
  --stage NAME     the stage (default STAGE, or dev), as it was synthesized
  --base PLAN      the plan of the branch that the change is merged into, in the
                   same form; what that branch already changes is listed apart
  --out FILE       the file to write the review to (default stdout)
  --json           the findings as JSON (docs/plan-review-json.md), not Markdown
  --sarif          the findings as SARIF 2.1.0
  --fail-on LEVEL  exit with status 3 if the change needs care ('care'), or also
                   if no rule judges a part of it ('not-judged')
  --fail-on-care   the same as --fail-on care
  --accepted FILE  findings that do not count until they expire, as JSON:
                   [{"finding": "…", "reason": "…", "until": "2026-12-31"}]
  --own-account ID an account that you trust, in addition to the stack's
  --redact FOLDER  writes the plans without secrets to FOLDER/plan.json and
                   FOLDER/base.json, and no review: another job, without
                   credentials, then comes to the same review
  REVIEW_COMMIT    the commit that is reviewed, which the first line names
  REVIEW_RUN       the id of the workflow run, which the first line names

  make plan-review STAGE=dev
`;

/** The exit status for a change that needs care. */
const NEEDS_CARE = 3;

/** Reviews a plan, or makes one and reviews it. */
export const main = withHelp(USAGE, async (argv, env, io) => {
  const { positionals, values } = parseArgs({
    args: [...argv],
    allowPositionals: true,
    options: {
      stage: { type: "string" },
      base: { type: "string" },
      out: { type: "string" },
      json: { type: "boolean" },
      sarif: { type: "boolean" },
      "fail-on": { type: "string" },
      accepted: { type: "string" },
      redact: { type: "string" },
      "own-account": { type: "string", multiple: true },
      "fail-on-care": { type: "boolean" },
    },
  });
  const [path, ...others] = positionals;
  if (others.length > 0) throw new UserError(`got ${positionals.length} plans, expected one at most`);
  const level = failLevel(values["fail-on"] ?? (values["fail-on-care"] ? "care" : undefined));
  const ownAccounts = (values["own-account"] ?? []).map(accountId);
  const origin = readOrigin(env);
  const accepted = values.accepted === undefined ? [] : readAccepted(values.accepted);
  if (values.json && values.sarif)
    throw new UserError("got --json and --sarif, expected one of them at most");
  const base = values.base === undefined ? undefined : readPlan(values.base);
  const plan =
    path === undefined
      ? parsePlan(await makePlan(stackFor(values.stage, env), env, io), "the plan that was made")
      : readPlan(path);
  if (values.redact !== undefined) {
    writeRedacted(values.redact, base === undefined ? [plan] : [plan, base]);
    return 0;
  }
  const { markdown, json, sarif, needsCare, hasNotJudged } = reviewPlan(plan, base, {
    ownAccounts,
    accepted,
    origin,
  });
  const review = values.json ? json : values.sarif ? sarif : markdown;
  if (values.out === undefined) io.out.write(review);
  else updateFile(values.out, () => review);
  const isFailing = (level !== undefined && needsCare) || (level === "not-judged" && hasNotJudged);
  return isFailing ? NEEDS_CARE : 0;
});

/** Writes the plans without secrets. Both at once, so that what is equal in them has the same stand-in. */
function writeRedacted(folder: string, plans: readonly Value[]): void {
  makeFolder(folder);
  for (const [index, plan] of redactPlans(plans).entries()) {
    updateFile(join(folder, REDACTED[index] ?? ""), () => JSON.stringify(plan));
  }
}

const REDACTED = ["plan.json", "base.json"];

function failLevel(level: string | undefined): string | undefined {
  if (level === undefined || level === "care" || level === "not-judged") return level;
  throw new UserError(`got --fail-on ${escapeControls(level)}, expected care or not-judged`);
}

function accountId(text: string): string {
  if (/^\d{12}$/.test(text)) return text;
  throw new UserError(`got --own-account ${escapeControls(text)}, expected 12 digits`);
}

function stackFor(stage: string | undefined, env: NodeJS.ProcessEnv): string {
  return stage === undefined ? targetStack(env) : chosenStack(stage, env);
}

if (require.main === module) void runCommand(main);
