import { spawnSync } from "node:child_process";
import { chmodSync, existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { temporaryFolder } from "../support/temporary-folder";
import { blocksOf, readDocument } from "./documents";

/** The way out of CDKTF checks first. What follows needs the registry, and Node.js 22.19. */

const [block] = blocksOf(readDocument("docs/moving-away.md")).filter(({ language }) => language === "sh");
const folder = temporaryFolder();

/** Runs the block on a Node.js that says it is of some version. npm and perl note that they were asked. */
function follow(version: string) {
  const place = join(folder, version);
  mkdirSync(join(place, "bin"), { recursive: true });
  writeFileSync(join(place, "package.json"), '{ "dependencies": { "cdktf": "0.21.0" } }');
  const program = (name: string, text: string): void => {
    writeFileSync(join(place, "bin", name), `#!/bin/sh\n${text}\n`);
    chmodSync(join(place, "bin", name), 0o755);
  };
  const says = `Object.defineProperty(process.versions, "node", { value: "${version}" })`;
  writeFileSync(join(place, "version.cjs"), says);
  program("node", `exec "${process.execPath}" --require "${join(place, "version.cjs")}" "$@"`);
  for (const name of ["npm", "perl"]) program(name, `echo ${name} "$1" >> asked`);
  const { status, stderr } = spawnSync("sh", ["-c", block?.text ?? "exit 9"], {
    cwd: place,
    encoding: "utf8",
    env: { PATH: `${join(place, "bin")}:${process.env.PATH}` },
  });
  const asked = existsSync(join(place, "asked")) ? readFileSync(join(place, "asked"), "utf8") : "";
  return { status, stderr, asked };
}

test.each(["20.20.2", "22.18.0"])("on Node.js %s it ends before anything is changed", (version) => {
  const { status, stderr, asked } = follow(version);
  expect([status, asked]).toEqual([2, ""]);
  expect(stderr).toBe(
    `got Node.js ${version}, expected 22.19 or newer, which cdktn-cli needs; nothing is changed\n`,
  );
});

test.each(["22.19.0", "24.1.0"])("on Node.js %s the new packages come before the old ones go", (version) => {
  const { status, asked } = follow(version);
  expect([status, asked.trim().split("\n")]).toEqual([
    0,
    ["npm install", "npm install", "npm uninstall", "perl -pi"],
  ]);
});
