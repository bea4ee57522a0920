import { spawnSync } from "node:child_process";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { SCREEN_WIDTH } from "#cli/table";
import { PROJECT_ROOT } from "#self/repository";

/** What every command has in common on a screen. What a command prints beside its usage, its own test looks at. */

const makefile = readFileSync(join(PROJECT_ROOT, "Makefile"), "utf8");

function tooLong(text: string): string[] {
  return text.split("\n").filter((line) => line.length > SCREEN_WIDTH);
}

describe("make alone", () => {
  const list = (env: Record<string, string> = {}) =>
    spawnSync("make", [], { cwd: PROJECT_ROOT, encoding: "utf8", env: { PATH: process.env.PATH, ...env } });

  test("lists every target once, within the width of a screen and without colours in a pipe", () => {
    const { stdout, stderr, status } = list();
    const listed = [...stdout.matchAll(/^ {2}make (\S+) +\S/gm)].map(([, target]) => target);
    const targets = [...makefile.matchAll(/^([a-z-]+):(?!=)/gm)]
      .map(([, target]) => target)
      .filter((target) => target !== "help" && target !== "all-packages");

    expect({ stderr, status }).toEqual({ stderr: "", status: 0 });
    expect(listed).toEqual(targets);
    expect(new Set(listed).size).toBe(listed.length);
    expect(tooLong(stdout)).toEqual([]);
    expect(stdout).not.toContain("\u001b");
  });

  test("shows the settings that hold", () => {
    expect(list({ STAGE: "prod", PORT: "3001" }).stdout).toMatch(
      /\nCurrent settings: STAGE=prod AWS_REGION=us-east-1 PORT=3001\n$/,
    );
  });

  test("declares each target phony: a file of its name does not stand in its way", () => {
    const phony = /^\.PHONY: (.*)$/m.exec(makefile)?.[1]?.split(" ");
    const targets = [...makefile.matchAll(/^([a-z-]+):(?!=)/gm)].map(([, target]) => target);
    expect(phony?.sort()).toEqual(targets.sort());
  });
});

describe("the usage of a command", () => {
  const scripts = readdirSync(join(PROJECT_ROOT, "scripts")).filter((name) => name.endsWith(".ts"));
  const usages = scripts.flatMap((name): [name: string, usage: string][] => {
    const source = readFileSync(join(PROJECT_ROOT, "scripts", name), "utf8");
    const [, usage] = /^const USAGE = `(.*?)`;$/ms.exec(source) ?? [];
    return usage === undefined ? [] : [[name, usage]];
  });

  test.each(usages)(
    "%s: its arguments first, an example last, all within the width of a screen",
    (name, usage) => {
      expect(usage.startsWith(`usage: ${name}`)).toBe(true);
      expect(usage).toMatch(/\n\n( {2}\S.*\n)+$/);
      expect(tooLong(usage)).toEqual([]);
    },
  );

  test("only what make alone runs has none", () => {
    expect(scripts.filter((name) => !usages.some(([named]) => named === name))).toEqual(["chromium.ts"]);
  });
});
