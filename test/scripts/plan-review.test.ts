import { spawnSync } from "node:child_process";
import { existsSync, mkdirSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { UserError } from "#modules/project";
import { stackId } from "#modules/settings";
import { main } from "#plan-review";
import { PROJECT_ROOT } from "#self/repository";
import { captureIo } from "../support/captured-io";
import { runScript } from "../support/run-script";
import { temporaryFolder } from "../support/temporary-folder";
import { anApi, planBetween, REDEPLOYED } from "../support/terraform-plan";

const folder = temporaryFolder();
const STACK = stackId("dev");

function planFile(name: string, plan: unknown): string {
  const path = join(folder, name);
  writeFileSync(path, typeof plan === "string" ? plan : JSON.stringify(plan));
  return path;
}

const signed = anApi(["GET /a AWS_IAM"]);
const same = planFile("same.json", planBetween(signed, signed));
const opened = planFile("opened.json", planBetween(signed, anApi(["GET /a"], "2"), REDEPLOYED));

async function review(...argv: string[]) {
  const io = captureIo();
  const status = await main(argv, {}, io);
  return { status, ...io.written() };
}

test.each([
  {
    name: "a change that needs care",
    argv: [opened],
    status: 0,
    verdict: "## Plan review: **needs care: 1** · ~2 ±1",
  },
  {
    name: "one that needs care, if that must fail",
    argv: [opened, "--fail-on-care"],
    status: 3,
    verdict: "## Plan review: **needs care: 1** · ~2 ±1",
  },
  {
    name: "none, if care must fail",
    argv: [same, "--fail-on-care"],
    status: 0,
    verdict: "## Plan review: nothing changes",
  },
  {
    name: "one that the base makes too",
    argv: [opened, "--base", opened, "--fail-on-care"],
    status: 3,
    verdict: "## Plan review: **needs care: 1** · ~2 ±1",
  },
])("of $name, the exit status is $status", async ({ argv, status, verdict }) => {
  const written = await review(...argv);
  expect(written).toMatchObject({ status, err: "" });
  expect(written.out.split("\n")[0]).toBe(verdict);
});

test("the review goes into a file, and takes the place of an earlier one", async () => {
  const out = join(folder, "review.md");
  writeFileSync(out, "an earlier review, which was longer".repeat(1_000));
  expect(await review(opened, "--out", out, "--fail-on-care")).toEqual({ status: 3, out: "", err: "" });
  expect(readFileSync(out, "utf8")).toBe((await review(opened)).out);
});

test("as JSON, it is for other programs; the exit status is the same", async () => {
  const { status, out, err } = await review(opened, "--json", "--fail-on-care");
  expect({ status, err }).toEqual({ status: 3, err: "" });
  expect(JSON.parse(out)).toMatchObject({
    schemaVersion: 1,
    verdict: "needs care",
    findings: [{ kind: "gate-lost", route: { method: "GET", path: "/a" } }],
  });
  const file = join(folder, "review.json");
  expect(await review(opened, "--json", "--out", file)).toEqual({ status: 0, out: "", err: "" });
  expect(readFileSync(file, "utf8")).toBe(out);
});

test("a refused plan leaves the file as it was", async () => {
  const out = join(folder, "kept.md");
  await expect(review(planFile("truncated.json", '{"format_version"'), "--out", out)).rejects.toThrow(
    UserError,
  );
  expect(existsSync(out)).toBe(false);
});

test.each([
  { name: "two plans", argv: [same, opened], says: "got 2 plans, expected one at most" },
  {
    name: "a base that is no plan",
    argv: [same, "--base", planFile("state.json", '{"format_version":"1.0","values":{}}')],
    says: "got a state",
  },
  { name: "a stage that is not declared", argv: ["--stage", "prd"], says: "STAGE: got 'prd'" },
])("$name: refused", async ({ argv, says }) => {
  await expect(review(...argv)).rejects.toThrow(says);
});

test("without a plan, the stage has to be synthesized", async () => {
  const io = captureIo();
  const env = {
    PATH: process.env.PATH,
    CDKTF_OUTDIR: join(folder, "none"),
    TERRAFORM_BINARY_NAME: terraform("exit 1"),
  };
  await expect(main([], env, io)).rejects.toThrow(`none/stacks/${STACK}: run 'make synth' first`);
});

/** A program in Terraform's place, which answers its version; what else it does is told. */
function terraform(script: string): string {
  const path = join(folder, `terraform-${script.replaceAll(/[^a-z]/g, "")}`);
  const version = `if [ "$1" = version ]; then echo '{"terraform_version": "1.11.4"}'; exit; fi`;
  writeFileSync(path, `#!/bin/sh\n${version}\n${script}\n`, { mode: 0o755 });
  return path;
}

test("without a plan, Terraform makes one; what it says beside is reported, without a key", async () => {
  const CDKTF_OUTDIR = join(folder, "out");
  mkdirSync(join(CDKTF_OUTDIR, "stacks", STACK), { recursive: true });
  const says = 'echo "$@" >>called; [ "$1" = plan ] && echo \'  value = "a-secret-key" -> null\' >&2';
  const shows = `[ "$1" = show ] && cat '${opened}'; exit 0`;
  const io = captureIo();
  const env = { PATH: process.env.PATH, CDKTF_OUTDIR, TERRAFORM_BINARY_NAME: terraform(`${says}\n${shows}`) };
  expect(await main(["--fail-on-care"], env, io)).toBe(3);
  expect(io.written().err).toBe("  value = (sensitive value) -> null\n");
  expect(readFileSync(join(CDKTF_OUTDIR, "stacks", STACK, "called"), "utf8")).toBe(
    "init -input=false -no-color\nplan -input=false -no-color -out=plan.tfplan\nshow -json plan.tfplan\n",
  );
  // Terraform writes the plan, which holds what the state holds, for all to read.
  expect(statSync(join(CDKTF_OUTDIR, "stacks", STACK)).mode & 0o777).toBe(0o700);
});

test("a plan that Terraform cannot make is refused", async () => {
  const CDKTF_OUTDIR = join(folder, "failing");
  mkdirSync(join(CDKTF_OUTDIR, "stacks", STACK), { recursive: true });
  const env = { PATH: process.env.PATH, CDKTF_OUTDIR, TERRAFORM_BINARY_NAME: terraform("exit 7") };
  await expect(main([], env, captureIo())).rejects.toThrow("'terraform init' ended with status 7; see above");
});

test("as people run it: a refusal is one line and status 2, help shows what there is", async () => {
  const key = "Kx7pQ2mZ9vT4wB8nR5jL1cF6";
  const cut = planFile(
    "cut.json",
    JSON.stringify(planBetween({ "aws_api_gateway_api_key.k": { value: key } }, {})).slice(0, -9),
  );
  const refused = await runScript(["scripts/plan-review.ts", cut]);
  expect(refused).toMatchObject({ status: 2, out: "" });
  expect(refused.err).toMatch(/^[^\n]*are not JSON as a whole[^\n]*\n$/);
  expect(refused.err).not.toContain(key);
  expect(await runScript(["scripts/plan-review.ts", "--help"])).toMatchObject({ status: 0, err: "" });
  expect(await runScript(["scripts/plan-review.ts", "--bse"])).toMatchObject({
    status: 2,
    err: "Unknown option '--bse' (--help lists the options)\n",
  });
});

test.each([
  {
    name: "a saved plan is reviewed as it is",
    settings: ["PLAN_JSON=a.json"],
    commands: ["scripts/plan-review.ts --arguments-from=ARGS -- a.json"],
  },
  {
    name: "and beside that of the base",
    settings: ["PLAN_JSON=a.json", "BASE_JSON=b.json", "ARGS=--fail-on-care"],
    commands: ["scripts/plan-review.ts --base=b.json --arguments-from=ARGS -- a.json"],
  },
  {
    name: "without one, what is synthesized now is planned",
    settings: [],
    commands: ["main.ts", "scripts/plan-review.ts --arguments-from=ARGS --"],
  },
])("by make, $name", ({ settings, commands }) => {
  const { stdout } = spawnSync("make", ["-o", "node_modules", "TS=echo", "plan-review", ...settings], {
    cwd: PROJECT_ROOT,
    // Not as a part of the make that runs this test.
    env: { PATH: process.env.PATH },
    encoding: "utf8",
  });
  expect(stdout.split("\n").map((line) => line.trim())).toEqual([...commands, ""]);
});

test("a plan of 50 MB has a review", async () => {
  const large = Object.fromEntries(
    Array.from({ length: 500 }, (_, index) => [
      `aws_s3_object.o${index}`,
      { key: "k", content: "x<|`".repeat(13_000) },
    ]),
  );
  const path = planFile(
    "large.json",
    planBetween(signed, { ...anApi(["GET /a"], "2"), ...large }, REDEPLOYED),
  );
  expect(readFileSync(path).length).toBeGreaterThan(50_000_000);
  const { status, out } = await review(path, "--fail-on-care");
  expect(status).toBe(3);
  expect(out.length).toBeLessThanOrEqual(60_000);
  expect(out).toContain("- `GET /a` loses its signature (`AWS_IAM` → `NONE`) and becomes public\n");
});

test("the first line names the commit and the run, and refuses what is neither", async () => {
  const env = { REVIEW_COMMIT: "0123456789abcdef0123456789abcdef01234567", REVIEW_RUN: "16000000001" };
  const io = captureIo();
  await main([same], env, io);
  expect(io.written().out.split("\n")[0]).toBe(
    "## Plan review: nothing changes · commit `0123456` · run 16000000001",
  );
  await expect(main([same], { REVIEW_COMMIT: "main" }, captureIo())).rejects.toThrow(
    new UserError("REVIEW_COMMIT: got 'main', expected a commit of 40 hex digits"),
  );
});

describe("plans without secrets", () => {
  const keyed = (value: string) => ({
    ...signed,
    "aws_api_gateway_api_key.demo": { id: "k", name: "demo", value },
    "aws_lambda_function.f": { function_name: "f", environment: [{ variables: { TOKEN: `t-${value}` } }] },
  });
  const [first, second] = ["first-secret-of-twenty", "other-secret-of-twenty"];
  const secret = planFile("secret.json", planBetween(keyed(first), keyed(second)));
  const target = planFile("target.json", planBetween(keyed(first), keyed(first)));

  test("are written without the review, and lead to the same one", async () => {
    const out = join(folder, "redacted");
    expect(await review(secret, "--base", target, "--redact", out)).toEqual({ status: 0, out: "", err: "" });
    const [plan, base] = ["plan.json", "base.json"].map((name) => join(out, name));
    const texts = [plan, base].map((path = "") => readFileSync(path, "utf8")).join("");
    expect(texts).toContain("(sensitive value 1)");
    for (const each of [first, second]) expect(texts).not.toContain(each);
    const whole = await review(secret, "--base", target);
    expect(whole.out).toContain("demo");
    expect(await review(plan ?? "", "--base", base ?? "")).toEqual(whole);
  });
});
