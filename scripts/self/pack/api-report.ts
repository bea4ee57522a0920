import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, relative } from "node:path";
import { FACES } from "./build-kit";
import { targetOf, writeDeclarations } from "./declarations";

/** Where the report is, in this repository. */
export const REPORT = "kit/api.md";

/** The report of the faces as they are now; the compiler writes their declarations for it. */
export async function reportFaces(): Promise<string> {
  const folder = mkdtempSync(join(tmpdir(), "faces-"));
  try {
    await writeDeclarations(folder, FACES);
    return apiReport(join(folder, "types"), FACES);
  } finally {
    rmSync(folder, { recursive: true });
  }
}

/**
 * Writes what the faces export as signatures, with the types that these refer to: the text that a change of what projects
 * rely on changes. What is private, and what no signature leads to, is left out.
 * @param types - the folder with the declarations (`declarations.ts`)
 */
export function apiReport(types: string, faces: readonly string[]): string {
  const files = new Files(types);
  const sections = faces.map((face) => {
    const { names } = files.read(join(types, "kit", `${face}.d.ts`));
    const found = new Map<string, string>();
    const exported = [...names.keys()].sort().map((name) => {
      const { from, as } = names.get(name) as Origin;
      return add(files, from, as, found);
    });
    const others = [...found.keys()].filter((place) => !exported.includes(place)).sort(byName);
    const texts = [...exported, ...others].map((place) => found.get(place) ?? "");
    return `## ${face}\n\n\`\`\`ts\n${texts.join("\n")}\n\`\`\`\n`;
  });
  return `${HEAD}\n${sections.join("\n")}`;
}

// ---------------------------------------------------------------------------------------------------- internal

const HEAD = `# What the faces of the kit export

\`make docs\` writes this page from the declarations. A change here is one for the changelog: a declaration that goes or that
takes less takes a new major version.
`;

/** Where a name of a file is declared. */
interface Origin {
  readonly from: string;
  readonly as: string;
}

/** A file of declarations: its own, by name, and where the names come from that it imports or hands on. */
interface DeclarationFile {
  readonly own: ReadonlyMap<string, string>;
  readonly names: ReadonlyMap<string, Origin>;
}

class Files {
  readonly types: string;
  private readonly known = new Map<string, DeclarationFile>();

  constructor(types: string) {
    this.types = types;
  }

  read(path: string): DeclarationFile {
    const known = this.known.get(path);
    if (known) return known;
    const text = readFileSync(path, "utf8").replace(/\/\*\*[\s\S]*?\*\//g, "");
    const file = { own: declarationsOf(text), names: importsOf(text, this.types, path) };
    this.known.set(path, file);
    return file;
  }
}

/**
 * Adds a declaration, and what it refers to.
 * @param found - declarations by place, since two files may declare the same name
 * @returns its place
 * @throws Error if it is not there
 */
function add(files: Files, path: string, name: string, found: Map<string, string>): string {
  const { own, names } = files.read(path);
  const text = own.get(name);
  const place = `${relative(files.types, path)} ${name}`;
  if (text === undefined) {
    const origin = names.get(name);
    if (!origin) throw new Error(`${place}: got no declaration`);
    return add(files, origin.from, origin.as, found);
  }
  if (found.has(place)) return place;
  found.set(place, text);
  for (const word of new Set(text.match(/[A-Za-z_$][\w$]*/g))) {
    if (own.has(word) || names.has(word)) add(files, path, word, found);
  }
  return place;
}

function byName(one: string, other: string): number {
  const key = (place: string): string => place.split(" ").reverse().join(" ");
  return key(one) < key(other) ? -1 : 1;
}

/** The top level of a file: the compiler begins each declaration at the margin, and indents what is in it. */
function declarationsOf(text: string): ReadonlyMap<string, string> {
  const all = text.matchAll(
    /^(?:export )?(?:declare )?(?:abstract )?(?:class|const|function|interface|type) ([\w$]+)[\s\S]*?(?=^\S(?<!\})|$(?![\s\S]))/gm,
  );
  const texts = new Map<string, string>();
  for (const [declaration, name = ""] of all) {
    const text = declaration
      .split("\n")
      .filter((line) => line.trim() !== "" && !/^ {4}private /.test(line))
      .join("\n")
      .replace(/^export (declare )?/, "")
      .replace(/^declare /, "");
    // Of a function with overloads each one counts.
    texts.set(name, texts.has(name) ? `${texts.get(name)}\n${text}` : text);
  }
  return texts;
}

/** What a file has from others of the kit, under the names that it uses. */
function importsOf(text: string, types: string, path: string): ReadonlyMap<string, Origin> {
  const clauses = text.matchAll(/(?:import|export) (?:type )?\{([^}]*)\} from "([.#][^"]+)"/g);
  return new Map(
    [...clauses].flatMap(([, list = "", from = ""]) =>
      list
        .split(",")
        .map((each) => each.trim().replace(/^type /, ""))
        .filter(Boolean)
        .map((each): [string, Origin] => {
          const [name = "", as = name] = each.split(" as ");
          return [as, { from: targetOf(types, path, from), as: name }];
        }),
    ),
  );
}
