import type { GatewayResult, RouteResult } from "../../../scripts/bench/gateway-benchmark";
import { renderColdStart, renderGateway } from "../../../scripts/bench/report";
import { paintFor } from "../../../scripts/lib/table";
import { captureIo } from "../../support/captured-io";

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
  routes: [route, { ...route, name: "reached", goal: 0.4 }, { ...route, name: "not reached", goal: 0.41 }],
  generatorCpuMicroseconds: spread(10),
  memory: { requests: 1500, before: { rss: 100, heap: 16 }, after: { rss: 120, heap: 16.25 } },
  idle: { seconds: 2, cpuMilliseconds: 1 },
};

test("the gateway's table has medians, spreads, and which goals are met", () => {
  expect(
    renderGateway(result, plain),
  ).toBe(`The gateway, 16 connections, medians of 3 rounds (lowest to highest)

             REQUESTS  A SECOND              P50 ms  P99 ms  CPU µs  × FLOOR BY CPU       × FLOOR              GOAL
mock         500       8000 (4000 to 16000)  2.00    4.00    90      0.50 (0.25 to 1.00)  0.40 (0.20 to 0.80)
reached      500       8000 (4000 to 16000)  2.00    4.00    90      0.50 (0.25 to 1.00)  0.40 (0.20 to 0.80)  ≥ 0.4 met
not reached  500       8000 (4000 to 16000)  2.00    4.00    90      0.50 (0.25 to 1.00)  0.40 (0.20 to 0.80)  ≥ 0.41 missed

Memory over 1500 requests: heap 16.0 MB → 16.3 MB, RSS 100.0 MB → 120.0 MB
CPU while idle: 1.0 ms in 2 s
CPU of the load generator: 10.0 µs a request
`);
});

test.each([
  { cold: 2000, expected: "≤ 2000 met" },
  { cold: 2001, expected: "≤ 2000 missed" },
])("a cold start of $cold ms: $expected", ({ cold, expected }) => {
  const rendered = renderColdStart(
    { runs: 5, cold: spread(cold), again: spread(1000), emptyProgram: spread(100) },
    plain,
  );
  expect(
    rendered,
  ).toBe(`make dev: milliseconds to the first 200 of GET /index, medians of 5 runs (lowest to highest)

                     ms                   GOAL
after a fresh clone  ${cold} (${(cold / 2).toFixed(0)} to ${cold * 2})  ${expected}
again                1000 (500 to 2000)
an empty program     100 (50 to 200)
`);
});
