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
what before and after, who gains or loses a permission, what is replaced or
destroyed that holds data, what would not go live, and the limits. Secrets are
left out.

  PLAN             what 'terraform show -json' printed of the plan; without it,
                   the stage is planned
  --stage NAME     the stage (default STAGE, or dev), as it was synthesized
  --base PLAN      what was printed of the plan of the branch that the change
                   goes to; what that does already is told apart
  --out FILE       where the review goes (default stdout)
  --json           the findings as JSON (docs/plan-review-json.md), not Markdown
  --fail-on-care   exit status 3 where the change needs care

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
