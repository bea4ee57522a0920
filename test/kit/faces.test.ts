import { mkdirSync, mkdtempSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { apiReport, REPORT, reportFaces } from "#self/pack/api-report";
import { FACES } from "#self/pack/build-kit";
import { PROJECT_ROOT } from "#self/repository";
import { temporaryFolder } from "../support/temporary-folder";

/** What projects rely on, with its signatures. A change of it is one for the changelog: what goes takes a new major version. */
test(`the faces export what ${REPORT} says: after a change run make docs, and add it to CHANGELOG.md`, async () => {
  expect(await reportFaces()).toBe(readFileSync(join(PROJECT_ROOT, REPORT), "utf8"));
});

describe("the report", () => {
  const folder = temporaryFolder();
  const report = (
    modules: Readonly<Record<string, string>>,
    face = 'export { make } from "#modules/a";\n',
  ) => {
    const types = mkdtempSync(join(folder, "types-"));
    for (const [path, text] of Object.entries({ "kit/face.d.ts": face, ...modules })) {
      mkdirSync(dirname(join(types, path)), { recursive: true });
      writeFileSync(join(types, path), text);
    }
    return apiReport(types, ["face"]).split("```")[1];
  };
  const A = 'import type { Props } from "./b";\nexport declare function make(props: Props): void;\n';
  const B = "export interface Props {\n    readonly name: string;\n}\n";

  test("has a signature, and what it refers to in other files", () => {
    expect(report({ "modules/a.d.ts": A, "modules/b.d.ts": B })).toBe(
      "ts\nfunction make(props: Props): void;\ninterface Props {\n    readonly name: string;\n}\n",
    );
  });

  test("changes with a type that the face itself does not name", () => {
    const optional = B.replace("name:", "name?:");
    expect(report({ "modules/a.d.ts": A, "modules/b.d.ts": optional })).toContain("readonly name?: string");
  });

  test("does not change with what is private, with comments, and with what no signature leads to", () => {
    const type =
      "/** A thing. */\nexport declare class make {\n    private readonly x;\n    get(): string;\n}\n";
    const other = "export declare function other(): void;\n";
    expect(report({ "modules/a.d.ts": `${other}${type}` })).toBe("ts\nclass make {\n    get(): string;\n}\n");
  });

  test("keeps two types of one name apart", () => {
    const a = `${A}export { Props as Others } from "./c";\n`;
    const c = "export type Props = string;\n";
    const face = 'export { make, Others } from "#modules/a";\n';
    expect(report({ "modules/a.d.ts": a, "modules/b.d.ts": B, "modules/c.d.ts": c }, face)).toContain(
      "type Props = string;\nfunction make(props: Props): void;\ninterface Props {",
    );
  });

  test("is refused of a name that is declared nowhere", () => {
    expect(() => report({ "modules/a.d.ts": "" })).toThrow("modules/a.d.ts make: got no declaration");
  });
});

test.each(FACES)("%s names what it exports", (face) => {
  expect(readFileSync(join(PROJECT_ROOT, "kit", `${face}.ts`), "utf8")).not.toMatch(
    /export \*|export (const|function|class)/,
  );
});

/** The handler library itself, from which the face takes what it exports; the rest of functions/ is the inventory's. */
const LIBRARY = new Set(
  readFileSync(join(PROJECT_ROOT, "kit", "lambda.ts"), "utf8")
    .match(/functions\/lib\/[\w-]+/g)
    ?.map((path) => `${path}.ts`),
);

const INVENTORY = [
  "main.ts",
  "project.config.ts",
  ...["functions", "seeds"].flatMap((folder) =>
    readdirSync(join(PROJECT_ROOT, folder), { recursive: true, encoding: "utf8" })
      .map((name) => join(folder, name))
      .filter((path) => path.endsWith(".ts") && !path.includes("stand-ins") && !LIBRARY.has(path)),
  ),
].filter((path) => path !== "functions/lib/read-headers.ts");

test("this repository's own API uses the faces alone", () => {
  const beside = INVENTORY.flatMap((path) => {
    const text = readFileSync(join(PROJECT_ROOT, path), "utf8");
    return [...text.matchAll(/\bfrom "([.#][^"]+)"/g)]
      .map(([, name = ""]) => name)
      .filter((name) => {
        const isFace = FACES.some((face) => name === `#kit/${face}`);
        const target = join(path, "..", name);
        const isOwn = name.startsWith(".") && INVENTORY.includes(`${target}.ts`);
        return !isFace && !isOwn && !name.endsWith(".json") && !name.startsWith("#functions/lib/product");
      })
      .map((name) => `${path}: ${name}`);
  });
  expect(beside).toEqual([]);
  expect(INVENTORY.length).toBeGreaterThan(15);
});
