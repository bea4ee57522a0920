import { type SpawnSyncReturns, spawnSync } from "node:child_process";
import { copyFileSync, cpSync, mkdirSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { PROJECT_ROOT } from "#self/repository";
import { temporaryFolder } from "./support/temporary-folder";

/** What 'make hooks' turns on, in a repository of its own. */

const root = temporaryFolder();
const NAME = ["-c", "user.name=tester", "-c", "user.email=tester@example.com"];
const RIGHT = "export const one = 1;\n";
const UNFORMATTED = "export const one =   1;\n";

/** Nothing of this repository, or of the settings of the user who runs the tests, is in the environment. */
const ENV = { PATH: process.env.PATH, HOME: root, GIT_CONFIG_NOSYSTEM: "1" };

interface Repository {
  readonly folder: string;
  write(name: string, text: string): void;
  git(...args: readonly string[]): SpawnSyncReturns<string>;
  commit(): SpawnSyncReturns<string>;
}

function repository(name: string, { packages = true, hooks = true } = {}): Repository {
  const folder = join(root, name);
  mkdirSync(folder);
  for (const file of ["Makefile", "biome.json", ".gitignore"])
    copyFileSync(join(PROJECT_ROOT, file), join(folder, file));
  cpSync(join(PROJECT_ROOT, ".githooks"), join(folder, ".githooks"), { recursive: true });
  if (packages) symlinkSync(join(PROJECT_ROOT, "node_modules"), join(folder, "node_modules"));
  const run = (program: string, args: readonly string[]) =>
    spawnSync(program, args, { cwd: folder, env: ENV, encoding: "utf8" });
  const git = (...args: readonly string[]) => run("git", [...NAME, ...args]);
  git("init", "--quiet");
  git("add", "biome.json", ".gitignore");
  if (hooks) expect(run("make", ["hooks"])).toMatchObject({ status: 0, stderr: "" });
  return {
    folder,
    write: (file, text) => writeFileSync(join(folder, file), text),
    git,
    commit: () => git("commit", "--quiet", "--message", "a change"),
  };
}

test("what is staged is committed if it is formatted, and refused with advice if not", () => {
  const { write, git, commit } = repository("formatted or not");
  write("right.ts", RIGHT);
  git("add", "right.ts");
  expect(commit()).toMatchObject({ status: 0 });

  write("a name with spaces.ts", UNFORMATTED);
  git("add", ".");
  const refused = commit();
  expect(refused.status).toBe(1);
  expect(refused.stdout + refused.stderr).toContain("a name with spaces.ts");
  expect(refused.stderr).toContain("run 'make format', and stage what it changed");
});

test("a finding of the linter is refused, too", () => {
  const { write, git, commit } = repository("a finding");
  write("finding.ts", "export default 1;\n");
  git("add", "finding.ts");
  const refused = commit();
  expect(refused.status).toBe(1);
  expect(refused.stdout + refused.stderr).toContain("noDefaultExport");
});

test("what counts is what is staged, not what the folder holds", () => {
  const { write, git, commit } = repository("staged");
  write("one.ts", UNFORMATTED);
  git("add", "one.ts");
  write("one.ts", RIGHT);
  expect(commit().status).toBe(1);

  git("add", "one.ts");
  write("one.ts", UNFORMATTED);
  expect(commit()).toMatchObject({ status: 0 });
  expect(git("show", "HEAD:one.ts").stdout).toBe(RIGHT);
});

test("a commit that only removes files passes", () => {
  const { write, git, commit } = repository("removed");
  write("one.ts", RIGHT);
  git("add", "one.ts");
  commit();
  git("rm", "--quiet", "one.ts");
  expect(commit()).toMatchObject({ status: 0 });
});

test("without the packages a commit is refused, and the message says what to do", () => {
  const { write, git, commit } = repository("without packages", { packages: false });
  write("right.ts", RIGHT);
  git("add", "right.ts");
  expect(commit()).toMatchObject({
    status: 1,
    stderr: "pre-commit: got no node_modules/.bin/biome, expected the packages: run 'make node_modules'\n",
  });
});

test("without 'make hooks' there are none", () => {
  const { write, git, commit } = repository("without hooks", { hooks: false });
  write("one.ts", UNFORMATTED);
  git("add", "one.ts");
  expect(commit()).toMatchObject({ status: 0 });
});
