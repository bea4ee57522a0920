import { readFileSync } from "node:fs";
import { join } from "node:path";
import { PROJECT_ROOT } from "#self/repository";
import { readDocument } from "./documents";

/** The decisions are complete, and those on dependencies hold. */

const page = readDocument("docs/decisions.md");
const read = (name: string) => JSON.parse(readFileSync(join(PROJECT_ROOT, name), "utf8"));

const sections = page
  .split(/^### /m)
  .slice(1)
  .map((text) => ({ heading: text.slice(0, text.indexOf("\n")), text }));

test("each decision has a date; an alternative and an exit, or a table of them", () => {
  const isWhole = (text: string) =>
    /\n\n\*\d{4}-\d{2}-\d{2}\.\* /.test(text) &&
    (/\n- \*\*Alternative:\*\* \S[\s\S]*\n- \*\*Exit:\*\* \S/.test(text) || text.includes("\n| --- |"));
  expect(sections.filter(({ text }) => !isWhole(text)).map(({ heading }) => heading)).toEqual([]);
  expect(sections.length).toBeGreaterThan(15);
});

test("the table has each direct dependency, and no other", () => {
  const { dependencies, devDependencies } = read("package.json");
  const rows = sections.at(-1)?.text.match(/^\| `.*/gm) ?? [];
  const named = rows.flatMap((row) => [...(row.split("|")[1] ?? "").matchAll(/`([^`]+)`/g)]);
  expect(named.map(([, name]) => name).sort()).toEqual(
    Object.keys({ ...dependencies, ...devDependencies }).sort(),
  );
});

describe("the licence of each locked package", () => {
  /** A package may be used under any one of its alternatives. */
  const isAllowed = (licence: string): boolean =>
    licence
      .replace(/[()]/g, "")
      .split(" OR ")
      .some((each) => !/\b(A?GPL|LGPL|SSPL|BUSL|CC-BY-NC|UNLICENSED|SEE LICENSE)/i.test(each));

  const { packages } = read("package-lock.json") as { packages: Record<string, { license?: string }> };
  const licences = Object.entries(packages).flatMap(([name, { license }]) =>
    license === undefined ? [] : [{ name, license }],
  );

  test("is none that an adopter's product would have to take on", () => {
    expect(licences.filter(({ license }) => !isAllowed(license))).toEqual([]);
    expect(licences.length).toBeGreaterThan(900);
  });

  test.each(["AGPL-3.0-or-later", "GPL-3.0-only", "MIT AND LGPL-2.1", "BUSL-1.1", "UNLICENSED"])(
    "would not be %s",
    (licence) => expect(isAllowed(licence)).toBe(false),
  );

  test.each(["(MIT OR GPL-3.0-or-later)", "MPL-2.0"])("may be %s", (licence) => {
    expect(isAllowed(licence)).toBe(true);
  });
});
