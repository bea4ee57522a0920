import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { type Cell, type Paint, renderTable } from "#cli/table";
import { printable } from "#text/printable";

/** The result of one attack. */
export interface AttackResult {
  /** The attacked area: `signatures`. */
  readonly area: string;
  /** What was tried: `bit flips`. */
  readonly what: string;
  /** The number of attempts. */
  readonly tried: number;
  /** The number of attempts that did not find a hole. */
  readonly held: number;
  /** The first holes that were found, one per line. */
  readonly holes: readonly string[];
  /** The seed of the attack's random numbers. */
  readonly seed: number;
  readonly seconds: number;
  /** Whether the attack finds a hole that was planted on purpose; false until it has been shown. */
  readonly proven: boolean;
}

/** Whether everything held, something was tried, and a hole would have been found. */
export function hasHeld({ tried, held, proven }: AttackResult): boolean {
  return proven && tried > 0 && held === tried;
}

/** Saves a result in a folder. It replaces an earlier result of the same attack. */
export function saveResult(folder: string, result: AttackResult): void {
  const name = encodeURIComponent(`${result.area} ${result.what}`);
  writeFileSync(join(folder, `${name}.json`), JSON.stringify(result));
}

/** The results in a folder, sorted by area and what was tried. */
export function readResults(folder: string): readonly AttackResult[] {
  return readdirSync(folder)
    .sort()
    .map((name) => JSON.parse(readFileSync(join(folder, name), "utf8")));
}

/** A table of what was tried and what held, followed by the holes that were found. */
export function renderResults(results: readonly AttackResult[], paint: Paint): string {
  const table = renderTable(["AREA", "TRIED", "COUNT", "HELD", "SEED", "SECONDS", ""], results.map(row), {
    width: WIDTH,
    paint,
  });
  const holes = results.flatMap(({ area, what, holes }) =>
    holes.map((hole) => `${area}, ${what}: ${printable(hole)}\n`),
  );
  return [table, ...(holes.length > 0 ? ["\n", ...holes] : [])].join("");
}

// ---------------------------------------------------------------------------------------------------- internal

/** Columns, so that no cell is wrapped. */
const WIDTH = 200;

function row(result: AttackResult): Cell[] {
  const { area, what, tried, held, seed, seconds, proven } = result;
  const verdict: Cell = hasHeld(result)
    ? { text: "held", format: "green" }
    : { text: tried > 0 && held === tried && !proven ? "not proven" : "did not hold", format: "red" };
  return [area, what, String(tried), String(held), String(seed), seconds.toFixed(1), verdict];
}
