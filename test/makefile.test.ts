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
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import { PROJECT_ROOT } from "#self/repository";
import { temporaryFolder } from "./support/temporary-folder";

/** The Makefile in a folder of its own: when packages are installed and which, and what reaches the programs. */

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
    const dev = each === "for-testing" && { dev: true };
    packages[`node_modules/${each}`] = { resolved: each, link: true, ...dev };
  }
  writeFileSync(join(folder, "package.json"), JSON.stringify(needs));
  writeFileSync(join(folder, "package-lock.json"), JSON.stringify({ lockfileVersion: 3, packages }));
  for (const file of [
    "Makefile",
    "scripts/install-packages.cjs",
    "scripts/cli/process-lock.cjs",
    "scripts/cli/typescript.cjs",
  ])
    cpSync(join(PROJECT_ROOT, file), join(folder, file));
  return folder;
}

/** Whether make has something to install. */
function isStale(folder: string, target = "node_modules"): boolean {
  const { status } = spawnSync("make", ["--question", target], { cwd: folder });
  expect([0, 1]).toContain(status);
  return status === 1;
}

/** The packages that are there. */
function installedIn(folder: string): string[] {
  return readdirSync(join(folder, "node_modules")).filter((name) => !name.startsWith("."));
}

const RUNNING = ["for-running", "of-a-platform"];
const ALL = ["for-running", "for-testing", "of-a-platform"];

describe("packages, whatever the environment says of them:", () => {
  /** Runs make, with settings that would leave out some and take others. */
  function install(folder: string, target: string, settings: Readonly<Record<string, string>>): string {
    const { status, stdout, stderr } = spawnSync("make", [target], {
      cwd: folder,
      env: { PATH: process.env.PATH, HOME: root, npm_config_update_notifier: "false", ...settings },
      encoding: "utf8",
    });
    expect([status, stderr]).toEqual([0, ""]);
    return stdout;
  }
  const production = { NODE_ENV: "production", npm_config_omit: "optional" };
  const everything = { NODE_ENV: "development", npm_config_include: "dev" };

  test("those for running are installed, and the rest is added to them when it is needed", () => {
    const folder = project("added");
    const locked = readFileSync(join(folder, "package-lock.json"), "utf8");
    expect(install(folder, "node_modules", everything)).toMatch(
      /^installing the packages for running it here: npm ci --omit=dev\n/,
    );
    expect(installedIn(folder)).toEqual(RUNNING);
    expect([isStale(folder), isStale(folder, "all-packages")]).toEqual([false, true]);

    writeFileSync(join(folder, "node_modules", ".in-use"), "by make dev");
    expect(install(folder, "all-packages", production)).toMatch(
      /^adding the packages of tests and deployments: npm install --no-save --include=dev\n/,
    );
    expect(installedIn(folder)).toEqual(ALL);
    expect(existsSync(join(folder, "node_modules", ".in-use"))).toBe(true);
    expect([isStale(folder), isStale(folder, "all-packages")]).toEqual([false, false]);
    expect(readFileSync(join(folder, "package-lock.json"), "utf8")).toBe(locked);
  });

  test("all are installed at once where all are needed, and an update keeps them", () => {
    const folder = project("all");
    expect(install(folder, "all-packages", production)).toMatch(
      /^installing all packages: npm ci --include=dev\n/,
    );
    expect(installedIn(folder)).toEqual(ALL);
    for (const note of [".package-lock.json", ".all-packages"])
      utimesSync(join(folder, "node_modules", note), 1, 1);
    expect(install(folder, "node_modules", production)).toMatch(/^installing all packages/);
    expect(installedIn(folder)).toEqual(ALL);
  });

  test("what was installed by hand is not installed again", () => {
    const folder = project("by-hand");
    execFileSync("npm", ["ci"], {
      cwd: folder,
      env: { PATH: process.env.PATH, ...SETTINGS },
      stdio: "ignore",
    });
    expect(isStale(folder, "all-packages")).toBe(true);
    expect(install(folder, "all-packages", {})).toBe("");
    expect(isStale(folder, "all-packages")).toBe(false);
  });
});

test("what runs here needs the packages for running alone, and tests and cdktf need all", () => {
  const folder = project("needs");
  const makefile = readFileSync(join(folder, "Makefile"), "utf8");
  const targets = [...makefile.matchAll(/^([a-z-]+):.* ## /gm)].map(([, name = ""]) => name);
  const commands = new Map(
    targets.map((name) => [
      name,
      spawnSync("make", ["--dry-run", name], { cwd: folder, encoding: "utf8" }).stdout,
    ]),
  );
  const needing = (argument: RegExp) => targets.filter((name) => argument.test(commands.get(name) ?? ""));
  expect(needing(/install-packages\.cjs --all$/m).sort()).toEqual(
    "attack bootstrap check deploy destroy docs format new pack plan release test test-browser test-deep test-deploy test-deploy-deep".split(
      " ",
    ),
  );
  expect(needing(/install-packages\.cjs$/m).sort()).toEqual(
    "api-key apply bench call demo dev diagnose env invoke migrate-state plan-comment plan-review plan-review-bundle plan-save routes seed synth synth-diff token trace verify".split(
      " ",
    ),
  );
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

/** Links the packages of the lock file, those for development if asked for, and notes which they are. */
const INSTALL = `
const { mkdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } = require("node:fs");
const { packages } = JSON.parse(readFileSync("package-lock.json", "utf8"));
const isWanted = ([path, { dev }]) =>
  path.startsWith("node_modules/") && (!dev || process.argv.includes("--include=dev"));
const wanted = Object.entries(packages).filter(isWanted);
mkdirSync("node_modules", { recursive: true });
for (const [path, { resolved }] of wanted) {
  rmSync(path, { force: true });
  symlinkSync("../" + resolved, path);
}
writeFileSync("node_modules/.package-lock.json", JSON.stringify({ packages: Object.fromEntries(wanted) }));
`;

describe("two makes at once", () => {
  /**
   * An npm that notes when it begins and ends, and in between waits until it is let go. It installs what npm does of
   * packages that are folders, as the tests above have seen the real one do.
   */
  function noted(folder: string): { readonly PATH: string; readonly notes: () => string; letGo(): void } {
    const bin = join(folder, "bin");
    mkdirSync(bin);
    execFileSync("sh", ["-c", "mkfifo gate"], { cwd: folder });
    writeFileSync(join(folder, "notes"), "");
    writeFileSync(join(bin, "install.cjs"), INSTALL);
    writeFileSync(
      join(bin, "npm"),
      `#!/bin/sh\necho begins >> notes; echo npm begins; read go < gate; node bin/install.cjs "$@" && echo ends >> notes\n`,
    );
    chmodSync(join(bin, "npm"), 0o755);
    return {
      PATH: `${bin}:${process.env.PATH}`,
      notes: () => readFileSync(join(folder, "notes"), "utf8"),
      letGo: () => writeFileSync(join(folder, "gate"), "go\n"),
    };
  }

  /** A make under way, and what it has said so far. */
  function start(folder: string, PATH: string, target = "node_modules") {
    const heard = new EventEmitter();
    const make = spawn("make", [target], { cwd: folder, env: { ...SETTINGS, PATH } });
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
      /waiting for process \d+, which is installing the packages; if it has crashed, remove \.local\/installing\n/,
    );
    expect(isStale(folder)).toBe(false);
    expect(readdirSync(join(folder, ".local"))).toEqual([]);
  });

  test("one that needs all packages waits for one that needs some, and adds the rest", async () => {
    const folder = project("some-and-all");
    const npm = noted(folder);
    const some = start(folder, npm.PATH);
    await some.says("npm begins");
    const all = start(folder, npm.PATH, "all-packages");
    await all.says("waiting for process ");
    npm.letGo();
    expect(await some.ended).toBe(0);
    await all.says("npm begins");
    npm.letGo();
    expect(await all.ended).toBe(0);
    expect(npm.notes()).toBe("begins\nends\nbegins\nends\n");
    expect(installedIn(folder)).toEqual(ALL);
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

  test("an installation that fails is reported, and leaves no lock behind", () => {
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

/** Texts that make, or a shell, would take for something else. */
const AWKWARD = [
  "a&b;c|d>e<f(g)",
  "$x $$y ${z} $(touch by-make) $(shell touch by-shell) `touch by-shell`",
  "$",
  "#a=b:c%d,e\\f!g*h?i~j[k]{l,m}^n@o",
  'it\'s "so"',
  "two\nlines\tand tabs ",
  "é 世 \u202e",
  "--help-me",
];

describe("what people fill in reaches the program as it is", () => {
  /** The project with programs that say what they were given. */
  const folder = join(root, "recording");
  const RECORDED = ["ARGS", "BASE", "CLIENT", "COUNT", "PLAN", "PLAN_SHA256", "STAGE", "TF_STATE_BUCKET"];
  beforeAll(() => {
    project("recording");
    const note = join(folder, "node_modules", ".package-lock.json");
    mkdirSync(join(folder, "node_modules"));
    symlinkSync(join(PROJECT_ROOT, "node_modules", "esbuild"), join(folder, "node_modules", "esbuild"));
    writeFileSync(note, "{}");
    writeFileSync(join(folder, "node_modules", ".all-packages"), "");
    utimesSync(join(folder, "package-lock.json"), 1, 1);
    const command = JSON.stringify(join(PROJECT_ROOT, "scripts", "cli", "command"));
    const record = `import { runCommand } from ${command};
      void runCommand(async (argv, env, { out }) => {
        const variables = Object.fromEntries(${JSON.stringify(RECORDED)}.map((name) => [name, env[name]]));
        out.write(JSON.stringify({ argv, variables }));
        return 0;
      });`;
    for (const name of readdirSync(join(PROJECT_ROOT, "scripts")).filter((each) => each.endsWith(".ts")))
      writeFileSync(join(folder, "scripts", name), record);
    writeFileSync(join(folder, "main.ts"), "");
  });

  /** What a program was given by a line typed into a shell. */
  function given(line: string, env: Readonly<Record<string, string>> = {}) {
    const { stdout, stderr } = spawnSync("sh", ["-c", line], {
      cwd: folder,
      env: { ...SETTINGS, PATH: process.env.PATH, ...env },
      encoding: "utf8",
    });
    expect(stderr).toBe("");
    const known = [
      ".build",
      "Makefile",
      "for-running",
      "for-testing",
      "main.ts",
      "node_modules",
      "of-a-platform",
    ];
    expect(readdirSync(folder).sort()).toEqual([...known, "package-lock.json", "package.json", "scripts"]);
    return JSON.parse(stdout) as { argv: string[]; variables: Record<string, string | undefined> };
  }

  /** A text as a person quotes it for a shell. */
  const quoted = (text: string): string => `'${text.replaceAll("'", "'\\''")}'`;

  test.each([
    ["call", "REQUEST"],
    ["attack", "ARGS"],
  ])("make %s: as words of %s", (target, variable) => {
    const words = quoted(AWKWARD.map(quoted).join(" "));
    expect(given(`make ${target} ${variable}=${words}`).argv).toEqual(AWKWARD);
    expect(given(`${variable}=${words} make ${target}`).argv).toEqual(AWKWARD);
  });

  test.each(["$", "--help-me", AWKWARD.join("")])("%j, as what is one thing", (text) => {
    const value = quoted(text);
    expect(
      given(`make --silent plan-review PLAN_JSON=${value} BASE_JSON=${value} ARGS='--out x'`).argv,
    ).toEqual([`--base=${text}`, "--out", "x", "--", text]);
    expect(given(`make plan-comment REVIEW=${value} PR=${value}`).argv).toEqual([`--pr=${text}`, "--", text]);
    expect(given(`make synth-diff BASE=${value}`).argv).toEqual(["--", text]);
    expect(given(`make trace PACKAGE=${value}`).argv).toEqual(["--", text]);
    const named = ["CLIENT", "COUNT", "PLAN", "PLAN_SHA256", "STAGE", "TF_STATE_BUCKET"];
    const settings = named.map((name) => `${name}=${value}`).join(" ");
    expect(given(`make api-key ${settings}`).variables).toMatchObject(
      Object.fromEntries(named.map((name) => [name, text])),
    );
  });

  test("what is not filled in is not there", () => {
    expect(given("make --silent plan-review").argv).toEqual(["--"]);
    expect(given("make plan-comment REVIEW=r ISSUE=yes").argv).toEqual(["--issue", "--pr=", "--", "r"]);
    expect(given("make plan-comment").argv).toEqual(["--pr=", "--"]);
    expect(given("make synth-diff").argv).toEqual(["--"]);
    expect(given("make call").argv).toEqual([]);
  });

  test("settings that are shown are not run", () => {
    const { stdout } = spawnSync("make", ['STAGE=`touch shown` "; touch shown; echo "'], {
      cwd: folder,
      encoding: "utf8",
    });
    expect(stdout).toContain('STAGE=`touch shown` "; touch shown; echo " AWS_REGION=');
    expect(existsSync(join(folder, "shown"))).toBe(false);
  });
});

describe("a request that is pasted into a shell", () => {
  const folder = join(root, "calling");
  const received: { readonly line: string; readonly body: string }[] = [];
  const server = createServer((request, response) => {
    let body = "";
    request.setEncoding("utf8").on("data", (text) => {
      body += text;
    });
    request.on("end", () => {
      received.push({ line: `${request.method} ${request.url}`, body });
      response.end("{}");
    });
  });
  beforeAll(async () => {
    await once(server.listen(0, "127.0.0.1"), "listening");
    project("calling");
    for (const name of ["project.config.ts", "kit", "seeds", "modules", "functions", "node_modules"])
      symlinkSync(join(PROJECT_ROOT, name), join(folder, name));
    utimesSync(join(folder, "package-lock.json"), 1, 1);
    symlinkSync(join(PROJECT_ROOT, "scripts", "call.ts"), join(folder, "scripts", "call.ts"));
  });
  afterAll(() => server.close());

  test.each<[request: string, line: string, body: string]>([
    ["GET /products?limit=1&nextToken=x", "GET /dev/products?limit=1&nextToken=x", ""],
    ["GET /$x/$(touch${IFS}gone)", "GET /dev/$x/$(touch$%7BIFS%7Dgone)", ""],
    ["GET /a;touch${IFS}gone", "GET /dev/a;touch$%7BIFS%7Dgone", ""],
    ["GET /a?`touch${IFS}gone`", "GET /dev/a?`touch${IFS}gone`", ""],
    [`PUT /a --data "{ \\"b\\": \\"c & $HOME\\" }"`, "PUT /dev/a", '{ "b": "c & $HOME" }'],
  ])("%s", async (request, line, body) => {
    const { port } = server.address() as AddressInfo;
    const typed = `make call REQUEST='${request} --unsigned --url http://127.0.0.1:${port}/dev'`;
    const shell = spawn("sh", ["-c", typed], {
      cwd: folder,
      env: { ...SETTINGS, PATH: process.env.PATH },
      stdio: ["ignore", "ignore", "pipe"],
    });
    let told = "";
    shell.stderr.setEncoding("utf8").on("data", (text) => {
      told += text;
    });
    expect([await once(shell, "close"), told]).toEqual([[0, null], ""]);
    expect(received.at(-1)).toEqual({ line, body });
    expect(existsSync(join(folder, "gone"))).toBe(false);
  });
});
