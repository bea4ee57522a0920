import { type ChildProcess, spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, readFileSync, realpathSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { PROJECT_ROOT } from "#self/repository";

/**
 * The kit in an empty folder, with the tarball and nothing else of this repository: a new project is written, installed,
 * served, called, tested, deployed, planned without a difference, and destroyed.
 */

const folder = realpathSync(mkdtempSync(join(tmpdir(), "kit-")));
const project = join(folder, "orders");
let tarball: string;

interface Run {
  readonly status: number | null;
  readonly out: string;
  readonly err: string;
}

function run(command: string, args: readonly string[], cwd: string): Run {
  const { status, stdout, stderr } = spawnSync(command, args, { cwd, encoding: "utf8", env: process.env });
  return { status, out: stdout, err: stderr };
}

const bin = (...args: string[]): Run => run(join("node_modules", ".bin", "signed-api"), args, project);

beforeAll(() => {
  const packed = run(
    process.execPath,
    ["--require", "tsx/cjs", "scripts/pack.ts", "--out", folder],
    PROJECT_ROOT,
  );
  expect(packed).toMatchObject({ status: 0 });
  tarball = join(folder, packed.out.trim().split("/").at(-1) ?? "");
  const written = run(
    "npm",
    ["exec", "--yes", "--package", tarball, "--", "signed-api", "new", "orders", "--kit", tarball],
    folder,
  );
  expect(written).toMatchObject({ status: 0 });
  const installed = run("npm", ["install", "--no-fund", "--no-audit", "--prefer-offline"], project);
  expect(installed).toMatchObject({ status: 0 });
}, 900_000);
afterAll(() => rmSync(folder, { recursive: true, force: true }));

test("a folder with something in it is refused in one line", () => {
  const again = bin("new", ".");
  expect(again.status).toBe(2);
  expect(again.err).toMatch(/^DIR: got '.*', which is not empty, expected a new folder or an empty one\n$/);
});

test("a subcommand that is not there is refused in one line", () => {
  const { status, err } = bin("serve");
  expect([status, err.split("\n").length]).toEqual([2, 2]);
  expect(err).toMatch(/^got 'serve', expected one of new, dev,/);
});

describe("served on this machine", () => {
  let dev: ChildProcess;
  beforeAll(async () => {
    dev = spawn(join("node_modules", ".bin", "signed-api"), ["dev", "--port=0", "--no-watch"], {
      cwd: project,
    });
    let screen = "";
    for await (const text of dev.stdout ?? []) {
      screen += text;
      if (screen.includes("Ctrl-C stops.")) break;
    }
    expect(screen).toContain("Ctrl-C stops.");
  });
  afterAll(async () => {
    dev.kill("SIGINT");
    if (dev.exitCode === null && dev.signalCode === null) await once(dev, "exit");
  });

  test("a signed call is answered, and one without a permission is refused and explained", () => {
    const read = bin("call", "GET", "/items/first", "--as", "reader");
    expect([read.status, read.out]).toEqual([0, expect.stringContaining('"text": "Water the plants"')]);
    const refused = bin("call", "GET", "/items/first", "--as", "stranger");
    expect([refused.status, refused.out]).toEqual([1, expect.stringContaining("refused at the gate 'iam'")]);
  });

  test("the tour is as promised", () => {
    expect(bin("demo")).toMatchObject({
      status: 0,
      out: expect.stringContaining("all answered as promised"),
    });
  });
});

test("its own tests pass, types included", () => {
  const { status, out } = run("npm", ["test"], project);
  expect([status, out]).toEqual([0, expect.stringMatching(/^# pass 8$/m)]);
});

test("it is deployed, a plan is empty, and it is destroyed", () => {
  const steps = (["deploy", "plan", "destroy"] as const).map((verb) => {
    const { status, out, err } = bin(verb);
    return { verb, status, said: out + err };
  });
  expect(steps.map(({ verb, status }) => `${verb} ${status}`)).toEqual(["deploy 0", "plan 0", "destroy 0"]);
  expect(steps[1]?.said).toContain("No changes");
  expect(readFileSync(join(project, "cdktf.out", "stacks", "orders-dev", "cdk.tf.json"), "utf8")).toContain(
    "orders-dev-items",
  );
});
