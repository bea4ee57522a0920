import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { SnsTopic } from "@cdktf/provider-aws/lib/sns-topic";
import type { Construct } from "constructs";
import { type DeploymentSettings, ProjectStack, runApp } from "#kit/constructs";
import { targetStack } from "#stage/stack-name";
import { temporaryFolder } from "../support/temporary-folder";

/** Several stacks in one program, chosen by name: `make plan STACK=reports`. */

class Stage extends ProjectStack {
  constructor(scope: Construct, id: string, settings: DeploymentSettings) {
    super(scope, id, settings, { stage: settings.stageName });
    new SnsTopic(this, "topic", { name: `${id}-own` });
  }
}
class Reports extends Stage {}

const outdir = temporaryFolder();
const env = (STACK: string) => ({ STAGE: "dev", AWS_REGION: "us-east-1", STACK });
const stackOf = (name: string) => join(outdir, "stacks", name, "cdk.tf.json");

beforeAll(() => {
  process.env["CDKTF_OUTDIR"] = outdir;
});
afterAll(() => {
  delete process.env["CDKTF_OUTDIR"];
});
afterEach(() => {
  process.exitCode = undefined;
});

test("a named stack is synthesized alone, with a state and names of its own", () => {
  runApp(env("reports"), Stage, { reports: Reports });
  expect(targetStack(env("reports"))).toBe("signed-inventory-dev-reports");
  const { resource, terraform } = JSON.parse(readFileSync(stackOf("signed-inventory-dev-reports"), "utf8"));
  expect(resource.aws_sns_topic.topic.name).toBe("signed-inventory-dev-reports-own");
  expect(terraform.backend.local.path).toBe("../../../.state/signed-inventory-dev-reports.tfstate");
  expect(existsSync(stackOf("signed-inventory-dev"))).toBe(false);
});

test("without a name it is the stage's own", () => {
  runApp(env(""), Stage, { reports: Reports });
  expect(targetStack(env(""))).toBe("signed-inventory-dev");
  expect(existsSync(stackOf("signed-inventory-dev"))).toBe(true);
});

test.each(["other", "toString", "REPORTS"])("%s, which is not declared, is refused in one line", (name) => {
  const told = jest.spyOn(process.stderr, "write").mockReturnValue(true);
  runApp(env(name), Stage, { reports: Reports });
  expect(told.mock.calls.map(([line]) => line)).toEqual([
    expect.stringMatching(new RegExp(`^STACK: got '${name}', expected .*\\n$`)),
  ]);
  expect(process.exitCode).toBe(2);
  told.mockRestore();
});
