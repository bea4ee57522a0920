import { readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join, relative, resolve, sep } from "node:path";
import { unzipSync } from "fflate";
import { reproducibleZip } from "#modules/bundle/zip";
import { UserError } from "#modules/project";
import { makeFolder } from "#modules/write-file";
import { PLAN_FILE } from "#stage/installed-terraform";

/** What an apply needs beside what is uploaded (`assets/`): the plan, the configuration, the providers' versions. */
const CONFIGURATION = "cdk.tf.json";
const NEEDED = [PLAN_FILE, CONFIGURATION, ".terraform.lock.hcl"];

/** Packs a plan with all that is needed to apply it elsewhere. @param folder - where it was planned */
export function packPlan(folder: string): Uint8Array<ArrayBuffer> {
  // The providers themselves (.terraform/) are fetched again; a stack without Lambdas has no assets.
  const assets = readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => relative(folder, join(entry.parentPath, entry.name)))
    .filter((name) => name.startsWith(`assets${sep}`));
  const files = [...NEEDED, ...assets].map((name) => [name, readFileSync(join(folder, name))] as const);
  return new Uint8Array(reproducibleZip(new Map(files)));
}

/**
 * Unpacks a saved plan into an empty folder.
 * @param stack - the stack that it has to be for
 * @throws UserError where it is no saved plan, or another stack's
 */
export function unpackPlan(archive: Uint8Array, stack: string, folder: string): void {
  const files = unzip(archive);
  const missing = NEEDED.filter((name) => !files.has(name));
  if (missing.length > 0) {
    throw new UserError(`the saved plan has no ${missing.join(", ")}; expected one of 'make plan-save'`);
  }
  const planned = stackOf(files.get(CONFIGURATION) as Uint8Array);
  if (planned !== stack) {
    throw new UserError(`got a plan for ${planned}, expected one for ${stack}; STAGE says which to apply`);
  }
  rmSync(folder, { recursive: true, force: true });
  for (const [name, content] of files) {
    const path = resolve(folder, name);
    if (!path.startsWith(folder + sep))
      throw new UserError(`the saved plan has '${name}', outside its folder`);
    makeFolder(dirname(path));
    writeFileSync(path, content, { mode: 0o600 });
  }
}

function unzip(archive: Uint8Array): Map<string, Uint8Array> {
  try {
    return new Map(Object.entries(unzipSync(archive)));
  } catch (cause) {
    throw new UserError("the saved plan is no zip that can be read; expected one of 'make plan-save'", {
      cause,
    });
  }
}

/** The stack's id, which CDKTF notes in what it writes. */
function stackOf(configuration: Uint8Array): string {
  try {
    return String(JSON.parse(Buffer.from(configuration).toString())["//"]?.metadata?.stackName);
  } catch (cause) {
    throw new UserError(`the saved plan's ${CONFIGURATION} is no JSON; expected one of 'make plan-save'`, {
      cause,
    });
  }
}
