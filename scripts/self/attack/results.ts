import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { type Cell, type Paint, renderTable } from "#cli/table";
import { printable } from "#text/printable";

/** What came of one attack. */
export interface AttackResult {
  /** What is attacked: `signatures`. */
  readonly area: string;
  /** What was tried: `bit flips`. */
  readonly what: string;
  /** How often it was tried, counted one by one. */
  readonly tried: number;
  /** How often what was attacked withstood. */
  readonly held: number;
  /** The first of the holes that were found, a line for each. */
  readonly holes: readonly string[];
  /** What all the attack's chance was drawn from. */
  readonly seed: number;
  readonly seconds: number;
  /** Whether the attack also finds a hole where one was made on purpose; false until it was seen to. */
  readonly proven: boolean;
}

/** Whether everything held, and that means something: something was tried, and a hole would have been found. */
export function hasHeld({ tried, held, proven }: AttackResult): boolean {
  return proven && tried > 0 && held === tried;
}

/** Keeps a result in a folder. One of the same attack that is already there is replaced. */
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

/** What was tried and what held, as a table, and below it the holes that were found. */
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

/** Columns; no cell is to be wrapped. */
const WIDTH = 200;

function row(result: AttackResult): Cell[] {
  const { area, what, tried, held, seed, seconds, proven } = result;
  const verdict: Cell = hasHeld(result)
    ? { text: "held", format: "green" }
    : { text: tried > 0 && held === tried && !proven ? "not proven" : "did not hold", format: "red" };
  return [area, what, String(tried), String(held), String(seed), seconds.toFixed(1), verdict];
}
