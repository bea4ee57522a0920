import { existsSync, readFileSync } from "node:fs";
import { basename, dirname, join, normalize } from "node:path";
import { makeFolder, replaceFile } from "../write-file";
import { hashFile } from "./build-record";
import type { BundlingProps } from "./bundling";

/** How a deployment package was made. */
export interface PackageOrigin {
  /** Path of the function's entry file, relative to the project. */
  readonly entry: string;
  readonly runtime: string;
  readonly bundling: BundlingProps;
}

/** A source map, version 3, of the one module of a package; its sources are relative to the project. */
export interface SourceMapPayload {
  readonly version: number;
  readonly sources: readonly string[];
  readonly names: readonly string[];
  readonly mappings: string;
}

const FOLDER = join(".build", "packages");

/**
 * Keeps, by the hash of a package, how it was made and its source map, without the sources' text: a deployment's stack
 * traces can be read for as long as the folder is kept.
 *
 * @param hash - base64 of the SHA-256 of the zip, which Lambda calls `CodeSha256`
 * @param readMap - reads the map that esbuild has made, and names the folder that its sources are relative to
 */
export function keepPackage(
  root: string,
  hash: string,
  origin: PackageOrigin,
  readMap: () => { readonly text: string; readonly folder: string } | undefined,
): void {
  makeFolder(join(root, FOLDER));
  writeNew(originPath(root, hash, nameOf(origin.entry)), JSON.stringify(origin));
  const path = mapPath(root, hash);
  const map = existsSync(path) ? undefined : readMap();
  if (map === undefined) return;
  const { sources, names, mappings }: SourceMapPayload = JSON.parse(map.text);
  const kept: SourceMapPayload = {
    version: 3,
    sources: sources.map((source) => normalize(join(map.folder, source))),
    names,
    mappings,
  };
  writeNew(path, JSON.stringify(kept));
}

/**
 * How a package was made; undefined where it was not made here.
 * @param path - of the package, which is named after the folder of its entry file; functions may have equal packages
 */
export function readOrigin(root: string, path: string): PackageOrigin | undefined {
  const hash = hashFile("", path);
  return hash === undefined ? undefined : readJson(originPath(root, hash, basename(path, ".zip")));
}

/** The source map of the package with this hash; undefined where it was not made here. */
export function readSourceMap(root: string, hash: string): SourceMapPayload | undefined {
  return readJson(mapPath(root, hash));
}

// ---------------------------------------------------------------------------------------------------- internal

function nameOf(entry: string): string {
  return basename(dirname(entry));
}

function originPath(root: string, hash: string, name: string): string {
  return join(root, FOLDER, `${fileNameOf(hash)}.${name}.json`);
}

function mapPath(root: string, hash: string): string {
  return join(root, FOLDER, `${fileNameOf(hash)}.map`);
}

function fileNameOf(hash: string): string {
  return Buffer.from(hash, "base64").toString("hex");
}

function readJson<T>(path: string): T | undefined {
  return existsSync(path) ? JSON.parse(readFileSync(path, "utf8")) : undefined;
}

function writeNew(path: string, text: string): void {
  if (existsSync(path) && readFileSync(path, "utf8") === text) return;
  replaceFile(path, Buffer.from(text));
}
