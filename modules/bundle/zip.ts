import { zipSync } from "fflate";

/** 1980-01-01, the earliest time that the format can hold, in local time as the format has it. */
const EPOCH = new Date(1980, 0, 1);
const REGULAR_FILE_0644 = 0o100644 << 16;
const UNIX = 3;

/**
 * Packs files into a zip whose bytes depend only on their names and contents: names are sorted, times and modes are
 * fixed, and fflate does the compression, so that it does not depend on the zlib of the Node version.
 */
export function reproducibleZip(files: ReadonlyMap<string, Uint8Array>): Uint8Array {
  const names = [...files.keys()].sort();
  return zipSync(Object.fromEntries(names.map((name) => [name, files.get(name) as Uint8Array])), {
    level: 9,
    mtime: EPOCH,
    os: UNIX,
    attrs: REGULAR_FILE_0644,
  });
}
