import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { parse } from "yaml";
import { PROJECT_ROOT } from "#self/repository";

/** What GitHub reads beside the workflows. */

const read = (name: string) => readFileSync(join(PROJECT_ROOT, name), "utf8");

describe("Dependabot", () => {
  interface Update {
    readonly "package-ecosystem": string;
    readonly directory: string;
    readonly schedule: { readonly interval: string };
    readonly cooldown: { readonly "default-days": number };
    readonly groups: Readonly<Record<string, unknown>>;
    readonly ignore?: readonly { readonly "dependency-name": string; readonly "update-types"?: unknown }[];
  }

  const { version, updates } = parse(read(".github/dependabot.yml")) as {
    readonly version: number;
    readonly updates: readonly Update[];
  };

  test("keeps the actions and the packages up to date, in groups, a week after a release", () => {
    expect(version).toBe(2);
    expect(
      updates.map(({ "package-ecosystem": of, directory, schedule, cooldown, groups }) => [
        of,
        directory,
        schedule.interval,
        cooldown["default-days"],
        Object.keys(groups),
      ]),
    ).toEqual([
      ["github-actions", "/", "weekly", 7, ["actions"]],
      ["npm", "/", "weekly", 7, ["production", "development"]],
    ]);
  });

  test("leaves CDKTF as it is, which is archived, and Node's types at the version of .nvmrc", () => {
    const { dependencies, devDependencies } = JSON.parse(read("package.json"));
    const archived = Object.keys({ ...dependencies, ...devDependencies }).filter((name) =>
      /^(@?cdkt[fn]\b|constructs$)/.test(name),
    );
    const { ignore = [] } = updates.find(({ "package-ecosystem": of }) => of === "npm") ?? {};
    const whole = ignore.filter((each) => each["update-types"] === undefined);
    const patterns = whole.map((each) => each["dependency-name"].replace(/\/\*$/, "/"));
    const covers = (pattern: string, name: string) =>
      pattern.endsWith("/") ? name.startsWith(pattern) : name === pattern;

    expect(archived.filter((name) => !patterns.some((pattern) => covers(pattern, name)))).toEqual([]);
    expect(patterns.filter((pattern) => !archived.some((name) => covers(pattern, name)))).toEqual([]);
    expect(ignore.filter((each) => !whole.includes(each))).toEqual([
      { "dependency-name": "@types/node", "update-types": ["version-update:semver-major"] },
    ]);
    expect(devDependencies["@types/node"]).toMatch(new RegExp(`^${read(".nvmrc").trim()}\\.`));
  });
});

test("each line of CODEOWNERS names a path that is there, and an owner", () => {
  const lines = read(".github/CODEOWNERS")
    .split("\n")
    .filter((line) => line !== "" && !line.startsWith("#"))
    .map((line) => line.split(/ +/));
  const missing = lines.filter(([path = ""]) => path !== "*" && !existsSync(join(PROJECT_ROOT, path)));

  expect(missing).toEqual([]);
  expect(
    lines.filter(([, owner = "", ...more]) => !/^@[\w-]+(\/[\w-]+)?$/.test(owner) || more.length > 0),
  ).toEqual([]);
  const paths = lines.map(([path]) => path);
  expect(paths).toEqual(expect.arrayContaining(["*", "/.github/", "/modules/", "/scripts/"]));
});
