import { execFileSync } from "node:child_process";
import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { runProgram } from "#cli/run-program";
import { PROJECT_ROOT } from "#self/repository";
import { blocksOf, readDocument } from "../../docs/documents";

/**
 * The way out of CDKTF (docs/moving-away.md), followed in a copy of this repository with the current versions of the registry:
 * afterwards it compiles, and its constructs and the program pass their tests. The command line of cdktn needs Node.js 22.19;
 * on an older one the way refuses, and that is what is tested.
 */

const [block] = blocksOf(readDocument("docs/moving-away.md")).filter(({ language }) => language === "sh");
const [major = 0, minor = 0] = process.versions.node.split(".").map(Number);
const isNewEnough = major > 22 || (major === 22 && minor >= 19);

jest.setTimeout(1_800_000);

const folder = mkdtempSync(join(tmpdir(), "moving-away-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const run = (command: string, ...args: string[]) =>
  runProgram(command, args, { cwd: folder, env: { ...process.env, npm_config_prefer_offline: "true" } });

/** Copies what Git knows of, and the packages; their list is written in place by npm, so that it is no link. */
function copyRepository(): void {
  const git = ["ls-files", "-z", "--cached", "--others", "--exclude-standard"];
  const files = execFileSync("git", git, { cwd: PROJECT_ROOT, encoding: "utf8" }).split("\0").filter(Boolean);
  for (const path of files) {
    mkdirSync(dirname(join(folder, path)), { recursive: true });
    cpSync(join(PROJECT_ROOT, path), join(folder, path));
  }
  execFileSync("git", ["init", "--quiet"], { cwd: folder });
  execFileSync("git", ["add", "--all"], { cwd: folder });
  execFileSync("cp", ["-al", join(PROJECT_ROOT, "node_modules"), folder]);
  for (const name of [".package-lock.json", ".all-packages"]) {
    rmSync(join(folder, "node_modules", name), { force: true });
    cpSync(join(PROJECT_ROOT, "node_modules", name), join(folder, "node_modules", name));
  }
}

const followed = `the way out is followed on Node.js ${process.versions.node}`;
(isNewEnough ? test : test.skip)(
  `${followed}: it compiles, and the tests of what it touched pass`,
  async () => {
    copyRepository();
    const way = await run("sh", "-c", block?.text ?? "exit 9");
    expect(way).toMatchObject({ status: 0 });
    const { dependencies } = JSON.parse(readFileSync(join(folder, "package.json"), "utf8"));
    expect(Object.keys(dependencies).filter((name) => /cdktf|cdktn/.test(name))).toEqual([
      "@cdktn/provider-aws",
      "cdktn",
    ]);
    expect(await run("npm", "run", "--silent", "typecheck")).toMatchObject({ status: 0 });
    const jest = ["jest", "--selectProjects", "unit", "-w", "1", "test/modules", "test/main.test.ts"];
    const tests = await run("npx", ...jest);
    expect([tests.status, tests.err.slice(-8_000)]).toEqual([0, expect.anything()]);
  },
);

(isNewEnough ? test.skip : test)(
  `the way out is not followed: got Node.js ${process.versions.node}, which it refuses, expected 22.19 or newer`,
  async () => {
    const { status, err } = await run("sh", "-c", block?.text ?? "exit 9");
    expect([status, err]).toEqual([2, expect.stringContaining("nothing is changed")]);
  },
);
