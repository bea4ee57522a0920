import { mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { zipSync } from "fflate";
import type { Command } from "#cli/command";
import { main as migrateState } from "#migrate-state";
import { UserError } from "#modules/project";
import { stackId } from "#modules/settings";
import { main as savedPlan } from "#saved-plan";
import { packPlan, unpackPlan } from "#saved-plan/archive";
import { captureIo } from "../support/captured-io";
import { runScript } from "../support/run-script";
import { temporaryFolder } from "../support/temporary-folder";

const folder = temporaryFolder();
const STACK = stackId("dev");
const CONFIGURATION = JSON.stringify({ "//": { metadata: { stackName: STACK } } });

const planned = join(folder, "planned");
const FILES = {
  "plan.tfplan": "a plan",
  "cdk.tf.json": CONFIGURATION,
  ".terraform.lock.hcl": "the providers' versions",
  "assets/get-index/1234/archive.zip": "code",
};
for (const [name, content] of Object.entries({ ...FILES, ".terraform/providers/aws": "a large file" })) {
  mkdirSync(join(planned, name, ".."), { recursive: true });
  writeFileSync(join(planned, name), content);
}

const zip = (files: Record<string, string>) =>
  zipSync(Object.fromEntries(Object.entries(files).map(([name, text]) => [name, Buffer.from(text)])));

describe("a saved plan", () => {
  test("has what an apply needs, and leaves nothing of an earlier one", () => {
    const target = join(folder, "target");
    mkdirSync(target);
    writeFileSync(join(target, "old.tf.json"), "{}");
    unpackPlan(packPlan(planned), STACK, target);
    const entries = readdirSync(target, { recursive: true, withFileTypes: true }).filter((each) =>
      each.isFile(),
    );
    const unpacked = entries.map((each) => {
      const path = join(each.parentPath, each.name);
      return [path.slice(target.length + 1), readFileSync(path, "utf8")];
    });
    expect(Object.fromEntries(unpacked)).toEqual(FILES);
  });

  test.each<[string, Uint8Array, RegExp]>([
    ["no zip", Buffer.from("a plan"), /^the saved plan is not a readable zip file/],
    ["an empty zip", zip({}), /^the saved plan has no plan\.tfplan, cdk\.tf\.json, \.terraform\.lock\.hcl;/],
    [
      "another stack's",
      zip({ ...FILES, "cdk.tf.json": CONFIGURATION.replace("dev", "prod") }),
      new RegExp(`^got a plan for ${stackId("prod")}, expected one for ${STACK};`),
    ],
    [
      "no configuration",
      zip({ ...FILES, "cdk.tf.json": "{" }),
      /^the saved plan's cdk\.tf\.json is not valid JSON/,
    ],
    [
      "a file outside",
      zip({ ...FILES, "../../elsewhere": "x" }),
      /^the saved plan has '\.\.\/\.\.\/elsewhere', a path outside its folder/,
    ],
  ])("is refused where it is %s", (_name, archive, message) => {
    const target = join(folder, "refused");
    expect(() => unpackPlan(archive, STACK, target)).toThrow(message);
  });
});

// Commands look for credentials in the environment of their process.
beforeAll(() => Object.assign(process.env, CREDENTIALS));

const CREDENTIALS = { AWS_ACCESS_KEY_ID: "AKIDEXAMPLE", AWS_SECRET_ACCESS_KEY: "not a secret" };

/** A `terraform` that says it is new enough, and does nothing. */
function terraform(): string {
  const bin = join(folder, "bin");
  mkdirSync(bin, { recursive: true });
  writeFileSync(join(bin, "terraform"), `#!/bin/sh\necho '{"terraform_version": "1.11.0"}'\n`, {
    mode: 0o755,
  });
  return `${bin}:${process.env.PATH}`;
}

test.each<[string, Command, string[], Record<string, string>, string]>([
  ["an unknown verb", savedPlan, ["deploy"], {}, "got 'deploy', expected save or apply"],
  ["an unknown stage", savedPlan, ["save"], { STAGE: "nope" }, "STAGE: got 'nope'"],
  ["no repository", savedPlan, ["save"], { STACK: "bootstrap" }, "GITHUB_REPOSITORY: got ''"],
  [
    "no saved plan",
    savedPlan,
    ["apply"],
    { PLAN: "nowhere.zip" },
    "no saved plan at nowhere.zip: run 'make plan-save' first",
  ],
  [
    "a place that is none",
    savedPlan,
    ["apply"],
    { PLAN: "s3://bucket" },
    "got 's3://bucket', expected s3://BUCKET/KEY",
  ],
  [
    "a place that is none, before anything is planned",
    savedPlan,
    ["save"],
    { PLAN: "s3://bucket" },
    "got 's3://bucket', expected s3://BUCKET/KEY",
  ],
  [
    "no answer from S3",
    savedPlan,
    ["apply"],
    { PLAN: "s3://bucket/key", AWS_ENDPOINT_URL: "http://127.0.0.1:2" },
    "cannot reach AWS (connect ECONNREFUSED 127.0.0.1:2): check the network",
  ],
  ["no bucket to move to", migrateState, [], {}, "TF_STATE_BUCKET: got nothing, expected the bucket"],
  [
    "no state to move",
    migrateState,
    [],
    { STAGE: "prod", TF_STATE_BUCKET: "bucket" },
    `stack '${stackId("prod")}' was not deployed from here`,
  ],
])("%s is refused in one line", async (_name, command, argv, env, message) => {
  const refused = await command(argv, { PATH: terraform(), ...env }, captureIo()).catch((error) => error);
  expect(refused).toBeInstanceOf(UserError);
  expect(refused.message).toContain(message);
  expect(refused.message).not.toContain("\n");
});

test("as people run it: a refusal is one line and status 2", async () => {
  const refused = await runScript(["scripts/saved-plan.ts", "save"], { ...CREDENTIALS, STAGE: "nope" });
  expect(refused).toMatchObject({ status: 2, out: "" });
  expect(refused.err).toMatch(/^STAGE: got 'nope'[^\n]*\n$/);
});
