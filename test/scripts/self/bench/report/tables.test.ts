import { paintFor } from "#cli/table";
import { renderDevLoop } from "#self/bench/report/dev-loop";
import { renderGrowth } from "#self/bench/report/growth";
import { renderCold, renderWarm } from "#self/bench/report/lambda";
import { captureIo } from "../../../../support/captured-io";

const plain = paintFor(captureIo().out, {});
const spread = (median: number) => ({ median, min: median / 2, max: median * 2 });
/** The line of a table that begins so. */
const line = (table: string, begin: string) => table.split("\n").find((each) => each.startsWith(begin));

const cold = {
  name: "get-index",
  init: spread(10),
  firstEvent: spread(20),
  sum: spread(30),
  timesFloor: spread(1.1),
  cpu: spread(25),
  cpuTimesFloor: spread(1.2),
  process: spread(40),
};

test("a cold start's row has its goals, and what was reached of each", () => {
  const goals = [
    { of: "floor", atMost: 1.2, reached: 1.1 },
    { of: "boto3", atMost: 0.3, reached: 0.31 },
  ];
  const table = renderCold(
    { runs: 15, node: "v24.0.0", python: "Python 3", races: [{ name: "race", rows: [{ ...cold, goals }] }] },
    plain,
  );
  expect(table).toMatch(/^Cold starts on Node v24\.0\.0 and Python 3, medians of 15 runs/);
  expect(line(table, "get-index")).toBe(
    "get-index  10.0  20.0         30.0 (15.0 to 60.0)  1.10 (0.55 to 2.20)  25.0  1.20 (0.60 to 2.40)  40.0     1.10 × floor ≤ 1.2 met, 0.31 × boto3 ≤ 0.3 missed",
  );
});

test.each([
  { timesFloor: 1.15, render: 0.2, verdict: "met" },
  { timesFloor: 1.16, render: 0.201, verdict: "missed" },
])("warm events $timesFloor × the floor, and a page in $render ms: $verdict", (row) => {
  const rows = [
    { name: "handler", p50: spread(1), timesFloor: spread(row.timesFloor), goal: 1.15, requests: 1 },
  ];
  const render = { products: 100, milliseconds: spread(row.render), goal: 0.2 };
  const table = renderWarm(
    { node: "v24.0.0", rounds: 5, events: 100, races: [{ name: "race", rows }], render },
    plain,
  );
  expect(line(table, "handler")).toMatch(new RegExp(` 1 +≤ 1.15 ${row.verdict}$`));
  expect(line(table, "Rendering 100 products")).toMatch(new RegExp(` ms {2}≤ 0.2 ${row.verdict}$`));
});

const loop = {
  runs: 5,
  firstAnswer: spread(1500),
  again: spread(1501),
  savedHandler: spread(150),
  savedConstruct: spread(1001),
  synth: spread(801),
  synthAgain: spread(800),
  emptyProgram: spread(90),
};

test("the local loop's table has a verdict on each wait", () => {
  expect(renderDevLoop({ ...loop, tests: 30_000 }, plain)).toBe(
    `The local loop, milliseconds, medians of 5 runs (lowest to highest)

                                                     ms                  GOAL
make dev: the first 200 after a fresh clone          1500 (750 to 3000)  ≤ 1500 met
make dev: the first 200 when it is started again     1501 (751 to 3002)  ≤ 1500 missed
make dev: a saved handler answers                    150 (75 to 300)     ≤ 150 met
make dev: a saved construct answers                  1001 (501 to 2002)  ≤ 1000 missed
make synth after a fresh clone                       801 (401 to 1602)   ≤ 800 missed
make synth once more                                 800 (400 to 1600)   ≤ 800 met
node, with the loader for TypeScript and no program  90 (45 to 180)
make test, once                                      30000               ≤ 30000 met
`,
  );
});

test("make test has no row where it was not run", () => {
  expect(renderDevLoop(loop, plain)).not.toContain("make test");
});

test("growth is reported for each size", () => {
  const table = {
    products: 100,
    seedSeconds: 0.5,
    microsecondsPerProduct: 5000,
    firstPage: spread(1),
    middlePage: spread(2),
    requestsPerPage: 1,
  };
  const stack = { routes: 408, load: spread(201), match: spread(0.5) };
  expect(renderGrowth({ tables: [table], stacks: [stack] }, plain)).toBe(`Growth, medians (lowest to highest)

PRODUCTS  SEEDING s  µs A PRODUCT  FIRST PAGE ms        MIDDLE PAGE ms       REQUESTS A PAGE
100       0.50       5000          1.00 (0.50 to 2.00)  2.00 (1.00 to 4.00)  1

ROUTES  LOADING ms              GOAL          MATCHING µs
408     201.0 (100.5 to 402.0)  ≤ 200 missed  0.50 (0.25 to 1.00)
`);
});
