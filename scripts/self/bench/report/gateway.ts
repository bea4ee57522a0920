import { type Paint, renderTable } from "#cli/table";
import type { GatewayResult, RouteResult } from "../gateway-benchmark";
import { atLeast, atMost, WIDTH, withSpread } from "./cells";

/** The gateway's results as a table: medians over the rounds, the lowest and highest round in brackets. */
export function renderGateway(result: GatewayResult, paint: Paint): string {
  const { connections, rounds, generatorCpuMicroseconds, memory, idle } = result;
  const { before, after } = memory;
  return [
    `The gateway, ${connections} connections, medians of ${rounds} rounds (lowest to highest)`,
    "",
    renderTable(
      ["", "REQUESTS", "A SECOND", "P50 ms", "P99 ms", "CPU µs", "× FLOOR BY CPU", "× FLOOR", "GOALS"],
      result.routes.map(routeRow),
      { width: WIDTH, paint },
    ),
    `Memory over ${memory.requests} requests: heap ${megabytes(before.heap)} → ${megabytes(after.heap)}, RSS ${megabytes(before.rss)} → ${megabytes(after.rss)}`,
    `CPU while idle: ${idle.cpuMilliseconds.toFixed(1)} ms in ${idle.seconds} s`,
    `CPU of the load generator: ${generatorCpuMicroseconds.median.toFixed(1)} µs a request`,
    "",
  ].join("\n");
}

// ---------------------------------------------------------------------------------------------------- internal

function routeRow(route: RouteResult): string[] {
  const { name, requests, requestsPerSecond, p50Milliseconds, p99Milliseconds, cpuMicroseconds } = route;
  const { timesFloorByCpu, timesFloor, goals } = route;
  const verdicts = [
    atLeast(timesFloor.median, goals?.timesFloor),
    goals && `p99 ${atMost(p99Milliseconds.median, goals.p99Milliseconds)}`,
  ];
  return [
    name,
    String(requests),
    withSpread(requestsPerSecond, 0),
    p50Milliseconds.median.toFixed(2),
    p99Milliseconds.median.toFixed(2),
    cpuMicroseconds.median.toFixed(0),
    withSpread(timesFloorByCpu, 2),
    withSpread(timesFloor, 2),
    verdicts.filter(Boolean).join(", "),
  ];
}

function megabytes(amount: number): string {
  return `${amount.toFixed(1)} MB`;
}
