import { createHash } from "node:crypto";
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { runProgram } from "#cli/run-program";
import { UserError } from "#modules/project";
import { PROJECT_ROOT } from "../repository";

/** A tag is the version of package.json, and the changelog says what changed with it. @throws UserError if not */
export function assertRelease(tag: string): void {
  const { version } = JSON.parse(readFileSync(join(PROJECT_ROOT, "package.json"), "utf8"));
  if (tag !== `v${version}`)
    throw new UserError(`TAG: got '${tag}', expected v${version}, the version of package.json`);
  const changelog = readFileSync(join(PROJECT_ROOT, "CHANGELOG.md"), "utf8");
  const heading = `## ${version}`;
  if (changelog.split("\n").some((line) => line === heading || line.startsWith(`${heading} `))) return;
  throw new UserError(`CHANGELOG.md: got no section '${heading}', expected one that says what changed`);
}

/**
 * Writes beside a tarball what it brings with it, as npm would install it today (CycloneDX), and checksums of both.
 * Source: https://docs.npmjs.com/cli/v11/commands/npm-sbom
 */
export async function describeRelease(
  out: string,
  folder: string,
  tarball: string,
  env: NodeJS.ProcessEnv,
): Promise<void> {
  const npm = async (...args: string[]): Promise<string> => {
    const run = await runProgram("npm", args, { cwd: folder, env });
    if (run.status !== 0) throw new UserError(`npm ${args[0]} failed: ${run.err.trim()}`);
    return run.out;
  };
  const production = ["--package-lock-only", "--omit=dev", "--omit=peer"];
  await npm("install", ...production, "--ignore-scripts", "--no-audit", "--no-fund");
  writeFileSync(join(out, SBOM), await npm("sbom", ...production, "--sbom-format=cyclonedx"));
  const sums = [tarball, SBOM].map((name) => `${sha256(join(out, name))}  ${name}\n`);
  writeFileSync(join(out, "SHA256SUMS"), sums.join(""));
}

// ---------------------------------------------------------------------------------------------------- internal

const SBOM = "sbom.cdx.json";

function sha256(path: string): string {
  return createHash("sha256").update(readFileSync(path)).digest("hex");
}
