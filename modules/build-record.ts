import { createHash } from "node:crypto";
import { existsSync, readdirSync, readFileSync, statSync } from "node:fs";
import { join } from "node:path";

/** What a package was built from, kept beside it, so that it is not built again while nothing has changed. */
export interface BuildRecord {
  /** How it was built, as {@link recipeOf} says. */
  readonly recipe: string;
  /** Every file that went into it, relative to the root, with the hash of its contents. */
  readonly inputs: Readonly<Record<string, string>>;
  /** Every file that came out, relative to the root, with the hash of its contents. */
  readonly outputs: Readonly<Record<string, string>>;
}

/**
 * All that decides what comes out, beside the inputs' contents: esbuild's version and options, the files that it looks
 * at without listing them as inputs, and which files there are, since a new one can take the place of another.
 */
export function recipeOf(root: string, esbuildVersion: string, options: object): string {
  const sources = readdirSync(join(root, "functions"), { recursive: true, encoding: "utf8" }).sort();
  const settings = ["package.json", "package-lock.json", "tsconfig.json"].map((file) => hashFile(root, file));
  return sha256(JSON.stringify([esbuildVersion, options, sources, settings]));
}

/** The record of a package whose inputs and outputs all are what they were; else `undefined`. */
export function readRecord(root: string, path: string, recipe: string): BuildRecord | undefined {
  const record = parse(join(root, path));
  if (record?.recipe !== recipe) return undefined;
  const { inputs, outputs } = record;
  const same = ([file, hash]: [string, string]): boolean => hashFile(root, file) === hash;
  return [...Object.entries(inputs), ...Object.entries(outputs)].every(same) ? record : undefined;
}

/** Base64 of the SHA-256. */
export function sha256(contents: string | Uint8Array): string {
  return createHash("sha256").update(contents).digest("base64");
}

/**
 * The hashes of the files that a build has read. One that was saved after it began may not be what was read: it gets
 * a hash that no file has, and so the next build does not rely on it.
 */
export function hashInputs(root: string, files: readonly string[], begin: number): Record<string, string> {
  const hash = (file: string): string =>
    statSync(join(root, file)).mtimeMs < begin ? (hashFile(root, file) as string) : "changed meanwhile";
  return Object.fromEntries(files.map((file) => [file, hash(file)]));
}

// ---------------------------------------------------------------------------------------------------- internal

/** The hash of a file, or none where there is no such file. */
function hashFile(root: string, file: string): string | undefined {
  const path = join(root, file);
  return existsSync(path) ? sha256(readFileSync(path)) : undefined;
}

/** A record that was not written to its end counts as none. */
function parse(path: string): BuildRecord | undefined {
  try {
    return JSON.parse(readFileSync(path, "utf8"));
  } catch {
    return undefined;
  }
}
