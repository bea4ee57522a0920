import {
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  realpathSync,
  rmSync,
  utimesSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type BuildOnceOptions, buildOnce, readInputs } from "#modules/bundle/build-once";

const SOURCES = {
  "package.json": "{}",
  "package-lock.json": "{}",
  "tsconfig.json": "{}",
  "functions/one/index.ts": 'import { shared } from "../shared"; console.log("one", shared);',
  "functions/two/index.ts":
    'import { shared } from "../shared"; import "node:fs"; console.log("two", shared);',
  "functions/shared.ts": "export const shared = 1;",
};

const roots: string[] = [];
afterAll(() => {
  for (const root of roots) rmSync(root, { recursive: true });
});

/** A project of two functions that have a source in common. */
function project() {
  const root = realpathSync(mkdtempSync(join(tmpdir(), "build-")));
  roots.push(root);
  const write = (path: string, text: string): void => {
    mkdirSync(join(root, path, ".."), { recursive: true });
    writeFileSync(join(root, path), text);
    utimesSync(join(root, path), 1, text.length);
  };
  for (const [path, text] of Object.entries(SOURCES)) write(path, text);
  const optionsOf = (name: string): BuildOnceOptions => ({
    root,
    outdir: join(".build", name),
    sources: ["functions"],
    esbuild: {
      entryPoints: { index: `functions/${name}/index.ts` },
      bundle: true,
      minify: true,
      platform: "node",
      sourcemap: "linked",
      logLevel: "silent",
    },
    derive: (built) => new Map([[`.build/${name}.count`, Buffer.from(String(built.size))]]),
  });
  const one = optionsOf("one");
  const two = optionsOf("two");
  const built = () =>
    Object.fromEntries(
      readdirSync(join(root, ".build"), { recursive: true, withFileTypes: true })
        .filter((each) => each.isFile())
        .map(({ parentPath, name }) => join(parentPath, name))
        .map((path) => [path.slice(root.length), readFileSync(path, "utf8")]),
    );
  return { root, write, one, two, built };
}

test("what is built together is what is built alone, file by file", () => {
  const together = project();
  const alone = project();
  const outputs = buildOnce(together.one, () => [together.two]);
  expect(buildOnce(alone.one)).toEqual(outputs);
  buildOnce(alone.two);
  expect(alone.built()).toEqual(together.built());
  expect(Object.keys(outputs)).toEqual([
    ".build/one/index.js.map",
    ".build/one/index.js",
    ".build/one.count",
  ]);
});

test("each is made of what it imports, and of nothing of the other", () => {
  const { root, one, two } = project();
  buildOnce(one, () => [two]);
  expect(readInputs(root, one.outdir)).toEqual(["functions/one/index.ts", "functions/shared.ts"]);
  expect(readInputs(root, two.outdir)).toEqual(["functions/two/index.ts", "functions/shared.ts"]);
});

test.each([
  { path: "functions/shared.ts", text: "export const shared = 22;", others: true },
  { path: "functions/two/index.ts", text: 'console.log("changed");', others: true },
  { path: "functions/one/index.ts", text: 'console.log("changed");', others: false },
])("after a change of $path the other is built too: $others", ({ path, text, others }) => {
  const { write, one, two, built } = project();
  buildOnce(one, () => [two]);
  const before = built();
  write(path, text);
  // The one is out of date in any case.
  write(".build/one/index.js", "");
  buildOnce(one, () => [two]);
  const changed = Object.keys(before).filter((file) => built()[file] !== before[file]);
  expect(changed.some((file) => file.startsWith("/.build/two"))).toBe(others);
});

test("what is there and built from the same is not built, and what is beside it is not asked for", () => {
  const { one, two } = project();
  const outputs = buildOnce(one, () => [two]);
  const nobody = () => {
    throw new Error("asked");
  };
  expect(buildOnce(one, nobody)).toEqual(outputs);
});

test("a fault in what is beside it does not stop it, and is reported with its place when its turn comes", () => {
  const { write, one, two } = project();
  write("functions/two/index.ts", "const broken = ;");
  expect(Object.keys(buildOnce(one, () => [two]))).toContain(".build/one/index.js");
  expect(() => buildOnce(two, () => [one])).toThrow("functions/two/index.ts:1:15");
});
