import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { cpSync, mkdirSync, mkdtempSync, rmSync, symlinkSync } from "node:fs";
import { type AddressInfo, createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { PROJECT_ROOT } from "../../modules/bundle";
import { type Spread, spreadOf } from "./statistics";

export interface ColdStartOptions {
  readonly runs: number;
  readonly stage: string;
  readonly env: NodeJS.ProcessEnv;
  /** Is told what is being measured. */
  readonly onProgress: (what: string) => void;
}

/** From the start of a process to the first 200 of `GET /index`, in milliseconds. */
export interface ColdStartResult {
  readonly runs: number;
  /** After a fresh clone: nothing is built or cached but the installed packages. */
  readonly cold: Spread;
  /** In the same folder once more. */
  readonly again: Spread;
  /** What Node takes with the TypeScript loader to start and end, for comparison. */
  readonly emptyProgram: Spread;
}

/** Measures what `make dev` runs, in copies of this project, so that nothing of this one is touched. */
export async function measureColdStart(options: ColdStartOptions): Promise<ColdStartResult> {
  const cold: number[] = [];
  const again: number[] = [];
  const emptyProgram: number[] = [];
  for (let run = 1; run <= options.runs; run += 1) {
    options.onProgress(`run ${run} of ${options.runs}`);
    const clone = freshClone(options.env);
    try {
      cold.push(await timeToFirstAnswer(clone, options.stage));
      again.push(await timeToFirstAnswer(clone, options.stage));
      emptyProgram.push(await timeOfEmptyProgram(clone));
    } finally {
      rmSync(clone.folder, { recursive: true, force: true });
    }
  }
  return {
    runs: options.runs,
    cold: spreadOf(cold),
    again: spreadOf(again),
    emptyProgram: spreadOf(emptyProgram),
  };
}

// ---------------------------------------------------------------------------------------------------- internal

interface Clone {
  readonly folder: string;
  /** In which the folder for temporary files is the clone's own: the TypeScript loader keeps its cache there. */
  readonly env: NodeJS.ProcessEnv;
}

/** What `make dev` needs of a clone. */
const SOURCES = ["main.ts", "package.json", "tsconfig.json", "functions", "modules", "scripts"];

function freshClone(env: NodeJS.ProcessEnv): Clone {
  const folder = mkdtempSync(join(tmpdir(), "bench-"));
  for (const name of SOURCES) cpSync(join(PROJECT_ROOT, name), join(folder, name), { recursive: true });
  symlinkSync(join(PROJECT_ROOT, "node_modules"), join(folder, "node_modules"));
  const temporary = join(folder, ".tmp");
  mkdirSync(temporary);
  return { folder, env: { ...env, TMPDIR: temporary } };
}

async function timeToFirstAnswer(clone: Clone, stage: string): Promise<number> {
  const port = await freePort();
  const begin = performance.now();
  const dev = startNode(clone, ["scripts/dev.ts", "--port", String(port)], { STAGE: stage });
  const ended = once(dev, "exit");
  try {
    await firstAnswer(`http://127.0.0.1:${port}/${stage}/index`, dev);
    return performance.now() - begin;
  } finally {
    dev.kill("SIGINT");
    await ended;
  }
}

async function timeOfEmptyProgram(clone: Clone): Promise<number> {
  const begin = performance.now();
  await once(startNode(clone, ["--eval", ""]), "exit");
  return performance.now() - begin;
}

function startNode(
  { folder, env }: Clone,
  args: readonly string[],
  more: NodeJS.ProcessEnv = {},
): ChildProcess {
  return spawn(process.execPath, ["--import", "tsx", ...args], {
    cwd: folder,
    env: { ...env, ...more },
    stdio: ["ignore", "ignore", "inherit"],
  });
}

/** Asks again and again, until the answer is 200. */
async function firstAnswer(url: string, server: ChildProcess): Promise<void> {
  while (server.exitCode === null) {
    const response = await fetch(url).catch(() => undefined);
    await response?.arrayBuffer();
    if (response?.status === 200) return;
    await delay(POLL_MILLISECONDS);
  }
  throw new Error(`make dev ended with status ${server.exitCode} before it answered GET ${url}`);
}

const POLL_MILLISECONDS = 5;

async function freePort(): Promise<number> {
  const server = createServer().listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, "close");
  return port;
}
