import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { UserError } from "#modules/project";
import { parsePlan, readPlan } from "#plan/read-plan";
import { temporaryFolder } from "../../support/temporary-folder";
import { planBetween } from "../../support/terraform-plan";

const folder = temporaryFolder();
const KEY = "Kx7pQ2mZ9vT4wB8nR5jL1cF6";
const PLAN = JSON.stringify(planBetween({ "aws_api_gateway_api_key.k": { value: KEY } }, {}));

/** What a refusal says; it is one line, and shows no part of the file. */
function refusalOf(step: () => unknown): string {
  try {
    step();
  } catch (error) {
    if (!(error instanceof UserError)) throw error;
    expect(error.message).not.toMatch(/[\r\n]/);
    expect(error.message).not.toContain(KEY);
    return error.message;
  }
  throw new Error("it was not refused");
}

test.each([
  { name: "as Terraform prints it", text: PLAN },
  { name: "with a byte order mark", text: `\uFEFF${PLAN}` },
  { name: "of a later minor version", text: PLAN.replace('"1.2"', '"1.99"') },
])("a plan is read: $name", ({ text }) => {
  expect(parsePlan(text, "plan.json")).toMatchObject({ planned_values: {} });
});

const EXPECTED = "expected what 'terraform show -json PLAN' prints";

test.each([
  {
    name: "a truncated one",
    text: PLAN.slice(0, -100),
    says: `plan.json: got ${PLAN.length - 100} characters that are not JSON as a whole, ${EXPECTED}; was it cut off?`,
  },
  { name: "an empty one", text: "", says: "plan.json: got 0 characters that are not JSON" },
  { name: "text that is not JSON", text: `${KEY} is no JSON`, says: "that are not JSON as a whole" },
  {
    name: "Terraform's own form",
    text: "PK\u0003\u0004",
    says: "plan.json: got Terraform's own form of a plan",
  },
  { name: "JSON of something else", text: "[1]", says: "plan.json: got JSON without a format version" },
  {
    name: "a secret for a version",
    text: `{"format_version":"${KEY}"}`,
    says: "got JSON without a format version",
  },
  { name: "a number for a version", text: '{"format_version":1}', says: "got JSON without a format version" },
  {
    name: "another format version",
    text: PLAN.replace('"1.2"', '"2.0"'),
    says: "plan.json: got format version 2.0, expected 1.x",
  },
  { name: "an older format version", text: PLAN.replace('"1.2"', '"0.1"'), says: "got format version 0.1" },
  { name: "a state", text: '{"format_version":"1.0","values":{}}', says: "plan.json: got a state" },
  { name: "an empty state", text: '{"format_version":"1.0"}', says: "got JSON that is not a plan's" },
  {
    name: "JSON that is nested without end",
    text: PLAN.replace('"prior_state"', `"x":${"[".repeat(100_000)}${"]".repeat(100_000)},"prior_state"`),
    says: "plan.json: got values within more than 200 others",
  },
])("a plan is refused in one line: $name", ({ text, says }) => {
  expect(refusalOf(() => parsePlan(text, "plan.json"))).toContain(says);
});

test("a file is read", () => {
  const path = join(folder, "plan.json");
  writeFileSync(path, PLAN);
  expect(readPlan(path)).toMatchObject({ format_version: "1.2" });
});

test("a file that is not there is refused, by a name that stays one line", () => {
  expect(refusalOf(() => readPlan(join(folder, "no\nplan.json")))).toContain(
    "no\\u000aplan.json (ENOENT): expected what",
  );
});

test("a folder is refused", () => {
  mkdirSync(join(folder, "folder"));
  expect(refusalOf(() => readPlan(join(folder, "folder")))).toContain("(EISDIR)");
});
