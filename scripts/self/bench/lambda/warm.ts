import { spawn } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";
import type { Readable } from "node:stream";
import { json } from "node:stream/consumers";
import { generateProducts } from "#seeds/products";
import { type Program, startProgram } from "../program";
import { percentile, ratios, type Spread, spreadOf } from "../statistics";
import type { BackendsProgram } from "./backends-program";
import { createContestants } from "./contestants";
import { EVENT, lambdaEnvironment, SLOW_TABLE_MILLISECONDS } from "./environment";
import type { Interpreter } from "./node";

export interface WarmOptions {
  /** How often each handler answers {@link EVENTS} events, in turn with the others. */
  readonly rounds: number;
  readonly node: Interpreter;
  /** Called with the name of each measurement. */
  readonly onProgress: (what: string) => void;
}

/** The times of a handler that has already answered many events; each value over the rounds. */
export interface WarmRow {
  readonly name: string;
  /** Of a round, in milliseconds. */
  readonly p50: Spread;
  /** Divided by the p50 of the floor of the same round. */
  readonly timesFloor: Spread;
  /** The goal: the highest {@link timesFloor}. */
  readonly goal?: number;
  /** Requests to its backend for each event. */
  readonly requests: number;
}

export interface WarmResult {
  readonly node: string;
  readonly rounds: number;
  readonly events: number;
  readonly races: readonly { readonly name: string; readonly rows: readonly WarmRow[] }[];
  /** The time to render a page of this number of products, in milliseconds. */
  readonly render: { readonly products: number; readonly milliseconds: Spread; readonly goal: number };
}

/** Measures the time of an event after the cold start. */
export async function measureWarm({ rounds, node, onProgress }: WarmOptions): Promise<WarmResult> {
  const backends = startProgram<BackendsProgram>(require.resolve("./backends-program.ts"));
  const contestants = createContestants();
  try {
    onProgress("bundling");
    const { table, slowTable, productsApi } = await backends.ask("start", { products: 100, pageSize: 10 });
    const local = lambdaEnvironment({ table: table.clear, productsApi: productsApi.clear });
    const slow = lambdaEnvironment({ table: slowTable.clear, productsApi: productsApi.clear });
    const getProductsFloor = contestants.floor("get-products");
    const getProducts = contestants.unpacked("get-products");
    const indexEntries: Entry[] = [
      { name: "floor", modulePath: contestants.floor("get-index"), env: local },
      { name: "get-index", modulePath: contestants.unpacked("get-index"), env: local },
    ];
    const productsEntries = (env: Readonly<Record<string, string>>): Entry[] => [
      { name: "floor", modulePath: getProductsFloor, env },
      { name: "get-products", modulePath: getProducts, env, goal: 1.15 },
    ];
    const race = async (name: string, entries: readonly Entry[]) => {
      onProgress(name);
      return { name, rows: await compete(entries, rounds, node, backends) };
    };
    return {
      node: node.version,
      rounds,
      events: EVENTS,
      races: [
        await race("get-products, its table on this machine", productsEntries(local)),
        await race(
          `get-products, a table that takes ${SLOW_TABLE_MILLISECONDS} ms longer`,
          productsEntries(slow),
        ),
        await race("get-index, 10 products", indexEntries),
      ],
      render: {
        products: 100,
        milliseconds: spreadOf(await renderTimes(node, contestants.page(), 100)),
        goal: 0.2,
      },
    };
  } finally {
    contestants.remove();
    await backends.end();
  }
}

// ---------------------------------------------------------------------------------------------------- internal

/** In each round. */
const EVENTS = 100;
const WARM_UP_EVENTS = 1_000;

interface Entry {
  readonly name: string;
  readonly modulePath: string;
  readonly env: Readonly<Record<string, string>>;
  readonly goal?: number;
}

async function compete(
  entries: readonly Entry[],
  rounds: number,
  node: Interpreter,
  backends: Program<BackendsProgram>,
): Promise<WarmRow[]> {
  const racers = entries.map((entry) => ({
    ...entry,
    handler: startHandler(node, entry),
    p50s: [] as number[],
    asked: 0,
  }));
  try {
    for (const { handler } of racers) await handler.answer(WARM_UP_EVENTS);
    for (let round = 1; round <= rounds; round += 1) {
      for (const racer of racers) {
        const before = await backends.ask("requests");
        const milliseconds = await racer.handler.answer(EVENTS);
        const after = await backends.ask("requests");
        racer.asked += after.table + after.productsApi - before.table - before.productsApi;
        racer.p50s.push(
          percentile(
            milliseconds.sort((a, b) => a - b),
            50,
          ),
        );
      }
    }
  } finally {
    for (const { handler } of racers) handler.end();
  }
  const [floor] = racers;
  return racers.map(({ name, goal, p50s, asked }) => ({
    name,
    p50: spreadOf(p50s),
    timesFloor: spreadOf(ratios(p50s, floor?.p50s ?? [])),
    goal,
    requests: asked / (rounds * EVENTS),
  }));
}

interface RunningHandler {
  /** Lets it answer this number of events, and returns the milliseconds of each. @throws Error if it ended instead */
  answer(count: number): Promise<number[]>;
  end(): void;
}

function startHandler({ path }: Interpreter, { modulePath, env }: Entry): RunningHandler {
  const child = spawn(path, [join(__dirname, "serve-handler.mjs"), modulePath, EVENT], {
    env,
    stdio: ["ignore", "ignore", "inherit", "ipc"],
  });
  const ended = once(child, "exit").then(([status]) => {
    throw new Error(`${modulePath} ended with ${status} before it had answered its events`);
  });
  return {
    async answer(count) {
      child.send(count);
      const answered = once(child, "message").then(([milliseconds]) => milliseconds as number[]);
      return Promise.race([answered, ended]);
    },
    end() {
      ended.catch(() => {}); // It is meant to.
      child.kill();
    },
  };
}

async function renderTimes({ path }: Interpreter, modulePath: string, count: number): Promise<number[]> {
  const products = JSON.stringify([...generateProducts(count)]);
  const child = spawn(path, [join(__dirname, "render-page.mjs"), modulePath, products], {
    stdio: ["ignore", "ignore", "inherit", "pipe"],
  });
  return (await json(child.stdio[3] as Readable)) as number[];
}
