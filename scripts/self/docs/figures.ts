import { existsSync, readFileSync } from "node:fs";
import type { DevLoopResult } from "../bench/dev-loop";
import type { GatewayResult } from "../bench/gateway-benchmark";
import type { GrowthResult } from "../bench/growth";
import { type KitResult, START_GOAL } from "../bench/kit";
import type { ColdResult } from "../bench/lambda/cold";
import type { WarmResult } from "../bench/lambda/warm";
import { atLeast, atMost } from "../bench/report/cells";
import { devLoopRows, TESTS_GOAL_MILLISECONDS } from "../bench/report/dev-loop";
import { LOADING_GOAL_MILLISECONDS } from "../bench/report/growth";
import { table } from "./markdown";

/** The results of `make bench`, part by part; parts that were not measured are missing. */
interface Results {
  readonly cold?: Part<ColdResult>;
  readonly warm?: Part<WarmResult>;
  readonly gateway?: Part<GatewayResult>;
  readonly dev?: Part<DevLoopResult>;
  readonly growth?: Part<GrowthResult>;
  readonly kit?: Part<KitResult>;
}

interface Part<T> {
  readonly machine: { readonly processors: number; readonly node: string };
  readonly result: T;
}

/** What was measured, the result, and the goal. */
type Row = readonly [what: string, measured: string, goal: string];

/**
 * Quotes the medians of the benchmarks' results that have a goal.
 * @param path - of the results
 */
export function quoteFigures(path: string): string {
  const results: Results = existsSync(path) ? JSON.parse(readFileSync(path, "utf8")) : {};
  const rows = [
    ...coldRows(results.cold?.result),
    ...warmRows(results.warm?.result),
    ...gatewayRows(results.gateway?.result),
    ...devRows(results.dev?.result),
    ...growthRows(results.growth?.result),
    ...kitRows(results.kit?.result),
  ];
  if (rows.length === 0) return "Nothing was measured yet: run `make bench`, then `make docs`.";
  const machines = Object.values(results).map(({ machine }: Part<unknown>) => tellMachine(machine));
  return `${table(["what", "median", "goal"], rows)}\n\nMeasured with ${[...new Set(machines)].join(" and ")}.`;
}

// ---------------------------------------------------------------------------------------------------- internal

function tellMachine({ processors, node }: Part<unknown>["machine"]): string {
  return `${processors} processor${processors === 1 ? "" : "s"} and Node ${node}`;
}

function coldRows({ races }: ColdResult = { runs: 0, node: "", races: [] }): Row[] {
  return races.flatMap((race) =>
    race.rows.flatMap(({ goals }) =>
      goals.map(
        ({ of, reached, atMost: goal }): Row => [
          `cold start of ${race.name}`,
          `${reached.toFixed(2)} × ${of}`,
          atMost(reached, goal),
        ],
      ),
    ),
  );
}

function warmRows(result: WarmResult | undefined): Row[] {
  if (!result) return [];
  const { races, render } = result;
  const events = races.flatMap(({ name, rows }) =>
    rows.flatMap(({ timesFloor, goal }): Row[] =>
      goal === undefined
        ? []
        : [
            [
              `warm event of ${name}`,
              `${timesFloor.median.toFixed(2)} × floor`,
              atMost(timesFloor.median, goal),
            ],
          ],
    ),
  );
  const { median } = render.milliseconds;
  return [
    ...events,
    [
      `rendering a page of ${render.products} products`,
      `${median.toFixed(3)} ms`,
      atMost(median, render.goal),
    ],
  ];
}

function gatewayRows(result: GatewayResult | undefined): Row[] {
  return (result?.routes ?? []).flatMap(
    ({ name, goals, timesFloor, requestsPerSecond, p99Milliseconds }): Row[] =>
      goals === undefined
        ? []
        : [
            [
              `local gateway, ${name}`,
              `${timesFloor.median.toFixed(2)} × floor, ${Math.round(requestsPerSecond.median)} requests a second`,
              atLeast(timesFloor.median, goals.timesFloor),
            ],
            [
              `local gateway, ${name}, p99`,
              `${p99Milliseconds.median.toFixed(1)} ms`,
              atMost(p99Milliseconds.median, goals.p99Milliseconds),
            ],
          ],
  );
}

function devRows(result: DevLoopResult | undefined): Row[] {
  if (!result) return [];
  const rows = devLoopRows(result).flatMap(({ what, milliseconds, goal }): Row[] =>
    goal === undefined
      ? []
      : [[what, `${Math.round(milliseconds.median)} ms`, atMost(milliseconds.median, goal)]],
  );
  if (result.tests === undefined) return rows;
  const seconds = Math.round(result.tests / 1000);
  return [...rows, ["make test, once", `${seconds} s`, atMost(seconds, TESTS_GOAL_MILLISECONDS / 1000)]];
}

function growthRows({ tables, stacks }: GrowthResult = { tables: [], stacks: [] }): Row[] {
  const [smallest] = tables;
  const pages = tables.slice(1).map(({ products, firstPage }): Row => {
    const times = firstPage.median / (smallest?.firstPage.median ?? Number.NaN);
    return [
      `a page of a table of ${products} products`,
      `${times.toFixed(2)} × one of ${smallest?.products}`,
      "the same",
    ];
  });
  const loads = stacks.map(
    ({ routes, load }): Row => [
      `loading a stack of ${routes} routes`,
      `${Math.round(load.median)} ms`,
      atMost(load.median, LOADING_GOAL_MILLISECONDS),
    ],
  );
  return [...pages.slice(-1), ...loads.slice(-1)];
}

/** Not the installation, which is measured once and depends on the network and on what npm's cache has. */
function kitRows(result: KitResult | undefined): Row[] {
  if (!result) return [];
  const { tarballKilobytes, starts } = result;
  const { node, ...commands } = starts;
  const rows = Object.entries(commands).map(([name, { median }]): Row => {
    const times = median / (node?.median ?? Number.NaN);
    return [
      `start of \`signed-api ${name}\``,
      `${times.toFixed(1)} × Node.js alone`,
      atMost(times, START_GOAL),
    ];
  });
  return [["the kit's tarball", `${Math.round(tarballKilobytes)} kB`, ""], ...rows];
}
