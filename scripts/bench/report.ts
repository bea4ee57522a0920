import { type Paint, renderTable } from "../lib/table";
import type { ColdStartResult } from "./cold-start";
import type { GatewayResult, RouteResult } from "./gateway-benchmark";
import type { Spread } from "./statistics";

/** How long `make dev` may take from a fresh clone to its first answer. */
const COLD_START_GOAL_MILLISECONDS = 2_000;

/** The gateway's results as a table: medians over the rounds, the lowest and highest round in brackets. */
export function renderGateway(result: GatewayResult, paint: Paint): string {
  const { connections, rounds, generatorCpuMicroseconds, memory, idle } = result;
  const { before, after } = memory;
  return [
    `The gateway, ${connections} connections, medians of ${rounds} rounds (lowest to highest)`,
    "",
    renderTable(
      ["", "REQUESTS", "A SECOND", "P50 ms", "P99 ms", "CPU µs", "× FLOOR BY CPU", "× FLOOR", "GOAL"],
      result.routes.map(routeRow),
      { width: WIDTH, paint },
    ),
    `Memory over ${memory.requests} requests: heap ${megabytes(before.heap)} → ${megabytes(after.heap)}, RSS ${megabytes(before.rss)} → ${megabytes(after.rss)}`,
    `CPU while idle: ${idle.cpuMilliseconds.toFixed(1)} ms in ${idle.seconds} s`,
    `CPU of the load generator: ${generatorCpuMicroseconds.median.toFixed(1)} µs a request`,
    "",
  ].join("\n");
}

/** The time to the first answer of `make dev`, as a table. */
export function renderColdStart({ runs, cold, again, emptyProgram }: ColdStartResult, paint: Paint): string {
  const row = (name: string, spread: Spread, goal = ""): string[] => [name, withSpread(spread, 0), goal];
  return [
    `make dev: milliseconds to the first 200 of GET /index, medians of ${runs} runs (lowest to highest)`,
    "",
    renderTable(
      ["", "ms", "GOAL"],
      [
        row("after a fresh clone", cold, verdict(cold.median <= COLD_START_GOAL_MILLISECONDS, "≤ 2000")),
        row("again", again),
        row("an empty program", emptyProgram),
      ],
      { width: WIDTH, paint },
    ),
  ].join("\n");
}

// ---------------------------------------------------------------------------------------------------- internal

/** Columns; the tables are wider than a terminal of 80, and no cell is to be wrapped. */
const WIDTH = 200;

function routeRow(route: RouteResult): string[] {
  const { name, requests, requestsPerSecond, p50Milliseconds, p99Milliseconds, cpuMicroseconds } = route;
  const { timesFloorByCpu, timesFloor, goal } = route;
  return [
    name,
    String(requests),
    withSpread(requestsPerSecond, 0),
    p50Milliseconds.median.toFixed(2),
    p99Milliseconds.median.toFixed(2),
    cpuMicroseconds.median.toFixed(0),
    withSpread(timesFloorByCpu, 2),
    withSpread(timesFloor, 2),
    goal === undefined ? "" : verdict(timesFloor.median >= goal, `≥ ${goal}`),
  ];
}

function verdict(met: boolean, goal: string): string {
  return `${goal} ${met ? "met" : "missed"}`;
}

function withSpread({ median, min, max }: Spread, digits: number): string {
  return `${median.toFixed(digits)} (${min.toFixed(digits)} to ${max.toFixed(digits)})`;
}

function megabytes(amount: number): string {
  return `${amount.toFixed(1)} MB`;
}
