import { type FSWatcher, watch } from "node:fs";
import { join } from "node:path";
import { PROJECT_ROOT } from "../../modules/bundle";

/** What a synthesized stack is made from. */
const SOURCES = ["main.ts", "functions", "modules"];

/** How long saving is given to settle: an editor writes a file in several steps. */
const SETTLE_MILLISECONDS = 30;

/**
 * Calls back when sources have changed, one call after another: what changes meanwhile leads to one more.
 * @returns stops watching
 */
export function watchSources(onChange: () => Promise<void>, root = PROJECT_ROOT): () => void {
  let timer: NodeJS.Timeout | undefined;
  let running = false;
  let again = false;
  const run = async (): Promise<void> => {
    if (running) {
      again = true;
      return;
    }
    running = true;
    do {
      again = false;
      await onChange();
    } while (again);
    running = false;
  };
  const changed = (): void => {
    clearTimeout(timer);
    timer = setTimeout(() => void run(), SETTLE_MILLISECONDS);
  };
  const watchers: FSWatcher[] = SOURCES.map((source) =>
    watch(join(root, source), { recursive: true }, changed),
  );
  return () => {
    clearTimeout(timer);
    for (const watcher of watchers) watcher.close();
  };
}
