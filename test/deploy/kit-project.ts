import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, realpathSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { text } from "node:stream/consumers";
import { PROJECT_ROOT } from "#self/repository";

/** How a command ended, and what it wrote. */
export interface Run {
  readonly status: number | null;
  readonly out: string;
  readonly err: string;
}

/** A project that was written and installed with the kit's tarball, and nothing else of this repository. */
export interface KitProject {
  readonly folder: string;
  run(command: string, args: readonly string[], env?: NodeJS.ProcessEnv): Promise<Run>;
  /** Runs a subcommand of the kit. */
  bin(args: readonly string[], env?: NodeJS.ProcessEnv): Promise<Run>;
  /** Serves the project until it is closed. @returns what `dev` has printed so far */
  dev(): Promise<{ readonly screen: string; close(): Promise<void> }>;
  remove(): void;
}

const BIN = join("node_modules", ".bin", "signed-api");

/** Packs the kit, by the sources in a folder. @returns the tarball's path */
export async function packKit(out: string, sources = PROJECT_ROOT): Promise<string> {
  const loader = ["--require", "./scripts/cli/typescript.cjs"];
  const packed = await run(process.execPath, [...loader, "scripts/pack.ts", "--out", out], sources);
  expect(packed).toMatchObject({ status: 0 });
  return join(out, packed.out.trim().split("/").at(-1) ?? "");
}

/** Writes the project `orders` into an empty folder, with the tarball alone, and installs it. */
export async function newProject(): Promise<KitProject> {
  const parent = realpathSync(mkdtempSync(join(tmpdir(), "kit-")));
  const folder = join(parent, "orders");
  const tarball = await packKit(parent);
  const written = await run(
    "npm",
    ["exec", "--yes", "--package", tarball, "--", "signed-api", "new", "orders", "--kit", tarball],
    parent,
  );
  expect(written).toMatchObject({ status: 0 });
  const project = openProject(folder);
  const installed = await project.run("npm", ["install", ...QUIETLY]);
  expect(installed).toMatchObject({ status: 0 });
  return project;
}

/** A project in a folder, which is beside nothing but what its test made. */
export function openProject(folder: string): KitProject {
  return {
    folder,
    run: (command, args, env) => run(command, args, folder, env),
    bin: (args, env) => run(BIN, args, folder, env),
    dev: () => serve(folder),
    remove: () => rmSync(dirname(folder), { recursive: true, force: true }),
  };
}

/** What `npm install` does without. */
export const QUIETLY: readonly string[] = ["--no-fund", "--no-audit", "--prefer-offline"];

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

async function serve(folder: string): Promise<{ readonly screen: string; close(): Promise<void> }> {
  const dev: ChildProcess = spawn(BIN, ["dev", "--port=0", "--no-watch"], {
    cwd: folder,
    stdio: ["ignore", "pipe", "inherit"],
  });
  let screen = "";
  await new Promise<void>((ready, fail) => {
    // The pipe is read to its end: a closed one would stop the program with its next line.
    dev.stdout?.on("data", (part) => {
      screen += part;
      if (screen.includes("Ctrl-C stops.")) ready();
    });
    dev.on("exit", () => fail(new Error(`ended before it served: ${screen}`)));
  });
  return {
    get screen() {
      return screen;
    },
    async close() {
      dev.kill("SIGINT");
      if (dev.exitCode === null && dev.signalCode === null) await once(dev, "exit");
    },
  };
}
