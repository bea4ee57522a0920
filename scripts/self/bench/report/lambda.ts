import { type Paint, renderTable } from "#cli/table";
import type { ColdResult, ColdRow } from "../lambda/cold";
import type { WarmResult, WarmRow } from "../lambda/warm";
import { atMost, WIDTH, withSpread } from "./cells";

/** Cold starts as tables, one for each race. */
export function renderCold({ runs, node, python, races }: ColdResult, paint: Paint): string {
  return [
    `Cold starts on Node ${node}${python ? ` and ${python}` : ""}, medians of ${runs} runs (lowest to highest): a fresh`,
    "process imports the module (INIT) and answers one event (FIRST EVENT); milliseconds, and × the floor of the same run.",
    "PROCESS is the whole process less one with a handler that does nothing.",
    "",
    ...races.map(({ name, rows }) =>
      renderTable(
        [
          name.toUpperCase(),
          "INIT",
          "FIRST EVENT",
          "SUM",
          "× FLOOR",
          "CPU",
          "× FLOOR BY CPU",
          "PROCESS",
          "GOALS",
        ],
        rows.map(coldRow),
        { width: WIDTH, paint },
      ),
    ),
  ].join("\n");
}

/** Warm events as tables, one for each race. */
export function renderWarm({ node, rounds, events, races, render }: WarmResult, paint: Paint): string {
  return [
    `Warm events on Node ${node}: p50 of ${events} events, medians of ${rounds} rounds (lowest to highest)`,
    "",
    ...races.map(({ name, rows }) =>
      renderTable([name.toUpperCase(), "P50 ms", "× FLOOR", "REQUESTS AN EVENT", "GOAL"], rows.map(warmRow), {
        width: WIDTH,
        paint,
      }),
    ),
    `Rendering ${render.products} products: ${withSpread(render.milliseconds, 3)} ms  ${atMost(render.milliseconds.median, render.goal)}`,
    "",
  ].join("\n");
}

// ---------------------------------------------------------------------------------------------------- internal

function coldRow({
  name,
  init,
  firstEvent,
  sum,
  timesFloor,
  cpu,
  cpuTimesFloor,
  process,
  goals,
}: ColdRow): string[] {
  return [
    name,
    init.median.toFixed(1),
    firstEvent.median.toFixed(1),
    withSpread(sum, 1),
    withSpread(timesFloor, 2),
    cpu.median.toFixed(1),
    withSpread(cpuTimesFloor, 2),
    process.median.toFixed(1),
    goals
      .map((goal) => `${goal.reached.toFixed(2)} × ${goal.of} ${atMost(goal.reached, goal.atMost)}`)
      .join(", "),
  ];
}

function warmRow({ name, p50, timesFloor, requests, goal }: WarmRow): string[] {
  return [
    name,
    withSpread(p50, 3),
    withSpread(timesFloor, 2),
    requests.toString(),
    atMost(timesFloor.median, goal),
  ];
}
