import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import {
  cpSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  renameSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { type AddressInfo, createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { PROGRAM, PROJECT_ROOT } from "#self/repository";
import { type Spread, spreadOf } from "./statistics";

export interface DevLoopOptions {
  readonly runs: number;
  readonly stage: string;
  readonly env: NodeJS.ProcessEnv;
  /** Whether to run `make test` too, once. */
  readonly tests: boolean;
  /** Called with the name of each measurement. */
  readonly onProgress: (what: string) => void;
}

/** What a developer waits for, in milliseconds; each value over the runs. */
export interface DevLoopResult {
  readonly runs: number;
  /** From `make dev` to the first 200 of `GET /index`, after a fresh clone: nothing is built except the packages. */
  readonly firstAnswer: Spread;
  /** The second time in the same folder. */
  readonly again: Spread;
  /** From a saved handler to its answer. */
  readonly savedHandler: Spread;
  /** From a saved construct to the answer of the route that it changed. */
  readonly savedConstruct: Spread;
  /** `make synth` after a fresh clone. */
  readonly synth: Spread;
  /** The second time in the same folder. */
  readonly synthAgain: Spread;
  /** The time for Node to start and end with the TypeScript loader, for comparison. */
  readonly emptyProgram: Spread;
  /** `make test` in this folder, once; undefined if it was not requested. */
  readonly tests?: number;
}

/** Measures what a developer waits for, in copies of this project, so that this one is not changed. */
export async function measureDevLoop(options: DevLoopOptions): Promise<DevLoopResult> {
  const runs: Run[] = [];
  for (let run = 1; run <= options.runs; run += 1) {
    options.onProgress(`run ${run} of ${options.runs}`);
    runs.push({ ...(await inClone(options, synthesizeTwice)), ...(await inClone(options, developTwice)) });
  }
  if (options.tests) options.onProgress("make test");
  const over = (what: keyof Run): Spread => spreadOf(runs.map((run) => run[what]));
  return {
    runs: options.runs,
    firstAnswer: over("firstAnswer"),
    again: over("again"),
    savedHandler: over("savedHandler"),
    savedConstruct: over("savedConstruct"),
    synth: over("synth"),
    synthAgain: over("synthAgain"),
    emptyProgram: over("emptyProgram"),
    tests: options.tests ? await timeOfTests(options.env) : undefined,
  };
}

// ---------------------------------------------------------------------------------------------------- internal

type Run = Readonly<Record<Exclude<keyof DevLoopResult, "runs" | "tests">, number>>;

interface Clone {
  readonly folder: string;
  /** In which the folder for temporary files is the clone's own: the TypeScript loader keeps its cache there. */
  readonly env: NodeJS.ProcessEnv;
}

/** What the commands need of a clone. */
const SOURCES = [...PROGRAM, "scripts"];

async function inClone<T>(
  { env, stage }: DevLoopOptions,
  measure: (clone: Clone, stage: string) => Promise<T>,
): Promise<T> {
  const folder = mkdtempSync(join(tmpdir(), "bench-"));
  try {
    for (const name of SOURCES) cpSync(join(PROJECT_ROOT, name), join(folder, name), { recursive: true });
    symlinkSync(join(PROJECT_ROOT, "node_modules"), join(folder, "node_modules"));
    const temporary = join(folder, ".tmp");
    mkdirSync(temporary);
    return await measure({ folder, env: { ...env, STAGE: stage, TMPDIR: temporary } }, stage);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

async function synthesizeTwice(clone: Clone): Promise<Pick<Run, "synth" | "synthAgain" | "emptyProgram">> {
  const env = { CDKTF_OUTDIR: join(clone.folder, "cdktf.out") };
  return {
    synth: await timeOfProgram(clone, ["main.ts"], env),
    synthAgain: await timeOfProgram(clone, ["main.ts"], env),
    emptyProgram: await timeOfProgram(clone, ["--eval", ""]),
  };
}

async function developTwice(
  clone: Clone,
  stage: string,
): Promise<Pick<Run, "firstAnswer" | "again" | "savedHandler" | "savedConstruct">> {
  const firstAnswer = await whileServed(clone, stage, async (_url, milliseconds) => milliseconds);
  return whileServed(clone, stage, async (url, again) => ({
    firstAnswer,
    again,
    savedHandler: await timeOfSaving(
      clone,
      "functions/get-index/index.ts",
      OTHER_HANDLER,
      `${url}/index`,
      SAVED,
    ),
    savedConstruct: await timeOfSaving(clone, "main.ts", OTHER_ROUTE, `${url}/saved`, SAVED),
  }));
}

/** Serves the clone's stage, and returns what was measured while it was served. */
async function whileServed<T>(
  clone: Clone,
  stage: string,
  measure: (stageUrl: string, millisecondsToFirstAnswer: number) => Promise<T>,
): Promise<T> {
  const port = await freePort();
  const url = `http://127.0.0.1:${port}/${stage}`;
  const begin = performance.now();
  const dev = startNode(clone, ["scripts/dev.ts", "--port", String(port)]);
  const ended = once(dev, "exit");
  try {
    await answerOf(`${url}/index`, dev, () => true);
    return await measure(url, performance.now() - begin);
  } finally {
    dev.kill("SIGINT");
    await ended;
  }
}

const SAVED = "saved";

/** A handler with a different answer. */
const OTHER_HANDLER = (text: string): string =>
  `${text.replace("export const handler =", "export const earlier =")}
export const handler = async () => ({ statusCode: 200, body: "${SAVED}" });
`;

/** A stack in which `/index` has a different path. */
const OTHER_ROUTE = (text: string): string => text.replace('"/index"', `"/${SAVED}"`);

/** The time from saving a file, as editors save it, until an answer shows the change. */
async function timeOfSaving(
  { folder }: Clone,
  path: string,
  change: (text: string) => string,
  url: string,
  expected: string,
): Promise<number> {
  const file = join(folder, path);
  const before = readFileSync(file, "utf8");
  const after = change(before);
  if (after === before) throw new Error(`${path} does not have the text that the benchmark changes`);
  writeFileSync(`${file}~`, after);
  const begin = performance.now();
  renameSync(`${file}~`, file);
  await answerOf(url, undefined, (body) => body.includes(expected));
  return performance.now() - begin;
}

async function timeOfProgram(
  clone: Clone,
  args: readonly string[],
  env: NodeJS.ProcessEnv = {},
): Promise<number> {
  const begin = performance.now();
  const [status] = await once(startNode(clone, args, env), "exit");
  if (status !== 0) throw new Error(`node ${args.join(" ")} ended with ${status}`);
  return performance.now() - begin;
}

async function timeOfTests(env: NodeJS.ProcessEnv): Promise<number> {
  const begin = performance.now();
  const child = spawn("npm", ["test"], { cwd: PROJECT_ROOT, env, stdio: ["ignore", "ignore", "ignore"] });
  const [status] = await once(child, "exit");
  if (status !== 0) throw new Error(`npm test ended with ${status}: fix the tests before you measure`);
  return performance.now() - begin;
}

function startNode(
  { folder, env }: Clone,
  args: readonly string[],
  more: NodeJS.ProcessEnv = {},
): ChildProcess {
  return spawn(process.execPath, ["--require", "./scripts/cli/typescript.cjs", ...args], {
    cwd: folder,
    env: { ...env, ...more },
    stdio: ["ignore", "ignore", "inherit"],
  });
}

/** Repeats a request until the answer is a 200 with the expected text. */
async function answerOf(
  url: string,
  server: ChildProcess | undefined,
  isExpected: (body: string) => boolean,
): Promise<void> {
  const deadline = performance.now() + DEADLINE_MILLISECONDS;
  while ((server?.exitCode ?? null) === null && performance.now() < deadline) {
    const response = await fetch(url).catch(() => undefined);
    const body = await response?.text();
    if (response?.status === 200 && body !== undefined && isExpected(body)) return;
    await delay(POLL_MILLISECONDS);
  }
  throw new Error(`make dev did not answer GET ${url} as expected, or has ended`);
}

const POLL_MILLISECONDS = 5;
const DEADLINE_MILLISECONDS = 60_000;

async function freePort(): Promise<number> {
  const server = createServer().listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, "close");
  return port;
}
