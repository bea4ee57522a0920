import { readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join, relative, resolve, sep } from "node:path";
import { unzipSync } from "fflate";
import { reproducibleZip } from "#modules/bundle/zip";
import { UserError } from "#modules/project";
import { makeFolder } from "#modules/write-file";
import { PLAN_FILE } from "#stage/installed-terraform";

/** The files that an apply needs besides the uploads (`assets/`): the plan, the configuration, the provider versions. */
const CONFIGURATION = "cdk.tf.json";
const NEEDED = [PLAN_FILE, CONFIGURATION, ".terraform.lock.hcl"];

/** Packs a plan with everything that is needed to apply it elsewhere. @param folder - the folder that it was made in */
export function packPlan(folder: string): Uint8Array<ArrayBuffer> {
  // The providers themselves (.terraform/) are downloaded again. A stack without Lambda functions has no assets.
  const assets = readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => relative(folder, join(entry.parentPath, entry.name)))
    .filter((name) => name.startsWith(`assets${sep}`));
  const files = [...NEEDED, ...assets].map((name) => [name, readFileSync(join(folder, name))] as const);
  return new Uint8Array(reproducibleZip(new Map(files)));
}

/**
 * Unpacks a saved plan into an empty folder.
 * @param stack - the stack that the plan must be for
 * @throws UserError if it is not a saved plan, or the plan of another stack
 */
export function unpackPlan(archive: Uint8Array, stack: string, folder: string): void {
  const files = unzip(archive);
  const missing = NEEDED.filter((name) => !files.has(name));
  if (missing.length > 0) {
    throw new UserError(`the saved plan has no ${missing.join(", ")}; expected a plan of 'make plan-save'`);
  }
  const planned = stackOf(files.get(CONFIGURATION) as Uint8Array);
  if (planned !== stack) {
    throw new UserError(
      `got a plan for ${planned}, expected one for ${stack}; STAGE selects the stage to apply`,
    );
  }
  rmSync(folder, { recursive: true, force: true });
  for (const [name, content] of files) {
    const path = resolve(folder, name);
    if (!path.startsWith(folder + sep))
      throw new UserError(`the saved plan has '${name}', a path outside its folder`);
    makeFolder(dirname(path));
    writeFileSync(path, content, { mode: 0o600 });
  }
}

function unzip(archive: Uint8Array): Map<string, Uint8Array> {
  try {
    return new Map(Object.entries(unzipSync(archive)));
  } catch (cause) {
    throw new UserError("the saved plan is not a readable zip file; expected a plan of 'make plan-save'", {
      cause,
    });
  }
}

/** The id of the stack, which CDKTF writes into the configuration. */
function stackOf(configuration: Uint8Array): string {
  try {
    return String(JSON.parse(Buffer.from(configuration).toString())["//"]?.metadata?.stackName);
  } catch (cause) {
    throw new UserError(
      `the saved plan's ${CONFIGURATION} is not valid JSON; expected a plan of 'make plan-save'`,
      {
        cause,
      },
    );
  }
}
