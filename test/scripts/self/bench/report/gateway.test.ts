import { paintFor } from "#cli/table";
import type { GatewayResult, RouteResult } from "#self/bench/gateway-benchmark";
import { renderGateway } from "#self/bench/report/gateway";
import { captureIo } from "../../../../support/captured-io";

const plain = paintFor(captureIo().out, {});
const spread = (median: number) => ({ median, min: median / 2, max: median * 2 });

const route: RouteResult = {
  name: "mock",
  requests: 500,
  requestsPerSecond: spread(8000),
  p50Milliseconds: spread(2),
  p99Milliseconds: spread(4),
  cpuMicroseconds: spread(90),
  timesFloorByCpu: spread(0.5),
  timesFloor: spread(0.4),
};

const result: GatewayResult = {
  connections: 16,
  rounds: 3,
  routes: [
    route,
    { ...route, name: "reached", goals: { timesFloor: 0.4, p99Milliseconds: 4 } },
    { ...route, name: "not reached", goals: { timesFloor: 0.41, p99Milliseconds: 3.9 } },
  ],
  generatorCpuMicroseconds: spread(10),
  memory: { requests: 1500, before: { rss: 100, heap: 16 }, after: { rss: 120, heap: 16.25 } },
  idle: { seconds: 2, cpuMilliseconds: 1 },
};

test("the gateway's table has medians, spreads, and which goals are met", () => {
  expect(
    renderGateway(result, plain),
  ).toBe(`The gateway, 16 connections, medians of 3 rounds (lowest to highest)

             REQUESTS  A SECOND              P50 ms  P99 ms  CPU µs  × FLOOR BY CPU       × FLOOR              GOALS
mock         500       8000 (4000 to 16000)  2.00    4.00    90      0.50 (0.25 to 1.00)  0.40 (0.20 to 0.80)
reached      500       8000 (4000 to 16000)  2.00    4.00    90      0.50 (0.25 to 1.00)  0.40 (0.20 to 0.80)  ≥ 0.4 met, p99 ≤ 4 met
not reached  500       8000 (4000 to 16000)  2.00    4.00    90      0.50 (0.25 to 1.00)  0.40 (0.20 to 0.80)  ≥ 0.41 missed, p99 ≤ 3.9 missed

Memory over 1500 requests: heap 16.0 MB → 16.3 MB, RSS 100.0 MB → 120.0 MB
CPU while idle: 1.0 ms in 2 s
CPU of the load generator: 10.0 µs a request
`);
});
