import { execFileSync, spawn, spawnSync } from "node:child_process";
import { EventEmitter, once } from "node:events";
import {
  chmodSync,
  cpSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  symlinkSync,
  utimesSync,
  writeFileSync,
} from "node:fs";
import { join } from "node:path";
import { PROJECT_ROOT } from "../modules/bundle";
import { temporaryFolder } from "./support/temporary-folder";

/** The Makefile in a folder of its own: when packages are installed, and which. */

const root = temporaryFolder();

/** A project that needs, and locks, three packages that are folders beside it: nothing is fetched. */
function project(name: string): string {
  const folder = join(root, name);
  const needs = {
    dependencies: { "for-running": "file:for-running" },
    devDependencies: { "for-testing": "file:for-testing" },
    optionalDependencies: { "of-a-platform": "file:of-a-platform" },
  };
  const packages: Record<string, object> = { "": needs };
  for (const each of ["for-running", "for-testing", "of-a-platform"]) {
    mkdirSync(join(folder, each), { recursive: true });
    writeFileSync(join(folder, each, "package.json"), JSON.stringify({ name: each, version: "1.0.0" }));
    packages[each] = { version: "1.0.0" };
    packages[`node_modules/${each}`] = { resolved: each, link: true };
  }
  writeFileSync(join(folder, "package.json"), JSON.stringify(needs));
  writeFileSync(join(folder, "package-lock.json"), JSON.stringify({ lockfileVersion: 3, packages }));
  for (const file of ["Makefile", "scripts/install-packages.cjs", "scripts/lib/process-lock.cjs"])
    cpSync(join(PROJECT_ROOT, file), join(folder, file));
  return folder;
}

/** Whether make has something to install. */
function isStale(folder: string): boolean {
  const { status } = spawnSync("make", ["--question", "node_modules"], { cwd: folder });
  expect([0, 1]).toContain(status);
  return status === 1;
}

test("all packages are installed, whatever the environment says of production", () => {
  const folder = project("install");
  const env = {
    PATH: process.env.PATH,
    HOME: root,
    NODE_ENV: "production",
    npm_config_omit: "optional",
    npm_config_update_notifier: "false",
  };
  const { status, stderr } = spawnSync("make", ["node_modules"], { cwd: folder, env, encoding: "utf8" });
  expect([status, stderr]).toEqual([0, ""]);
  for (const name of ["for-running", "for-testing", "of-a-platform"]) {
    expect(existsSync(join(folder, "node_modules", name, "package.json"))).toBe(true);
  }
  expect(isStale(folder)).toBe(false);
});

describe("packages are installed where", () => {
  const LOCKED = 1_700_000_000;
  test.each<[what: string, note: number | undefined, stale: boolean]>([
    ["there are none", undefined, true],
    ["an installation was interrupted, before npm noted what it had done", undefined, true],
    ["they are older than the lock file", LOCKED - 1, true],
    ["but not where they are newer", LOCKED + 1, false],
  ])("%s", (what, note, stale) => {
    const folder = project(what.replaceAll(" ", "-"));
    utimesSync(join(folder, "package-lock.json"), LOCKED, LOCKED);
    if (what !== "there are none")
      mkdirSync(join(folder, "node_modules", "for-running"), { recursive: true });
    if (note !== undefined) {
      const path = join(folder, "node_modules", ".package-lock.json");
      writeFileSync(path, "{}");
      utimesSync(path, note, note);
    }
    expect(isStale(folder)).toBe(stale);
  });
});

const SETTINGS = { HOME: root, npm_config_update_notifier: "false" };

describe("two makes at once", () => {
  /** An npm that notes when it begins and ends, and in between waits until it is let go. */
  function noted(folder: string): { readonly PATH: string; readonly notes: () => string; letGo(): void } {
    const bin = join(folder, "bin");
    const npm = execFileSync("sh", ["-c", "command -v npm"], { encoding: "utf8" }).trim();
    mkdirSync(bin);
    execFileSync("mkfifo", [join(folder, "gate")]);
    writeFileSync(join(folder, "notes"), "");
    writeFileSync(
      join(bin, "npm"),
      `#!/bin/sh\necho begins >> notes; echo npm begins; read go < gate; "${npm}" "$@" && echo ends >> notes\n`,
    );
    chmodSync(join(bin, "npm"), 0o755);
    return {
      PATH: `${bin}:${process.env.PATH}`,
      notes: () => readFileSync(join(folder, "notes"), "utf8"),
      letGo: () => writeFileSync(join(folder, "gate"), "go\n"),
    };
  }

  /** A make under way, and what it has said so far. */
  function start(folder: string, PATH: string) {
    const heard = new EventEmitter();
    const make = spawn("make", ["node_modules"], { cwd: folder, env: { ...SETTINGS, PATH } });
    let told = "";
    for (const stream of [make.stdout, make.stderr])
      stream.setEncoding("utf8").on("data", (text) => {
        told += text;
        heard.emit("text");
      });
    const ended = once(make, "close").then(([status]) => status as number);
    const says = async (text: string): Promise<void> => {
      while (!told.includes(text)) await Promise.race([once(heard, "text"), ended.then(() => refuse(told))]);
    };
    return { ended, says, told: () => told, pid: make.pid };
  }
  const refuse = (told: string): never => {
    throw new Error(`make has ended: ${told}`);
  };

  test("one installs, and the other waits for it, and installs nothing again", async () => {
    const folder = project("at-once");
    const npm = noted(folder);
    const one = start(folder, npm.PATH);
    await one.says("npm begins");
    const other = start(folder, npm.PATH);
    await other.says("waiting for process ");
    npm.letGo();
    expect([await one.ended, await other.ended]).toEqual([0, 0]);
    expect(npm.notes()).toBe("begins\nends\n");
    expect(other.told()).toMatch(
      /waiting for process \d+, which installs the packages; if it does not, remove \.local\/installing\n/,
    );
    expect(isStale(folder)).toBe(false);
    expect(readdirSync(join(folder, ".local"))).toEqual([]);
  });

  test("a make that was killed is not waited for", async () => {
    const folder = project("killed");
    const npm = noted(folder);
    const { pid } = spawnSync("true");
    mkdirSync(join(folder, ".local"));
    symlinkSync(String(pid), join(folder, ".local", "installing"));
    const make = start(folder, npm.PATH);
    await make.says("npm begins");
    npm.letGo();
    expect([await make.ended, make.told()]).toEqual([0, expect.not.stringContaining("waiting")]);
    expect(npm.notes()).toBe("begins\nends\n");
  });

  test("an installation that fails is told, and leaves no lock behind", () => {
    const folder = project("failing");
    writeFileSync(join(folder, "package-lock.json"), "{");
    const { status } = spawnSync("make", ["node_modules"], {
      cwd: folder,
      env: { ...SETTINGS, PATH: process.env.PATH },
    });
    expect(status).toBe(2);
    expect(readdirSync(join(folder, ".local"))).toEqual([]);
  });
});
