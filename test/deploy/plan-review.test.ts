import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { PROJECT_ROOT } from "../../modules/bundle";
import { at, listAt } from "../../scripts/plan-review/json";
import { PLAN_CASES } from "../support/plan-cases";
import { reasonsIn, verdictIn } from "../support/review-text";
import { copyForDeployment, type DeployedCopy } from "./deployed-copy";

/**
 * Deploys `dev` with the real Terraform and AWS provider, changes the sources in one way after another, and reviews
 * what Terraform plans then. With RECORD_PLANS=1 the plans are kept in test/fixtures/plans.
 */
const STACK = "signed-inventory-dev";

jest.setTimeout(600_000);

let copy: DeployedCopy;
let key: string;
let trigger: string;

beforeAll(async () => {
  copy = await copyForDeployment();
  await review("first-deployment");
  await copy.make("deploy");
  const state = JSON.parse(readFileSync(join(copy.folder, ".state", `${STACK}.tfstate`), "utf8"));
  const attributes = (type: string) =>
    at(
      listAt(
        listAt(state, "resources").find((each) => at(each, "type") === type),
        "instances",
      )[0],
      "attributes",
    );
  key = String(at(attributes("aws_api_gateway_api_key"), "value"));
  trigger = String(at(attributes("aws_api_gateway_deployment"), "triggers", "configuration"));
  expect(key.length).toBeGreaterThanOrEqual(20);
});

afterAll(() => copy?.close());

/** Synthesizes, plans and reviews; keeps the plan where that was asked for. */
async function review(name: string, planArguments: readonly string[] = []) {
  await copy.make("synth");
  const ended = await copy.run(
    [process.execPath, "--import", "tsx", "scripts/plan-review.ts", "--fail-on-care"],
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

test.each(PLAN_CASES)("$name: $verdict", async ({ file, edits, planArguments, verdict, reasons, lines }) => {
  const withTrigger = edits.map((edit) => ({ ...edit, to: edit.to.replace("DEPLOYED_TRIGGER", trigger) }));
  const { status, out, err } = await copy.withEdits(withTrigger, () => review(file, planArguments));
  expect({ verdict: verdictIn(out), reasons: reasonsIn(out), err }).toEqual({ verdict, reasons, err: "" });
  expect(status).toBe(verdict === "needs care" ? 3 : 0);
  expect(out.split("\n")).toEqual(expect.arrayContaining([...lines]));
  expect(out + err).not.toContain(key);
});
