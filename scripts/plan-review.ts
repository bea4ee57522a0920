import { parseArgs } from "node:util";
import { UserError } from "#modules/project";
import { runCommand, withHelp } from "./cli/command";
import { updateFile } from "./cli/update-file";
import { parsePlan, readPlan } from "./plan/read-plan";
import { makePlan } from "./plan-review/make-plan";
import { reviewPlan } from "./plan-review/review";
import { chosenStack, targetStack } from "./stage/stack-name";

const USAGE = `usage: plan-review.ts [PLAN | --stage NAME] [--base PLAN] [--out FILE]
                      [--json] [--fail-on-care]

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
  --fail-on-care   exit with status 3 if the change needs care

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
      "fail-on-care": { type: "boolean" },
    },
  });
  const [path, ...others] = positionals;
  if (others.length > 0) throw new UserError(`got ${positionals.length} plans, expected one at most`);
  const base = values.base === undefined ? undefined : readPlan(values.base);
  const plan =
    path === undefined
      ? parsePlan(await makePlan(stackFor(values.stage, env), env, io), "the plan that was made")
      : readPlan(path);
  const { markdown, json, needsCare } = reviewPlan(plan, base);
  const review = values.json ? json : markdown;
  if (values.out === undefined) io.out.write(review);
  else updateFile(values.out, () => review);
  return needsCare && values["fail-on-care"] ? NEEDS_CARE : 0;
});

function stackFor(stage: string | undefined, env: NodeJS.ProcessEnv): string {
  return stage === undefined ? targetStack(env) : chosenStack(stage, env);
}

if (require.main === module) void runCommand(main);
