import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, realpathSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { text } from "node:stream/consumers";
import { PROJECT_ROOT } from "#self/repository";
import { startEmulatorMemory } from "./emulator-memory";

/**
 * The kit in an empty folder, with the tarball and nothing else of this repository: a new project is written, installed,
 * served, called, tested, deployed, planned without a difference, and destroyed.
 */

const folder = realpathSync(mkdtempSync(join(tmpdir(), "kit-")));
const project = join(folder, "orders");
/** An account of its own, so that others can deploy at the same time. */
const ACCOUNT = "444455556666";
let tarball: string;

interface Run {
  readonly status: number | null;
  readonly out: string;
  readonly err: string;
}

async function run(
  command: string,
  args: readonly string[],
  cwd: string,
  env: NodeJS.ProcessEnv = {},
): Promise<Run> {
  const child = spawn(command, args, {
    cwd,
    env: { ...process.env, ...env },
    stdio: ["ignore", "pipe", "pipe"],
  });
  const [out, err] = await Promise.all([text(child.stdout), text(child.stderr), once(child, "close")]);
  return { status: child.exitCode, out, err };
}

const BIN = join("node_modules", ".bin", "signed-api");
const bin = (...args: string[]): Promise<Run> => run(BIN, args, project);

beforeAll(async () => {
  const packed = await run(
    process.execPath,
    ["--require", "tsx/cjs", "scripts/pack.ts", "--out", folder],
    PROJECT_ROOT,
  );
  expect(packed).toMatchObject({ status: 0 });
  tarball = join(folder, packed.out.trim().split("/").at(-1) ?? "");
  const written = await run(
    "npm",
    ["exec", "--yes", "--package", tarball, "--", "signed-api", "new", "orders", "--kit", tarball],
    folder,
  );
  expect(written).toMatchObject({ status: 0 });
  const installed = await run("npm", ["install", "--no-fund", "--no-audit", "--prefer-offline"], project);
  expect(installed).toMatchObject({ status: 0 });
}, 900_000);
afterAll(() => rmSync(folder, { recursive: true, force: true }));

test("a folder with something in it is refused in one line", async () => {
  const again = await bin("new", ".");
  expect(again.status).toBe(2);
  expect(again.err).toMatch(/^DIR: got '.*', which is not empty, expected a new folder or an empty one\n$/);
});

test("a subcommand that is not there is refused in one line", async () => {
  const { status, err } = await bin("serve");
  expect([status, err.split("\n").length]).toEqual([2, 2]);
  expect(err).toMatch(/^got 'serve', expected one of new, dev,/);
});

describe("served on this machine", () => {
  let dev: ChildProcess;
  beforeAll(async () => {
    const served = spawn(BIN, ["dev", "--port=0", "--no-watch"], {
      cwd: project,
      stdio: ["ignore", "pipe", "inherit"],
    });
    dev = served;
    await new Promise<void>((ready, fail) => {
      let screen = "";
      // The pipe is read to its end: a closed one would stop the program with its next line.
      served.stdout.on("data", (part) => {
        screen += part;
        if (screen.includes("Ctrl-C stops.")) ready();
      });
      served.on("exit", () => fail(new Error(`ended before it served: ${screen}`)));
    });
  });
  afterAll(async () => {
    dev.kill("SIGINT");
    if (dev.exitCode === null && dev.signalCode === null) await once(dev, "exit");
  });

  test("a signed call is answered, and one without a permission is refused and explained", async () => {
    const read = await bin("call", "GET", "/items/first", "--as", "reader");
    expect([read.status, read.err, read.out]).toEqual([
      0,
      expect.anything(),
      expect.stringContaining('"text": "Water the plants"'),
    ]);
    const refused = await bin("call", "GET", "/items/first", "--as", "stranger");
    expect([refused.status, refused.out]).toEqual([1, expect.stringContaining("refused at the gate 'iam'")]);
  });

  test("the tour is as promised", async () => {
    expect(await bin("demo")).toMatchObject({
      status: 0,
      out: expect.stringContaining("all answered as promised"),
    });
  });
});

test("its own tests pass, types included", async () => {
  const { status, out } = await run("npm", ["test"], project);
  expect([status, out]).toEqual([0, expect.stringMatching(/^# pass 8$/m)]);
});

test("it is deployed, a plan is empty, and it is destroyed", async () => {
  const memory = await startEmulatorMemory(new URL(process.env.AWS_ENDPOINT_URL ?? ""), ACCOUNT);
  try {
    const env = { AWS_ENDPOINT_URL: memory.url, CDKTF_DISABLE_PLUGIN_CACHE_ENV: "1" };
    const deployed = await run(BIN, ["deploy"], project, env);
    expect(deployed).toMatchObject({ status: 0 });
    const planned = await run(BIN, ["plan"], project, env);
    expect([planned.status, planned.out + planned.err]).toEqual([0, expect.stringContaining("No changes")]);
    const destroyed = await run(BIN, ["destroy"], project, env);
    expect(destroyed).toMatchObject({ status: 0 });
  } finally {
    await memory.close();
  }
});
