import { readFileSync } from "node:fs";
import { isAbsolute, join } from "node:path";
import type { Seed } from "#modules/config/project-config";
import { projectFolder } from "#modules/project";
import { wrongSeeds } from "./seed-table";

/**
 * The items of a seed: its own, then those of its file, which is a JSON list or has one JSON object on each line.
 * @throws UserError that names the file, and the line if there is one, if it cannot be read or holds anything else
 */
export function seedItems({ items, file }: Pick<Seed, "items" | "file">): readonly object[] {
  return file === undefined ? items : [...items, ...readItems(file)];
}

// ---------------------------------------------------------------------------------------------------- internal

function readItems(file: string): readonly object[] {
  const text = read(file);
  if (text.trimStart().startsWith("[")) {
    const list: unknown = parse(file, text);
    return (list as readonly unknown[]).map((item, index) => asItem(`${file}, item ${index + 1}`, item));
  }
  return text.split("\n").flatMap((line, index) => {
    const at = `${file}, line ${index + 1}`;
    return line.trim() === "" ? [] : [asItem(at, parse(at, line))];
  });
}

function read(file: string): string {
  try {
    return readFileSync(isAbsolute(file) ? file : join(projectFolder(), file), "utf8");
  } catch (error) {
    throw wrongSeeds(`${file} cannot be read (${(error as NodeJS.ErrnoException).code ?? error})`);
  }
}

function parse(at: string, text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    throw wrongSeeds(`${at}: got what is not JSON, expected a list of items, or one item on each line`);
  }
}

function asItem(at: string, item: unknown): object {
  if (typeof item === "object" && item !== null && !Array.isArray(item)) return item;
  throw wrongSeeds(`${at}: got ${JSON.stringify(item)?.slice(0, 40)}, expected an object`);
}
