import { spawnSync } from "node:child_process";
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { join } from "node:path";
import { claimFolder, gatewayFolders } from "#stage/local-folder";
import { temporaryFolder } from "../../support/temporary-folder";

const folder = temporaryFolder();
let root: string;
beforeEach(() => {
  root = join(mkdtempSync(join(folder, "project-")), ".local");
});

test("the first gateway has .local, and leaves what is in it when it ends", () => {
  const { path, other, release } = claimFolder("dev", root);
  expect([path, other, statSync(root).mode & 0o777]).toEqual([root, undefined, 0o700]);
  writeFileSync(join(root, "credentials"), "of dev");
  release();
  expect(claimFolder("prod", root).path).toBe(root);
  expect(readFileSync(join(root, "credentials"), "utf8")).toBe("of dev");
});

test("a second one has a folder beside it, which goes with it", () => {
  claimFolder("dev", root);
  const { path, shown, other, release } = claimFolder("prod", root);
  expect([path, other]).toEqual([join(root, "prod"), process.pid]);
  expect(shown.endsWith(join(".local", "prod"))).toBe(true);
  expect(statSync(path).mode & 0o777).toBe(0o700);
  expect(gatewayFolders(root)).toEqual([root, path]);
  release();
  expect([existsSync(path), gatewayFolders(root)]).toEqual([false, [root]]);
});

test("a third one of the same stage is refused in one line, and names the two", () => {
  claimFolder("dev", root);
  claimFolder("dev", root);
  expect(() => claimFolder("dev", root)).toThrow(
    new RegExp(
      `^the gateways of processes ${process.pid} and ${process.pid} use \\S+ and \\S+/dev: end one of them`,
    ),
  );
  expect(claimFolder("prod", root).path).toBe(join(root, "prod"));
});

test("the folder of one that was killed is used again", () => {
  mkdirSync(root);
  symlinkSync(String(spawnSync("true").pid), join(root, "serving"));
  expect(claimFolder("dev", root).path).toBe(root);
});

test("without .local there are no gateways", () => {
  expect(gatewayFolders(root)).toEqual([]);
});
