import { readFileSync } from "node:fs";
import { join } from "node:path";
import { PROJECT_ROOT } from "#self/repository";
import { readDocument } from "./documents";

/** The tables that say which fixture is for which test name what the files export. */

const rows = [
  ...readDocument("docs/testing.md").matchAll(/^\| [^|]+ \| ([^|]+) \| `([\w./-]+\.ts)` \|$/gm),
].map(([, names = "", file = ""]) => ({
  file,
  names: [...names.matchAll(/`(\w+)`/g)].map(([, name]) => name),
}));

test.each(rows)("$file exports $names", ({ file, names }) => {
  const source = readFileSync(join(PROJECT_ROOT, file), "utf8");
  const exported = [...source.matchAll(/^export (?:async )?(?:function|const|class) (\w+)/gm)].map(
    ([, name]) => name,
  );
  expect(names.filter((name) => !exported.includes(name ?? ""))).toEqual([]);
  expect(names).not.toEqual([]);
});

test("both tables are read", () => expect(rows.length).toBeGreaterThan(20));
