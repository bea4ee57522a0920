import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { PROJECT_ROOT } from "#self/repository";

/** A fenced block of a document. */
export interface Block {
  /** The heading that it stands under. */
  readonly section: string;
  readonly language: string;
  readonly text: string;
  /** The file that it is of, where the line above names one alone: `` `main.ts`: `` */
  readonly file?: string;
}

/** Every Markdown document of the project, by its path. */
export function documents(): readonly string[] {
  const folders = [".", ".github", "docs", "test"];
  const found = folders.flatMap((folder) =>
    readdirSync(join(PROJECT_ROOT, folder), { recursive: folder === "test", encoding: "utf8" })
      .filter((name) => name.endsWith(".md") || name === "llms.txt")
      .map((name) => join(folder, name)),
  );
  return found.sort();
}

export function readDocument(path: string): string {
  return readFileSync(join(PROJECT_ROOT, path), "utf8");
}

/** The blocks of a document, in their order. */
export function blocksOf(document: string): readonly Block[] {
  const blocks: Block[] = [];
  let section = "";
  const parts =
    /^#{1,6} (?<heading>[^\n]+)$|(?:^`(?<file>[^`\n]+)`:\n\n)?^```(?<language>\w*)\n(?<text>.*?)^```$/gms;
  for (const { groups = {} } of document.matchAll(parts)) {
    if (groups.heading !== undefined) section = groups.heading;
    else
      blocks.push({ section, language: groups.language ?? "", text: groups.text ?? "", file: groups.file });
  }
  return blocks;
}

/** The rows of the tables under a heading, without their heads; code marks are left out of the cells. */
export function tableRows(document: string, heading: string): readonly (readonly string[])[] {
  const start = document.indexOf(`\n## ${heading}\n`);
  if (start < 0) throw new Error(`no heading '${heading}'`);
  const end = document.indexOf("\n## ", start + 1);
  const rows = document
    .slice(start, end < 0 ? undefined : end)
    .split("\n")
    .filter((line) => line.startsWith("|"));
  return rows
    .filter((line, index) => !/^\|[ :|-]+\|$/.test(line) && !/^\|[ :|-]+\|$/.test(rows[index + 1] ?? ""))
    .map((line) =>
      line
        .slice(1, -1)
        .split("|")
        .map((cell) => cell.trim()),
    );
}
