import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { at, listAt } from "#plan/read-plan";
import { PROJECT_ROOT } from "#self/repository";
import { FIRST_DEPLOYMENT, PLAN_CASES, type PlanCase } from "../support/plan-cases";
import { reasonsIn, verdictIn } from "../support/review-text";
import { copyForDeployment, type DeployedCopy } from "./deployed-copy";

/**
 * Deploys `dev` with the real Terraform and AWS provider, changes the sources in one way after another, and reviews
 * what Terraform plans then. With RECORD_PLANS=1 the plans are kept in test/fixtures/plans.
 */
const STACK = "signed-inventory-dev";

jest.setTimeout(600_000);

let copy: DeployedCopy;
/** Of the deployed stage. */
let key = "";
let trigger = "";

beforeAll(async () => {
  copy = await copyForDeployment("123456789012");
});

afterAll(() => copy?.close());

/** Synthesizes, plans and reviews; keeps the plan where that was asked for. */
async function review(name: string, planArguments: readonly string[] = []) {
  await copy.make("synth");
  const ended = await copy.run(
    [
      process.execPath,
      "--require",
      "./scripts/cli/typescript.cjs",
      "scripts/plan-review.ts",
      "--fail-on-care",
    ],
    {
      TF_CLI_ARGS_plan: planArguments.join(" "),
    },
  );
  if (process.env.RECORD_PLANS === "1") {
    const shown = await copy.run([
      "terraform",
      `-chdir=cdktf.out/stacks/${STACK}`,
      "show",
      "-json",
      "plan.tfplan",
    ]);
    const path = join(PROJECT_ROOT, "test", "fixtures", "plans", `${name}.json.gz`);
    writeFileSync(path, gzipSync(shown.out, { level: 9 }));
  }
  return ended;
}

/** Makes a change, and compares its review with what it should be. */
async function check({ file, edits, planArguments, verdict, reasons, lines }: PlanCase): Promise<void> {
  const withTrigger = edits.map((edit) => ({ ...edit, to: edit.to.replace("DEPLOYED_TRIGGER", trigger) }));
  const { status, out, err } = await copy.withEdits(withTrigger, () => review(file, planArguments));
  expect({ verdict: verdictIn(out), reasons: reasonsIn(out), err }).toEqual({ verdict, reasons, err: "" });
  expect(status).toBe(verdict === "needs care" ? 3 : 0);
  expect(out.split("\n")).toEqual(expect.arrayContaining([...lines]));
  if (key) expect(out + err).not.toContain(key);
}

test("the first deployment: needs care", () => check(FIRST_DEPLOYMENT));

test("a stage deploys", async () => {
  await copy.make("deploy");
  const state = JSON.parse(readFileSync(join(copy.folder, ".state", `${STACK}.tfstate`), "utf8"));
  const attributes = (type: string) => {
    const resource = listAt(state, "resources").find((each) => at(each, "type") === type);
    return at(listAt(resource, "instances")[0], "attributes");
  };
  key = String(at(attributes("aws_api_gateway_api_key"), "value"));
  trigger = String(at(attributes("aws_api_gateway_deployment"), "triggers", "configuration"));
  expect(key.length).toBeGreaterThanOrEqual(20);
});

test.each(PLAN_CASES)("$name: $verdict", check);
