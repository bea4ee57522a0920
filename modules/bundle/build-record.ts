import { createHash } from "node:crypto";
import { readdirSync, readFileSync, type Stats, statSync } from "node:fs";
import { join } from "node:path";

/** The record of a package's sources, stored next to it, so that it is not built again while nothing has changed. */
export interface BuildRecord {
  /** How it was built, as {@link recipeOf} says. */
  readonly recipe: string;
  /** Every file that went into it, relative to the root, with the hash of its contents. */
  readonly inputs: Readonly<Record<string, string>>;
  /** Every file that came out, relative to the root, with the hash of its contents. */
  readonly outputs: Readonly<Record<string, string>>;
}

/**
 * All that decides what comes out, beside the inputs' contents: how it is built, the files that esbuild looks at without
 * listing them as inputs, and which sources there are, since a new one can take the place of another.
 */
export function recipeOf(root: string, folders: readonly string[], how: unknown): string {
  const sources = folders.map((folder) =>
    readdirSync(join(root, folder), { recursive: true, encoding: "utf8" }).sort(),
  );
  const settings = ["package.json", "package-lock.json", "tsconfig.json"].map((file) => hashFile(root, file));
  return sha256(JSON.stringify([how, sources, settings]));
}

/** The record of a package whose inputs and outputs all are what they were; else `undefined`. */
export function readRecord(root: string, path: string, recipe: string): BuildRecord | undefined {
  const record = parseRecord(root, path);
  if (record?.recipe !== recipe) return undefined;
  const { inputs, outputs } = record;
  const same = ([file, hash]: [string, string]): boolean => hashFile(root, file) === hash;
  return [...Object.entries(inputs), ...Object.entries(outputs)].every(same) ? record : undefined;
}

/** Reads a record; one that was not written completely counts as missing. */
export function parseRecord(root: string, path: string): BuildRecord | undefined {
  try {
    return JSON.parse(readFileSync(join(root, path), "utf8"));
  } catch {
    return undefined;
  }
}

/** Base64 of the SHA-256. */
export function sha256(contents: string | Uint8Array): string {
  return createHash("sha256").update(contents).digest("base64");
}

/**
 * The hashes of the files that a build has read. If a file was saved after the build started, the build may have read
 * other content: the file gets a hash that no file has, so that the next build does not rely on it.
 */
export function hashInputs(root: string, files: readonly string[], begin: number): Record<string, string> {
  const hash = (file: string): string =>
    statSync(join(root, file)).mtimeMs < begin ? (hashFile(root, file) as string) : "changed meanwhile";
  return Object.fromEntries(files.map((file) => [file, hash(file)]));
}

/** The hash of a file, or none if there is no such file. */
export function hashFile(root: string, file: string): string | undefined {
  const path = join(root, file);
  const stats = statSync(path, { throwIfNoEntry: false });
  if (!stats?.isFile()) return undefined;
  const { mtimeMs, size, ino } = stats;
  const known = hashed.get(path);
  if (known?.mtimeMs === mtimeMs && known.size === size && known.ino === ino) return known.hash;
  const hash = sha256(readFileSync(path));
  hashed.set(path, { mtimeMs, size, ino, hash });
  return hash;
}

// ---------------------------------------------------------------------------------------------------- internal

/** Functions have most of their sources in common: each is read once. */
const hashed = new Map<string, Pick<Stats, "mtimeMs" | "size" | "ino"> & { readonly hash: string }>();
