import { zipSync } from "fflate";

/** 1980-01-01, the earliest time that the format can hold, in local time as the format has it. */
const EPOCH = new Date(1980, 0, 1);
const REGULAR_FILE_0644 = 0o100644 << 16;
const UNIX = 3;

/**
 * Packs files into a zip whose bytes depend on nothing but their names and contents: names are sorted, times and
 * modes fixed, and the deflate is fflate's own, which does not change with the zlib of the Node that runs it.
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
