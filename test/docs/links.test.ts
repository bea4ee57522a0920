import { existsSync, readdirSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { PROJECT_ROOT } from "#self/repository";
import { blocksOf, documents, readDocument } from "./documents";

/** Whatever a document names is there: links, anchors, paths, make targets, commands and their flags. */

const paths = documents();
const makefile = readFileSync(join(PROJECT_ROOT, "Makefile"), "utf8");
const targets = new Set([...makefile.matchAll(/^([a-z_-]+):(?!=)/gm)].map(([, target]) => target));
const usages = readdirSync(join(PROJECT_ROOT, "scripts"))
  .filter((name) => name.endsWith(".ts"))
  .map(
    (name) =>
      /const USAGE = `(.*?)`;/s.exec(readFileSync(join(PROJECT_ROOT, "scripts", name), "utf8"))?.[1] ?? "",
  )
  .join("\n");
const { scripts } = JSON.parse(readFileSync(join(PROJECT_ROOT, "package.json"), "utf8")) as {
  scripts: Record<string, string>;
};

/** Flags of other programs, by the program. */
const OTHERS_FLAGS: Readonly<Record<string, readonly string[]>> = {
  curl: ["--aws-sigv4", "--config"],
  make: ["--silent"],
  npm: ["--save-exact", "--save-dev", "--package"],
  sha256sum: ["--check"],
  gh: ["--repo"],
  cdktf: ["--hcl"],
  "the AWS CLI": ["--profile", "--format"],
  git: ["--no-verify", "--unset"],
  node: ["--require", "--eval"],
  jest: ["--selectProjects", "--runInBand", "--testPathPatterns"],
};

interface Named {
  readonly document: string;
  readonly what: string;
}

/** Everything that documents name in some way. */
function named(find: (text: string, document: string) => readonly string[]): readonly Named[] {
  return paths.flatMap((document) =>
    find(readDocument(document), document).map((what) => ({ document, what })),
  );
}

function withoutBlocks(text: string): string {
  return text.replace(/^```.*?^```$/gms, "");
}

/** The lines of code blocks that are commands. */
function commandsOf(text: string): readonly string[] {
  return blocksOf(text)
    .filter(({ language }) => ["sh", "console"].includes(language))
    .flatMap((block) => block.text.split("\n"));
}

/** Inline code, and commands. */
function codeOf(text: string): readonly string[] {
  const spans = [...withoutBlocks(text).matchAll(/`([^`\n]+(?:\n[^`\n]+)?)`/g)].map(([, code = ""]) => code);
  return [...spans, ...commandsOf(text)];
}

/** Whether there is such a path, or a test file that jest finds by it; `*` stands for any part of a name. */
function isThere(folder: string, [segment, ...rest]: readonly string[]): boolean {
  if (segment === undefined) return existsSync(folder) || existsSync(`${folder}.test.ts`);
  if (!segment.includes("*")) return isThere(join(folder, segment), rest);
  const pattern = new RegExp(`^${segment.replaceAll(".", "\\.").replaceAll("*", ".*")}$`);
  return readdirSync(folder).some((name) => pattern.test(name) && isThere(join(folder, name), rest));
}

/** How GitHub calls the anchor of a heading. */
function anchorOf(heading: string): string {
  const text = heading.replace(/\[([^\]]*)\]\([^)]*\)/g, "$1").toLowerCase();
  return text.replace(/[^\p{L}\p{N}\- _]/gu, "").replaceAll(" ", "-");
}

function anchorsOf(path: string): readonly string[] {
  const headings = [...withoutBlocks(readDocument(path)).matchAll(/^#{1,6} (.+)$/gm)];
  return headings.map(([, heading = ""]) => anchorOf(heading));
}

const links = named((text) => {
  const prose = withoutBlocks(text).replace(/`[^`\n]+`/g, "");
  const patterns = [
    /\]\(([^()\s]+(?:\([^()]*\)[^()\s]*)?)\)/g,
    /\b(?:src|srcset|href)="([^"]+)"/g,
    /<(https?:[^>]+)>/g,
  ];
  return patterns.flatMap((pattern) => [...prose.matchAll(pattern)].map(([, target = ""]) => target));
});

test("links within the project lead to a file, and to a heading of it", () => {
  const local = links.filter(({ what }) => !/^https?:/.test(what));
  const broken = local.filter(({ document, what }) => {
    const [file = "", anchor] = what.split("#");
    const target = file === "" ? document : join(dirname(document), file);
    if (!existsSync(join(PROJECT_ROOT, target))) return true;
    return anchor !== undefined && !anchorsOf(target).includes(anchor);
  });
  expect(broken).toEqual([]);
  expect(local.length).toBeGreaterThan(20);
});

test("links to elsewhere are encrypted, but for this machine's own", () => {
  const elsewhere = links.filter(({ what }) => /^https?:/.test(what));
  const wrong = elsewhere.filter(({ what }) => {
    if (!URL.canParse(what)) return true;
    const { protocol, hostname } = new URL(what);
    return protocol !== "https:" && hostname !== "127.0.0.1";
  });
  expect(wrong).toEqual([]);
  expect(elsewhere.length).toBeGreaterThan(15);
});

test("paths are there", () => {
  const tops = new Set(readdirSync(PROJECT_ROOT));
  const shown = named((text) => {
    const written = new Set(blocksOf(text).map(({ file }) => file));
    return (
      codeOf(text)
        .flatMap((code) => code.split(/[\s'"$(){}=:,;|<>]+/))
        .filter((word) => /^\.?[\w-]+(?:\.\w+)?(?:\/[\w.*-]+)*\/?$/.test(word) && word.includes("/"))
        .filter((word) => tops.has(word.split("/")[0] ?? "") && !written.has(word))
        // What a new project has is what its template has.
        .filter((word) => !existsSync(join(PROJECT_ROOT, "template", word)))
    );
  });
  const made =
    /^(?:\.local|\.state|\.plan|\.build|cdktf\.out|dist|node_modules|bench\/results\.json)(?:\/|$)|\.old$/;
  const missing = shown.filter(
    ({ what }) => !made.test(what) && !isThere(PROJECT_ROOT, what.replace(/\/$/, "").split("/")),
  );
  expect(missing).toEqual([]);
  expect(shown.length).toBeGreaterThan(100);
});

test("commands have no comments, which are arguments where they are pasted into the shell of macOS", () => {
  expect(named((text) => commandsOf(text).filter((line) => /(?:^|\s)#/.test(line)))).toEqual([]);
});

test("make targets are there", () => {
  const used = named((text) =>
    codeOf(text).flatMap((code) =>
      [...code.matchAll(/(?:^|[\s&;(])make((?:\s+-\S+(?: \.\.?\/\S+)?)*)\s+([a-z_][a-z_-]*)/g)].map(
        ([, , target = ""]) => target,
      ),
    ),
  );
  expect(used.filter(({ what }) => !targets.has(what))).toEqual([]);
  expect(new Set(used.map(({ what }) => what)).size).toBeGreaterThan(20);
});

test("every make target is in some document", () => {
  const all = paths.map(readDocument).join("\n");
  const internal = new Set(["help", "node_modules"]);
  const untold = [...targets].filter(
    (target) => !internal.has(target ?? "") && !all.includes(`make ${target}`),
  );
  expect(untold).toEqual([]);
});

test("flags are those of a command, or of another program", () => {
  const others = new Set(Object.values(OTHERS_FLAGS).flat());
  const used = named((text) =>
    codeOf(text).flatMap((code) =>
      [...code.matchAll(/(?<![\w-])--[a-z][a-zA-Z0-9-]*/g)].map(([flag]) => flag),
    ),
  );
  const unknown = used.filter(
    ({ what }) => !others.has(what) && !new RegExp(`${what}(?![\\w-])`).test(`${usages} --help`),
  );
  expect(unknown).toEqual([]);
  expect(new Set(used.map(({ what }) => what)).size).toBeGreaterThan(10);
});

test("npm scripts and installed programs are there", () => {
  const code = named((text) => codeOf(text));
  const ran = code.flatMap(({ document, what }) =>
    [...what.matchAll(/\bnpm run (?:--\S+ )*([\w:]+)/g)].map(([, name = ""]) => ({ document, what: name })),
  );
  const programs = code.flatMap(({ document, what }) =>
    [...what.matchAll(/\bnpx ([\w-]+)/g)].map(([, name = ""]) => ({ document, what: name })),
  );
  expect(ran.filter(({ what }) => !(what in scripts))).toEqual([]);
  expect(
    programs.filter(({ what }) => !existsSync(join(PROJECT_ROOT, "node_modules", ".bin", what))),
  ).toEqual([]);
  expect([ran.length, programs.length].every((count) => count > 2)).toBe(true);
});
