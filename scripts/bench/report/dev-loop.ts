import { type Paint, renderTable } from "../../lib/table";
import type { DevLoopResult } from "../dev-loop";
import type { Spread } from "../statistics";
import { atMost, WIDTH, withSpread } from "./cells";

/** What a person waits for, as a table. */
export function renderDevLoop(result: DevLoopResult, paint: Paint): string {
  const row = (name: string, spread: Spread, goal?: number): string[] => [
    name,
    withSpread(spread, 0),
    atMost(spread.median, goal),
  ];
  return [
    `The local loop, milliseconds, medians of ${result.runs} runs (lowest to highest)`,
    "",
    renderTable(
      ["", "ms", "GOAL"],
      [
        row("make dev: the first 200 after a fresh clone", result.firstAnswer, 1_500),
        row("make dev: the first 200 when it is started again", result.again, 1_500),
        row("make dev: a saved handler answers", result.savedHandler, 150),
        row("make dev: a saved construct answers", result.savedConstruct, 1_000),
        row("make synth after a fresh clone", result.synth, 800),
        row("make synth once more", result.synthAgain, 800),
        row("node, with the loader for TypeScript and no program", result.emptyProgram),
        ...(result.tests === undefined
          ? []
          : [["make test, once", result.tests.toFixed(0), atMost(result.tests, 30_000)]]),
      ],
      { width: WIDTH, paint },
    ),
  ].join("\n");
}
