import { join } from "node:path";
import { startProgram } from "../program";
import { ratios, type Spread, spreadOf } from "../statistics";
import type { Backends, BackendsProgram } from "./backends-program";
import { type ColdStart, coldStart, type HandlerCommand, inNode, inPython } from "./cold-start";
import { type Contestants, createContestants } from "./contestants";
import { lambdaEnvironment } from "./environment";
import type { Interpreter } from "./node";

export interface ColdOptions {
  readonly runs: number;
  readonly node: Interpreter;
  /** @default Python is left out */
  readonly python?: Interpreter;
  /** Called with the name of each measurement. */
  readonly onProgress: (what: string) => void;
}

/** A contestant's cold starts; each value over the runs. */
export interface ColdRow {
  readonly name: string;
  /** From the import on, in the process, in milliseconds. */
  readonly init: Spread;
  /** From there to the answer to the first event. */
  readonly firstEvent: Spread;
  /** Both. */
  readonly sum: Spread;
  /** Sum by sum, each divided by the floor's of the same run. */
  readonly timesFloor: Spread;
  /** What all threads of the process took for both: this varies least if other programs use the machine. */
  readonly cpu: Spread;
  readonly cpuTimesFloor: Spread;
  /** The time of the whole process, minus that of a process with a handler that does nothing. */
  readonly process: Spread;
  readonly goals: readonly Goal[];
}

/** A goal: the highest ratio to the sum of another contestant. */
export interface Goal {
  /** `floor`, which is the first of the race, or its name. */
  readonly of: string;
  readonly atMost: number;
  readonly reached: number;
}

/** Contestants that do the same, the floor first. */
export interface ColdRace {
  readonly name: string;
  readonly rows: readonly ColdRow[];
}

export interface ColdResult {
  readonly runs: number;
  readonly node: string;
  readonly python?: string;
  readonly races: readonly ColdRace[];
}

/**
 * Measures cold starts: in a fresh process each, a handler is imported and answers its first event. All contestants take
 * turns in every run, so that other load on the machine slows them down equally.
 */
export async function measureCold(options: ColdOptions): Promise<ColdResult> {
  const { runs, node, python, onProgress } = options;
  const backends = startProgram<BackendsProgram>(require.resolve("./backends-program.ts"));
  const contestants = createContestants();
  try {
    onProgress("bundling");
    const urls = await backends.ask("start", { products: 100, pageSize: 10 });
    const races = planRaces(contestants, urls, options);
    const empty = inNode(node, contestants.floor("nothing"), {});
    const measured = new Map<Entry, ColdStart[]>(
      races.flatMap(({ entries }) => entries).map((each) => [each, []]),
    );
    // One more run before the others, which reads the files from the disk.
    for (let run = 0; run <= runs; run += 1) {
      onProgress(run === 0 ? "warming up" : `run ${run} of ${runs}`);
      const { process: nothing } = await coldStart(empty);
      for (const [entry, results] of measured) {
        const result = await coldStart(entry.command);
        if (run > 0) results.push({ ...result, process: result.process - nothing });
      }
    }
    return {
      runs,
      node: node.version,
      python: python?.version,
      races: races.map(({ name, entries }) => ({ name, rows: summarize(entries, measured) })),
    };
  } finally {
    contestants.remove();
    await backends.end();
  }
}

// ---------------------------------------------------------------------------------------------------- internal

interface Entry {
  readonly name: string;
  readonly command: HandlerCommand;
  readonly goals?: readonly Omit<Goal, "reached">[];
}

const FLOOR = "floor";
const PYTHON = "boto3";
const PYTHON_HANDLER = join(__dirname, "floors", "get_products.py");

function planRaces(
  { unpacked, floor, plainFloor, withoutStandIns, byDefault }: Contestants,
  { table, productsApi }: Backends,
  { node, python }: ColdOptions,
): { readonly name: string; readonly entries: readonly Entry[] }[] {
  const inClear = lambdaEnvironment({ table: table.clear, productsApi: productsApi.clear });
  const overTls = lambdaEnvironment({ table: table.tls, productsApi: productsApi.tls });
  const getProducts = unpacked("get-products");
  const getProductsFloor = floor("get-products");
  const getProductsOrdinary = withoutStandIns("get-products");
  const getProductsByDefault = byDefault("get-products");
  const getIndex = unpacked("get-index");
  const getIndexFloor = floor("get-index");
  const oneAndAThird = { of: FLOOR, atMost: 1.35 };
  const oneAndAFifth = { of: FLOOR, atMost: 1.2 };
  return [
    {
      name: "get-products, its table over HTTP",
      entries: [
        { name: "floor, a plain ES module", command: inNode(node, plainFloor("get-products"), inClear) },
        { name: "floor, bundled as functions are", command: inNode(node, getProductsFloor, inClear) },
        {
          name: "get-products",
          command: inNode(node, getProducts, inClear),
          goals: [oneAndAThird, ...(python ? [{ of: PYTHON, atMost: 0.3 }] : [])],
        },
        { name: "without stand-ins", command: inNode(node, getProductsOrdinary, inClear) },
        { name: "esbuild's defaults", command: inNode(node, getProductsByDefault, inClear) },
        ...(python ? [{ name: PYTHON, command: inPython(python, PYTHON_HANDLER, inClear) }] : []),
      ],
    },
    {
      name: "get-products, its table over TLS as on AWS",
      entries: [
        { name: FLOOR, command: inNode(node, getProductsFloor, overTls) },
        { name: "get-products", command: inNode(node, getProducts, overTls), goals: [oneAndAThird] },
        { name: "without stand-ins", command: inNode(node, getProductsOrdinary, overTls) },
        { name: "esbuild's defaults", command: inNode(node, getProductsByDefault, overTls) },
      ],
    },
    {
      name: "get-index, GET /products over HTTP",
      entries: [
        { name: FLOOR, command: inNode(node, getIndexFloor, inClear) },
        { name: "get-index", command: inNode(node, getIndex, inClear), goals: [oneAndAFifth] },
      ],
    },
    {
      name: "get-index, GET /products over TLS as on AWS",
      entries: [
        { name: FLOOR, command: inNode(node, getIndexFloor, overTls) },
        { name: "get-index", command: inNode(node, getIndex, overTls), goals: [oneAndAFifth] },
      ],
    },
  ];
}

function summarize(entries: readonly Entry[], measured: ReadonlyMap<Entry, readonly ColdStart[]>): ColdRow[] {
  const sumsOf = (entry?: Entry) => valuesOf(entry, ({ init, firstEvent }) => init + firstEvent);
  const valuesOf = (entry: Entry | undefined, value: (of: ColdStart) => number): number[] =>
    entry === undefined ? [] : (measured.get(entry) ?? []).map(value);
  const [floor] = entries;
  return entries.map((entry) => {
    const sums = sumsOf(entry);
    const cpus = valuesOf(entry, ({ cpu }) => cpu);
    const reached = (of: string): number =>
      spreadOf(ratios(sums, sumsOf(of === FLOOR ? floor : entries.find(({ name }) => name === of)))).median;
    return {
      name: entry.name,
      init: spreadOf(valuesOf(entry, ({ init }) => init)),
      firstEvent: spreadOf(valuesOf(entry, ({ firstEvent }) => firstEvent)),
      sum: spreadOf(sums),
      timesFloor: spreadOf(ratios(sums, sumsOf(floor))),
      cpu: spreadOf(cpus),
      cpuTimesFloor: spreadOf(
        ratios(
          cpus,
          valuesOf(floor, ({ cpu }) => cpu),
        ),
      ),
      process: spreadOf(valuesOf(entry, ({ process }) => process)),
      goals: (entry.goals ?? []).map((goal) => ({ ...goal, reached: reached(goal.of) })),
    };
  });
}
