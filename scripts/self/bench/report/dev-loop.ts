import { type Paint, renderTable } from "#cli/table";
import type { DevLoopResult } from "../dev-loop";
import type { Spread } from "../statistics";
import { atMost, WIDTH, withSpread } from "./cells";

/** What a developer waits for, as a table. */
export function renderDevLoop(result: DevLoopResult, paint: Paint): string {
  const rows = devLoopRows(result).map(({ what, milliseconds, goal }) => [
    what,
    withSpread(milliseconds, 0),
    atMost(milliseconds.median, goal),
  ]);
  const tests =
    result.tests === undefined
      ? []
      : [["make test, once", result.tests.toFixed(0), atMost(result.tests, TESTS_GOAL_MILLISECONDS)]];
  return [
    `The local loop, milliseconds, medians of ${result.runs} runs (lowest to highest)`,
    "",
    renderTable(["", "ms", "GOAL"], [...rows, ...tests], { width: WIDTH, paint }),
  ].join("\n");
}

/** The goal for `make test`. */
export const TESTS_GOAL_MILLISECONDS = 30_000;

/** What a developer waits for, the measured time, and the goal. */
export function devLoopRows(
  result: DevLoopResult,
): readonly { readonly what: string; readonly milliseconds: Spread; readonly goal?: number }[] {
  return [
    { what: "make dev: the first 200 after a fresh clone", milliseconds: result.firstAnswer, goal: 1_500 },
    { what: "make dev: the first 200 when it is started again", milliseconds: result.again, goal: 1_500 },
    { what: "make dev: a saved handler answers", milliseconds: result.savedHandler, goal: 150 },
    { what: "make dev: a saved construct answers", milliseconds: result.savedConstruct, goal: 1_000 },
    { what: "make synth after a fresh clone", milliseconds: result.synth, goal: 800 },
    { what: "make synth once more", milliseconds: result.synthAgain, goal: 800 },
    { what: "node, with the loader for TypeScript and no program", milliseconds: result.emptyProgram },
  ];
}
