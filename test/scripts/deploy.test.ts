import { chmodSync, mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { runScript } from "../support/run-script";
import { temporaryFolder } from "../support/temporary-folder";

const folder = temporaryFolder();

/** A folder for the PATH with a `terraform` that says it is of this version. */
function terraform(version: string): string {
  const bin = join(folder, version);
  mkdirSync(bin);
  writeFileSync(join(bin, "terraform"), `#!/bin/sh\necho '{"terraform_version": "${version}"}'\n`);
  chmodSync(join(bin, "terraform"), 0o755);
  return bin;
}

const INSTALL =
  "expected Terraform 1.10 or newer; install it from https://developer.hashicorp.com/terraform/install";

test.each<[string, string[], Record<string, string>, string]>([
  [
    "an unknown stage, whose name would command the terminal,",
    ["deploy"],
    { STAGE: "\u001b[2J" },
    "STAGE: got '\\u001b[2J', expected one of dev, prod",
  ],
  ["an unknown verb", ["apply"], {}, "got 'apply', expected one of"],
  ["an unknown flag", ["deploy", "--force"], {}, "Unknown option '--force'"],
  ["no Terraform", ["deploy"], { PATH: join(folder, "empty") }, `no 'terraform' on the PATH: ${INSTALL}`],
  ["too old a Terraform", ["plan"], { PATH: terraform("1.9.8") }, `got Terraform 1.9.8: ${INSTALL}`],
  [
    "no credentials",
    ["destroy"],
    { PATH: terraform("1.10.0"), AWS_EC2_METADATA_DISABLED: "true", HOME: folder },
    "no AWS credentials (Could not load credentials from any providers): set AWS_PROFILE",
  ],
])("%s ends a deployment before it begins: one line, status 2", async (_name, args, env, message) => {
  const { status, out, err } = await runScript(["scripts/deploy.ts", ...args], env);
  expect(err).toContain(message);
  expect(err.trimEnd().split("\n")).toHaveLength(1);
  expect([status, out]).toEqual([2, ""]);
});

test("--help says what there is, whatever else is asked", async () => {
  const { status, out } = await runScript(["scripts/deploy.ts", "--force", "--help"]);
  expect([status, out]).toEqual([0, expect.stringContaining("usage: deploy.ts deploy | plan | destroy")]);
});
