import { existsSync, readdirSync, rmSync } from "node:fs";
import { join, relative } from "node:path";
import { makePrivateFolder } from "#cli/private-files";
import { UserError } from "#modules/project";
import { lockHolder, releaseLock, takeLock } from "../cli/process-lock.cjs";
import { LOCAL_FOLDER } from "./local-files";

/*
 * `.local` holds the files of one running gateway. While that one runs, the files of another are beside them, in
 * `.local/STAGE`: neither takes the other's credentials away.
 */

/** Where a gateway leaves its files, as long as it runs. */
export interface ClaimedFolder {
  readonly path: string;
  /** The folder as commands name it: `.local`, `.local/prod`. */
  readonly shown: string;
  /** The process whose files are in `.local`, if it is another one. */
  readonly other?: number;
  /** Lets another gateway use it; what is in `.local` stays, so that shells that have exported it go on. */
  release(): void;
}

/**
 * Claims the folder for a gateway's files: `.local`, or `.local/STAGE` while another gateway's are there.
 * @throws UserError if both are in use, or cannot be made
 */
export function claimFolder(stage: string, root = LOCAL_FOLDER): ClaimedFolder {
  const beside = join(root, stage);
  const path = [root, beside].find((folder) => {
    makePrivateFolder(folder);
    return takeLock(lockOf(folder));
  });
  if (path === undefined) {
    throw new UserError(
      `the gateways of processes ${lockHolder(lockOf(root))} and ${lockHolder(lockOf(beside))} use ${show(root)} and ${show(beside)}: end one of them, or serve another stage`,
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

/** The folders of gateways: `.local`, then those that run beside it. */
export function gatewayFolders(root = LOCAL_FOLDER): readonly string[] {
  if (!existsSync(root)) return [];
  const folders = readdirSync(root, { withFileTypes: true }).filter((each) => each.isDirectory());
  const beside = folders.map(({ name }) => join(root, name));
  return [root, ...beside.filter((folder) => lockHolder(lockOf(folder)) !== undefined)];
}

/** A folder as commands name it. */
export function show(folder: string): string {
  return relative(process.cwd(), folder) || ".";
}

// ---------------------------------------------------------------------------------------------------- internal

function lockOf(folder: string): string {
  return join(folder, "serving");
}
