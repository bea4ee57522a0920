import { execFile } from "node:child_process";
import { existsSync } from "node:fs";
import { delimiter, join } from "node:path";
import { promisify } from "node:util";
import { UserError } from "#modules/project";
import { PROJECT_ROOT } from "#self/repository";

/** A program that runs handlers: Node, or Python with boto3. */
export interface Interpreter {
  readonly path: string;
  /** Its name in results: `v24.21.0`. */
  readonly version: string;
}

/**
 * Finds the Node of a Lambda runtime: this process's own, one on the PATH, or one from npm for Linux, which is
 * installed for this purpose (190 MB, in `bench/node_modules`).
 *
 * @param runtime - the Lambda runtime, such as `nodejs24.x`
 * @param onProgress - called if Node is installed
 * @throws UserError if there is none
 */
export async function findLambdaNode(
  runtime: string,
  env: NodeJS.ProcessEnv,
  onProgress: (what: string) => void,
): Promise<Interpreter> {
  const major = runtime.replace(/\D/g, "");
  const onPath = (env.PATH ?? "")
    .split(delimiter)
    .flatMap((folder) => [join(folder, `node${major}`), join(folder, "node")]);
  for (const path of [process.execPath, INSTALLED, ...onPath]) {
    const node = await versionOf(path);
    if (node?.version.startsWith(`v${major}.`)) return node;
  }
  onProgress(`installing Node ${major}`);
  await run("npm", ["ci", "--prefix", FOLDER, "--ignore-scripts", "--no-audit", "--no-fund"], { env });
  const node = await versionOf(INSTALLED);
  if (node?.version.startsWith(`v${major}.`)) return node;
  throw new UserError(
    `no Node ${major} found, the version of ${runtime}: put it on the PATH, as node or node${major}`,
  );
}

/** Finds a Python that has boto3; undefined if there is no such Python. */
export async function findPython(env: NodeJS.ProcessEnv): Promise<Interpreter | undefined> {
  const script =
    "import boto3, platform, sys; print(sys.executable, platform.python_version(), boto3.__version__)";
  const found = await run("python3", ["-c", script], { env }).catch(() => undefined);
  const [path, version, boto3] = found?.stdout.trim().split(" ") ?? [];
  return path === undefined ? undefined : { path, version: `Python ${version}, boto3 ${boto3}` };
}

// ---------------------------------------------------------------------------------------------------- internal

const run = promisify(execFile);

const FOLDER = join(PROJECT_ROOT, "bench");
const INSTALLED = join(FOLDER, "node_modules", `node-${process.platform}-${process.arch}`, "bin", "node");

async function versionOf(path: string): Promise<Interpreter | undefined> {
  if (!existsSync(path)) return undefined;
  const found = await run(path, ["--version"]).catch(() => undefined);
  return found && { path, version: found.stdout.trim() };
}
