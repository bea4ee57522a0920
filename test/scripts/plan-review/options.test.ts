import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { main } from "../../../scripts/plan-review";
import { captureIo } from "../../support/captured-io";
import { planBetween, type Resources } from "../../support/terraform-plan";

const folder = mkdtempSync(join(tmpdir(), "plan-review-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

function saved(name: string, value: unknown): string {
  const path = join(folder, name);
  writeFileSync(path, typeof value === "string" ? value : JSON.stringify(value));
  return path;
}

async function run(...argv: string[]) {
  const io = captureIo();
  const status = await main(argv, {}, io);
  return { status, ...io.written() };
}

const url = (authorization_type: string): Resources => ({
  "aws_lambda_function_url.u": { function_name: "f", authorization_type },
});
const opened = saved("opened.json", planBetween(url("AWS_IAM"), url("NONE")));
const unknown = saved("unknown.json", planBetween({ "aws_x.y": { a: 1 } }, { "aws_x.y": { a: 2 } }));
const harmless = saved(
  "harmless.json",
  planBetween({ "aws_sns_topic.t": { display_name: "a" } }, { "aws_sns_topic.t": { display_name: "b" } }),
);
const strange = saved(
  "strange.json",
  planBetween({ "aws_x.y": { to: "" } }, { "aws_x.y": { to: "arn:aws:sns:us-east-1:999999999999:t" } }),
);
const OPENED =
  "function URL `f`: anyone can call it without a signature (`authorization_type` `AWS_IAM` → `NONE`)";

test.each([
  { argv: [opened, "--fail-on", "care"], status: 3 },
  { argv: [opened, "--fail-on", "not-judged"], status: 3 },
  { argv: [unknown, "--fail-on", "care"], status: 0 },
  { argv: [unknown, "--fail-on", "not-judged"], status: 3 },
  { argv: [harmless, "--fail-on", "not-judged"], status: 0 },
  { argv: [opened], status: 0 },
])("$argv.1 $argv.2: status $status", async ({ argv, status }) => {
  expect((await run(...argv)).status).toBe(status);
});

test("an account that is one's own is no stranger", async () => {
  expect((await run(strange)).out).toContain(
    "account `999999999999` appears in `aws_x.y` (`to`); the plan does not say whether the stack is in it",
  );
  expect((await run(strange, "--own-account", "999999999999")).out).not.toContain("999999999999` appears");
  expect((await run(strange, "--own-account", "888888888888")).out).toContain("999999999999` appears");
});

describe("accepted findings", () => {
  const accepting = (finding: string, until: string) =>
    saved(`accepted-${until}-${finding.length}.json`, [{ finding, reason: "only for a test", until }]);

  test("count no more, and are listed with their reason", async () => {
    const { status, out } = await run(
      opened,
      "--accepted",
      accepting(OPENED, "2999-12-31"),
      "--fail-on",
      "care",
    );
    expect(status).toBe(0);
    expect(out).toMatch(/^## Plan review: changes · ~1$/m);
    expect(out).toContain(`- ${OPENED}: \`only for a test\`, until \`2999-12-31\``);
  });

  test("count again when they have expired", async () => {
    const { status } = await run(opened, "--accepted", accepting(OPENED, "2020-01-01"), "--fail-on", "care");
    expect(status).toBe(3);
  });

  test("are accepted as a whole, and nothing beside them", async () => {
    const { status } = await run(
      opened,
      "--accepted",
      accepting("function URL `f`", "2999-12-31"),
      "--fail-on",
      "care",
    );
    expect(status).toBe(3);
  });

  test.each([
    ["no JSON", "{", "got no list"],
    ["no list", {}, "got no list"],
    ["no reason", [{ finding: "a", until: "2999-12-31" }], "got an item 1 that is not complete"],
    ["no day", [{ finding: "a", reason: "b", until: "soon" }], "got an item 1 that is not complete"],
  ])("%s is refused", async (name, content, message) => {
    await expect(run(opened, "--accepted", saved(`${name}.json`, content))).rejects.toThrow(message);
  });
});

test("SARIF has each finding and what is not judged", async () => {
  const { out } = await run(opened, "--sarif");
  const { version, runs } = JSON.parse(out);
  expect(version).toBe("2.1.0");
  expect(runs[0].results).toEqual([
    expect.objectContaining({ ruleId: "setting-changed", level: "warning", message: { text: OPENED } }),
  ]);
  expect(runs[0].tool.driver.rules).toEqual([{ id: "setting-changed" }]);
  const other = JSON.parse((await run(unknown, "--sarif")).out);
  expect(other.runs[0].results[0]).toMatchObject({ ruleId: "not-judged", level: "note" });
});

test.each([
  [["--fail-on", "anything"], "expected care or not-judged"],
  [["--own-account", "12"], "expected 12 digits"],
  [["--json", "--sarif"], "expected one of them at most"],
])("%j is refused", async (argv, message) => {
  await expect(run(opened, ...argv)).rejects.toThrow(message);
});
