import { spawnSync } from "node:child_process";
import { readFileSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { parse } from "yaml";
import { main as review } from "#plan-review";
import { main as bundle } from "#plan-review-bundle";
import { PROJECT_ROOT } from "#self/repository";
import { captureIo } from "../support/captured-io";
import { temporaryFolder } from "../support/temporary-folder";
import { anApi, planBetween, REDEPLOYED } from "../support/terraform-plan";

const folder = temporaryFolder();

test("one file reviews a plan as the command does, in a folder without packages", async () => {
  const file = join(folder, "plan-review.cjs");
  expect(await bundle(["--out", file], {}, captureIo())).toBe(0);
  expect(statSync(file).size).toBeLessThan(1_000_000);
  const plan = join(folder, "plan.json");
  writeFileSync(
    plan,
    JSON.stringify(planBetween(anApi(["GET /a AWS_IAM"]), anApi(["GET /a"], "2"), REDEPLOYED)),
  );
  const io = captureIo();
  expect(await review([plan, "--fail-on", "care"], {}, io)).toBe(3);
  const run = (...argv: string[]) =>
    spawnSync(process.execPath, [file, ...argv], { cwd: folder, encoding: "utf8", env: {} });
  expect(run(plan, "--fail-on", "care")).toMatchObject({ status: 3, stdout: io.written().out, stderr: "" });
  expect(run("missing.json")).toMatchObject({
    status: 2,
    stderr: expect.stringMatching(/^cannot read .+\n$/),
  });
});

test("the action hands its inputs over as data, and runs what is pinned", () => {
  const text = readFileSync(join(PROJECT_ROOT, ".github", "actions", "plan-review", "action.yml"), "utf8");
  const { inputs, runs } = parse(text);
  const steps: readonly { run?: string; uses?: string; env?: Record<string, string> }[] = runs.steps;
  expect(Object.keys(inputs)).toEqual(["plan", "base", "out", "fail-on"]);
  for (const { run = "", uses } of steps) {
    expect(run).not.toContain("${{");
    if (uses) expect(uses).toMatch(/@[0-9a-f]{40}$/);
  }
  const used = steps.flatMap(({ env = {} }) => Object.values(env)).join();
  for (const input of Object.keys(inputs)) expect(used).toContain(`inputs.${input}`);
});
