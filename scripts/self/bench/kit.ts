import { mkdtempSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { runProgram } from "#cli/run-program";
import { PROJECT_ROOT } from "../repository";
import { type Spread, spreadOf } from "./statistics";

/** What a project pays for the kit. Times are in milliseconds. */
export interface KitResult {
  readonly runs: number;
  readonly tarballKilobytes: number;
  /** `npm install` in a new project, once, with what npm's cache has. */
  readonly install: number;
  /** From the start of a command to its end, by subcommand; `node` is Node.js with nothing to do. */
  readonly starts: Readonly<Record<string, Spread>>;
}

export interface KitOptions {
  readonly runs: number;
  readonly env: NodeJS.ProcessEnv;
  readonly onProgress: (what: string) => void;
}

/** The commands that do without the constructs, and so have to start fast. */
const COMMANDS = ["diagnose", "call", "routes", "plan-review"];

/** How many times as long as Node.js alone the start of such a command may take. */
export const START_GOAL = 4;

/** Packs the kit, writes a project with the tarball, installs it, and starts its commands in turn. */
export async function measureKit({ runs, env, onProgress }: KitOptions): Promise<KitResult> {
  const folder = mkdtempSync(join(tmpdir(), "bench-kit-"));
  const project = join(folder, "orders");
  const run = async (cwd: string, command: string, ...args: string[]): Promise<string> => {
    const { status, out, err } = await runProgram(command, args, { cwd, env });
    if (status !== 0) throw new Error(`${command} ${args.join(" ")} ended with ${status}: ${err.trim()}`);
    return out;
  };
  const timed = async (act: () => Promise<unknown>): Promise<number> => {
    const begin = performance.now();
    await act();
    return performance.now() - begin;
  };
  try {
    onProgress("pack");
    const loader = ["--require", "./scripts/cli/typescript.cjs"];
    const packed = await run(PROJECT_ROOT, process.execPath, ...loader, "scripts/pack.ts", "--out", folder);
    const tarball = join(folder, packed.trim().split("/").at(-1) ?? "");
    await run(PROJECT_ROOT, process.execPath, ...loader, "scripts/new.ts", project, "--kit", tarball);
    onProgress("npm install");
    const install = await timed(() => run(project, "npm", "install", "--no-fund", "--no-audit"));
    onProgress("starts");
    const times = new Map(["node", ...COMMANDS].map((name): [string, number[]] => [name, []]));
    const bin = join("node_modules", "signed-api-kit", "dist", "bin.cjs");
    for (let round = 0; round < runs; round++) {
      for (const [name, all] of times) {
        const args = name === "node" ? ["--eval", "0"] : [bin, name, "--help"];
        all.push(await timed(() => run(project, process.execPath, ...args)));
      }
    }
    return {
      runs,
      tarballKilobytes: statSync(tarball).size / 1024,
      install,
      starts: Object.fromEntries([...times].map(([name, all]) => [name, spreadOf(all)])),
    };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
