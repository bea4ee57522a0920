import { existsSync, readdirSync, rmSync } from "node:fs";
import { join, relative } from "node:path";
import { makePrivateFolder } from "#cli/private-files";
import { UserError } from "#modules/project";
import { lockHolder, releaseLock, takeLock } from "../cli/process-lock.cjs";
import { localFolder } from "./local-files";

/*
 * `.local` has the files of one running gateway. A second gateway that runs at the same time has its files in
 * `.local/STAGE`, so that neither overwrites the credentials of the other.
 */

/** The folder with the files of a running gateway. */
export interface ClaimedFolder {
  readonly path: string;
  /** The folder as commands name it: `.local`, `.local/prod`. */
  readonly shown: string;
  /** The process whose files are in `.local`, if it is another process. */
  readonly other?: number;
  /** Lets another gateway use the folder. The files in `.local` stay, so that shells that have exported them still work. */
  release(): void;
}

/**
 * Claims the folder for a gateway's files: `.local`, or `.local/STAGE` while another gateway uses `.local`.
 * @throws UserError if both are in use, or cannot be created
 */
export function claimFolder(stage: string, root = localFolder()): ClaimedFolder {
  const own = join(root, stage);
  const path = [root, own].find((folder) => {
    makePrivateFolder(folder);
    return takeLock(lockOf(folder));
  });
  if (path === undefined) {
    throw new UserError(
      `the gateways of processes ${lockHolder(lockOf(root))} and ${lockHolder(lockOf(own))} use ${show(root)} and ${show(own)}: end one of them, or serve another stage`,
    );
  }
  return {
    path,
    shown: show(path),
    other: path === root ? undefined : lockHolder(lockOf(root)),
    release: () => {
      releaseLock(lockOf(path));
      if (path !== root) rmSync(path, { recursive: true, force: true });
    },
  };
}

/** The folders of gateways: `.local`, then those of other gateways that are running. */
export function gatewayFolders(root = localFolder()): readonly string[] {
  if (!existsSync(root)) return [];
  const folders = readdirSync(root, { withFileTypes: true }).filter((each) => each.isDirectory());
  const others = folders.map(({ name }) => join(root, name));
  return [root, ...others.filter((folder) => lockHolder(lockOf(folder)) !== undefined)];
}

/** A folder as commands name it. */
export function show(folder: string): string {
  return relative(process.cwd(), folder) || ".";
}

// ---------------------------------------------------------------------------------------------------- internal

function lockOf(folder: string): string {
  return join(folder, "serving");
}
