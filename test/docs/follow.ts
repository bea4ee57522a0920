import { execFileSync, spawnSync } from "node:child_process";
import {
  copyFileSync,
  cpSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { basename, dirname, join, relative } from "node:path";
import { PROJECT_ROOT } from "#self/repository";
import type { Block } from "./documents";

const LEFT_OUT = new Set(["node_modules", ".git", ".local", ".state", ".plan", "cdktf.out", "unused"]);

/** Copies the project, with what it has built and links to its packages. @param parts - all of it, or some paths */
export function copyProject(folder: string, parts: readonly string[] = ["."]): void {
  for (const part of parts) {
    // A fresh clone has built nothing yet.
    if (part === ".build" && !existsSync(join(PROJECT_ROOT, part))) continue;
    cpSync(join(PROJECT_ROOT, part), join(folder, part), {
      recursive: true,
      filter: (path) => !LEFT_OUT.has(basename(relative(PROJECT_ROOT, path))),
    });
  }
  linkPackages(join(PROJECT_ROOT, "node_modules"), join(folder, "node_modules"));
}

/** Links each of the packages: what a document does to their folder is not done to this one. */
function linkPackages(from: string, to: string): void {
  mkdirSync(to);
  for (const name of readdirSync(from)) {
    const place = name === ".package-lock.json" ? copyFileSync : symlinkSync;
    place(join(from, name), join(to, name));
  }
}

/** Does what a block of a document says: runs its commands, writes its file, or makes its change. */
export function follow(folder: string, { language, text, file }: Block): void {
  if (language === "sh") {
    execFileSync("sh", ["-e", "-c", text], { cwd: folder, stdio: ["ignore", "ignore", "pipe"] });
    return;
  }
  if (file === undefined) throw new Error(`a block that names no file: ${text}`);
  const path = join(folder, file);
  if (language === "diff") {
    writeFileSync(path, applyChange(readFileSync(path, "utf8"), text));
    return;
  }
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, text);
}

/**
 * Makes a change that a document shows: lines with a minus are there and go, those with a plus come.
 * @throws Error where the lines that are there are not, or more than once
 */
export function applyChange(source: string, change: string): string {
  const lines = change.trimEnd().split("\n");
  const side = (mark: string) =>
    lines
      .filter((line) => line.startsWith(" ") || line.startsWith(mark))
      .map((line) => `${line.slice(1)}\n`)
      .join("");
  const [before, after] = [side("-"), side("+")];
  const pieces = source.split(before);
  if (pieces.length !== 2) throw new Error(`found ${pieces.length - 1} times, expected once:\n${before}`);
  return pieces.join(after);
}

/** Synthesizes the stage dev in a copy. @returns the folder of its Terraform */
export function synthesizeCopy(folder: string): string {
  rmSync(join(folder, "cdktf.out"), { recursive: true, force: true });
  const { status, stderr } = spawnSync(
    process.execPath,
    ["--require", join(PROJECT_ROOT, "scripts", "cli", "typescript.cjs"), "main.ts"],
    {
      cwd: folder,
      env: { PATH: process.env.PATH, STAGE: "dev", AWS_REGION: "us-east-1" },
      encoding: "utf8",
    },
  );
  if (status !== 0) throw new Error(stderr);
  return join(folder, "cdktf.out", "stacks");
}

/** The arguments of `make call REQUEST='…'`, for each such line of a block. */
export function requestsOf({ text }: Block): readonly (readonly string[])[] {
  return [...text.matchAll(/make call REQUEST='([^']+)'/g)].map(([, request = ""]) => request.split(" "));
}
