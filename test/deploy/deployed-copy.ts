import { spawn } from "node:child_process";
import { cpSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { text } from "node:stream/consumers";
import { PROGRAM, PROJECT_ROOT } from "#self/repository";
import type { Edit } from "../support/plan-cases";
import { startEmulatorMemory } from "./emulator-memory";

/** How a command ended, and what it wrote. */
export interface Ended {
  readonly status: number | null;
  readonly out: string;
  readonly err: string;
}

/** A copy of the project, whose sources may be changed, and the emulator that it deploys to. */
export interface DeployedCopy {
  /** The folder of the project that is deployed. */
  readonly folder: string;
  /** Where the emulator is reached. */
  readonly endpoint: string;
  /** Runs a command in the copy. */
  run(command: readonly string[], env?: NodeJS.ProcessEnv): Promise<Ended>;
  /** Runs a make target, which has to succeed. The packages are the project's and not to be installed again. */
  make(target: string): Promise<Ended>;
  /** Plans a stack once more, as it was synthesized last. @returns what Terraform printed, where nothing differs */
  planAgain(stack: string): Promise<string>;
  /** Changes sources while something is done, and puts them back. */
  withEdits<T>(edits: readonly Edit[], step: () => Promise<T>): Promise<T>;
  close(): Promise<void>;
}

const SOURCES = [...PROGRAM, "cdktf.json", "Makefile", "scripts", "examples"];

/**
 * Copies the project to a folder of its own, for deployments to moto at `AWS_ENDPOINT_URL`.
 * @param account - of its own, so that others can deploy at the same time
 * @param project - the folder of another project in it: `examples/orders`. @default the repository itself
 * @throws Error where that is none on this machine
 */
export async function copyForDeployment(account: string, project = ""): Promise<DeployedCopy> {
  const endpoint = process.env.AWS_ENDPOINT_URL;
  if (!endpoint || !["127.0.0.1", "localhost"].includes(new URL(endpoint).hostname)) {
    throw new Error(
      `AWS_ENDPOINT_URL: got '${endpoint ?? ""}', expected an emulator on this machine, such as moto at http://127.0.0.1:5000`,
    );
  }
  const memory = await startEmulatorMemory(new URL(endpoint), account);
  const whole = mkdtempSync(join(tmpdir(), "deploy-"));
  // What was built or synthesized in a project of its own stays there.
  const filter = (path: string): boolean => !/\/(\.[a-z]+|cdktf\.out)$/.test(path);
  for (const source of SOURCES)
    cpSync(join(PROJECT_ROOT, source), join(whole, source), { recursive: true, filter });
  symlinkSync(join(PROJECT_ROOT, "node_modules"), join(whole, "node_modules"));
  const folder = join(whole, project);
  const base = {
    ...process.env,
    STAGE: "dev",
    AWS_REGION: "us-east-1",
    AWS_ENDPOINT_URL: memory.url,
    // CDKTF would have Terraform share a cache of providers, in which two must not write at once.
    CDKTF_DISABLE_PLUGIN_CACHE_ENV: "1",
  };
  const run = async (
    [command = "", ...args]: readonly string[],
    env: NodeJS.ProcessEnv = {},
  ): Promise<Ended> => {
    const child = spawn(command, args, {
      cwd: folder,
      env: { ...base, ...env },
      stdio: ["ignore", "pipe", "pipe"],
    });
    const ended = new Promise<number | null>((resolve, reject) => {
      child.once("error", reject).once("close", resolve);
    });
    const [status, out, err] = await Promise.all([ended, text(child.stdout), text(child.stderr)]);
    return { status, out, err };
  };
  return {
    folder,
    endpoint: memory.url,
    run,
    make: async (target) => {
      const ended = await run([
        "make",
        "--silent",
        "--assume-old=node_modules",
        "--assume-old=all-packages",
        target,
      ]);
      if (ended.status === 0) return ended;
      throw new Error(`make ${target} ended with ${ended.status}:\n${(ended.out + ended.err).slice(-4000)}`);
    },
    planAgain: async (stack) => {
      const folder = `-chdir=cdktf.out/stacks/${stack}`;
      const plan = ["terraform", folder, "plan", "-detailed-exitcode", "-no-color", "-input=false"];
      const { status, out, err } = await run(plan);
      if (status === 0) return out;
      throw new Error(`the plan of ${stack} ended with ${status}:\n${(out + err).slice(-4000)}`);
    },
    withEdits: async (edits, step) => {
      const undo = edits.map((edit) => applyEdit(folder, edit));
      try {
        return await step();
      } finally {
        for (const each of undo.reverse()) each();
      }
    },
    close: async () => {
      await memory.close();
      rmSync(whole, { recursive: true });
    },
  };
}

/** @returns what undoes it */
function applyEdit(folder: string, { file, from, to }: Edit): () => void {
  const path = join(folder, file);
  const source = readFileSync(path, "utf8");
  const edited = source.replace(from, to);
  if (edited === source) throw new Error(`${file} has no '${from}' to change`);
  writeFileSync(path, edited);
  return () => writeFileSync(path, source);
}
