import { type Cell, type Paint, renderTable } from "#cli/table";
import { printable } from "#text/printable";
import { type AttackResult, hasHeld } from "./result";

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
