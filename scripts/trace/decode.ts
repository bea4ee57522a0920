import { SourceMap, type SourceMapping } from "node:module";
import type { SourceMapPayload } from "#modules/bundle/packages";

/**
 * Replaces the places in a stack trace by those before bundling. In a line of JSON, which has them in one string, the
 * lines of the trace become lines.
 *
 * @param text - of a log: what is not a place in the bundle stays as it is
 */
export function decodeTrace(map: SourceMapPayload, text: string): string {
  const decoded = new SourceMap({ ...map, sources: [...map.sources], names: [...map.names] } as never);
  return text
    .split("\n")
    .map((line) => (line.trimStart().startsWith("{") ? line.replaceAll("\\n", "\n") : line))
    .join("\n")
    .replaceAll(PLACE, (place, line: string, column: string) => {
      const entry = decoded.findEntry(Number(line) - 1, Number(column) - 1);
      return isMapped(entry)
        ? `${entry.originalSource}:${entry.originalLine + 1}:${entry.originalColumn + 1}`
        : place;
    });
}

// ---------------------------------------------------------------------------------------------------- internal

/** A place in a package's module: on AWS that is unpacked in /var/task, locally in a folder named `task`. */
const PLACE = /(?:file:\/\/)?(?:\/[\w.-]+)*\/task\/index\.m?js:(\d+):(\d+)/g;

function isMapped(entry: SourceMapping | object): entry is SourceMapping {
  return "originalSource" in entry;
}
