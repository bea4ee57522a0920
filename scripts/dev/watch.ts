import { type FSWatcher, readdirSync, watch } from "node:fs";
import { join, relative } from "node:path";
import { PROJECT_ROOT } from "#modules/project";

/** What a synthesized stack is made from: the program, and folders with all that is in them. */
const PROGRAM = "main.ts";
const FOLDERS = ["functions", "modules"];

/** How long saving is given to settle: an editor writes a file in several steps. */
const SETTLE_MILLISECONDS = 15;

/**
 * Calls back when sources have changed, one call after another: what changes meanwhile leads to one more.
 * @param onChange - is told the paths that changed, relative to the root; also of what is gone again
 * @returns stops watching
 */
export function watchSources(
  onChange: (paths: readonly string[]) => Promise<void>,
  root = PROJECT_ROOT,
): () => void {
  let timer: NodeJS.Timeout | undefined;
  let running = false;
  const pending = new Set<string>();
  const run = async (): Promise<void> => {
    if (running) return;
    running = true;
    while (pending.size > 0) {
      const paths = [...pending].sort();
      pending.clear();
      await onChange(paths);
    }
    running = false;
  };
  const folders = watchFolders(
    FOLDERS.map((folder) => join(root, folder)),
    (path) => changed(path),
  );
  const changed = (path: string): void => {
    pending.add(relative(root, path));
    clearTimeout(timer);
    timer = setTimeout(() => {
      // First, so that what a new folder gets from now on is seen; what it has is built.
      folders.refresh();
      void run();
    }, SETTLE_MILLISECONDS);
  };
  const program = watch(root, (_event, name) => {
    if (name === PROGRAM) changed(join(root, PROGRAM));
  });
  return () => {
    clearTimeout(timer);
    program.close();
    folders.close();
  };
}

// ---------------------------------------------------------------------------------------------------- internal

/**
 * Watches folders one by one. Node's own `recursive` watches files on Linux, and is blind to a file from the moment on
 * that an editor saves it by putting a new one in its place.
 */
function watchFolders(
  roots: readonly string[],
  changed: (path: string) => void,
): { readonly refresh: () => void; readonly close: () => void } {
  const watchers = new Map<string, FSWatcher>();
  const unwatch = (folder: string): void => {
    watchers.get(folder)?.close();
    watchers.delete(folder);
  };
  /** Takes account of folders that came or went. */
  const refresh = (): void => {
    const present = new Set(roots.flatMap(foldersIn));
    for (const folder of watchers.keys()) if (!present.has(folder)) unwatch(folder);
    for (const folder of present) {
      if (watchers.has(folder)) continue;
      // A folder that goes while it is watched is noticed by the one that it was in.
      watchers.set(
        folder,
        watch(folder, (_event, name) => changed(name === null ? folder : join(folder, name))).on(
          "error",
          () => unwatch(folder),
        ),
      );
    }
  };
  refresh();
  return {
    refresh,
    close: () => {
      for (const folder of watchers.keys()) unwatch(folder);
    },
  };
}

/** A folder and those below it; none where it is not there. */
function foldersIn(folder: string): string[] {
  try {
    const below = readdirSync(folder, { withFileTypes: true, recursive: true });
    return [
      folder,
      ...below.filter((each) => each.isDirectory()).map((each) => join(each.parentPath, each.name)),
    ];
  } catch {
    return [];
  }
}
