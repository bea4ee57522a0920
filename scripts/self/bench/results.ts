import { existsSync, readFileSync } from "node:fs";
import { cpus } from "node:os";
import { dirname } from "node:path";
import { UserError } from "#modules/project";
import { makeFolder, replaceFile } from "#modules/write-file";

/** The machine, on which absolute times depend. */
interface Machine {
  readonly processors: number;
  readonly node: string;
}

/** The results of each part, and the machine. */
type Results = Readonly<Record<string, { readonly machine: Machine; readonly result: unknown }>>;

/**
 * Replaces a part's earlier result. The results of other parts stay.
 * @param path - of the JSON file, which is created if it does not exist
 * @throws UserError if the file exists and has other contents
 */
export function saveResult(path: string, part: string, result: unknown): void {
  const machine = { processors: cpus().length, node: process.version };
  const results: Results = { ...readResults(path), [part]: { machine, result } };
  const sorted = Object.fromEntries(Object.entries(results).sort(([a], [b]) => (a < b ? -1 : 1)));
  makeFolder(dirname(path));
  replaceFile(path, `${JSON.stringify(sorted, (_name, value) => rounded(value), 2)}\n`);
}

// ---------------------------------------------------------------------------------------------------- internal

function readResults(path: string): Results {
  if (!existsSync(path)) return {};
  try {
    return JSON.parse(readFileSync(path, "utf8"));
  } catch {
    throw new UserError(`${path}: got a file that is not JSON, expected results; remove it`);
  }
}

/** Rounds to the precision of a measurement. */
function rounded(value: unknown): unknown {
  return typeof value === "number" && !Number.isInteger(value) ? Number(value.toPrecision(4)) : value;
}
