import { type FSWatcher, readdirSync, watch } from "node:fs";
import { join, relative } from "node:path";
import { CONFIG_FILE, projectFolder } from "#modules/project";

/** What a synthesized stack is made from: the program, and folders with all that is in them. */
const PROGRAM: readonly string[] = ["main.ts", CONFIG_FILE];
const FOLDERS = ["functions", "modules"];

/** How long to wait after a change, since an editor saves a file in several steps. */
const SETTLE_MILLISECONDS = 15;

/**
 * Calls back when sources have changed. Calls do not overlap: changes during a call lead to one more call.
 * @param onChange - gets the changed paths, relative to the root; some of them may no longer exist
 * @returns a function that stops watching
 */
export function watchSources(
  onChange: (paths: readonly string[]) => Promise<void>,
  root = projectFolder(),
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
      // Before the build: files that a new folder gets later are then seen, and those that it has are built.
      folders.refresh();
      void run();
    }, SETTLE_MILLISECONDS);
  };
  const program = watch(root, (_event, name) => {
    if (name !== null && PROGRAM.includes(name)) changed(join(root, name));
  });
  return () => {
    clearTimeout(timer);
    program.close();
    folders.close();
  };
}

// ---------------------------------------------------------------------------------------------------- internal

/**
 * Watches folders one by one. On Linux, Node's own `recursive` watches files, and misses all changes of a file after an
 * editor has saved it by replacing it with a new one.
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
  /** Starts to watch new folders, and stops to watch removed ones. */
  const refresh = (): void => {
    const present = new Set(roots.flatMap(foldersIn));
    for (const folder of watchers.keys()) if (!present.has(folder)) unwatch(folder);
    for (const folder of present) {
      if (watchers.has(folder)) continue;
      // If a watched folder is removed, the watcher of its parent notices.
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

/** A folder and all folders below it; none if it does not exist. */
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
