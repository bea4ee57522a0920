import { setTimeout as delay } from "node:timers/promises";
import type { FloorProgram } from "./floor-program";
import type { GatewayProgram } from "./gateway-program";
import type { LoadResult } from "./load";
import type { LoadProgram } from "./load-program";
import { type Program, startProgram } from "./program";
import { ratios, type Spread, spreadOf } from "./statistics";
import type { Memory, UsageQuestions } from "./usage";

export interface GatewayBenchmarkOptions {
  /** Path of the synthesized `cdk.tf.json`. */
  readonly terraform: string;
  /** The prefix of the physical names of the stack. */
  readonly prefix: string;
  readonly stage: string;
  /** Requests to the mock route, over all rounds. */
  readonly requests: number;
  /** The number of rounds, each of which measures everything in turn. */
  readonly rounds: number;
  /** Called with the name of each measurement. */
  readonly onProgress: (what: string) => void;
}

/** The measurements of one server and route; each value over the rounds. */
export interface RouteResult {
  readonly name: string;
  readonly requests: number;
  readonly requestsPerSecond: Spread;
  readonly p50Milliseconds: Spread;
  readonly p99Milliseconds: Spread;
  /**
   * What the server's process, all its threads, took for a request: this varies least if other programs use the
   * machine.
   */
  readonly cpuMicroseconds: Spread;
  /**
   * The floor's CPU time for a request of the same round, divided by this one's: what {@link timesFloor} would be
   * alone.
   */
  readonly timesFloorByCpu: Spread;
  /** Requests a second, times the floor's of the same round. */
  readonly timesFloor: Spread;
  /** What {@link timesFloor} should reach, and {@link p99Milliseconds} stay under. */
  readonly goals?: RouteGoals;
}

interface RouteGoals {
  readonly timesFloor: number;
  readonly p99Milliseconds: number;
}

export interface GatewayResult {
  readonly connections: number;
  readonly rounds: number;
  readonly routes: readonly RouteResult[];
  /** The time of the load generator for a request to the floor. */
  readonly generatorCpuMicroseconds: Spread;
  /** Of the gateway's process, before and after this number of requests. */
  readonly memory: { readonly requests: number; readonly before: Memory; readonly after: Memory };
  /** The time of the gateway's process while it got no requests. */
  readonly idle: { readonly seconds: number; readonly cpuMilliseconds: number };
}

const CONNECTIONS = 16;

/**
 * Measures the gateway against the floor, each in a separate process, in turn and several times: if the floor and the
 * gateway are measured in the same seconds, other load on the machine slows both down equally.
 */
export async function measureGateway(options: GatewayBenchmarkOptions): Promise<GatewayResult> {
  const generator = startProgram<LoadProgram>(require.resolve("./load-program.ts"));
  const floor = startProgram<FloorProgram>(require.resolve("./floor-program.ts"));
  const gateway = startProgram<GatewayProgram>(require.resolve("./gateway-program.ts"));
  try {
    return await measure(options, { generator, floor, gateway });
  } finally {
    await Promise.all([generator.end(), floor.end(), gateway.end()]);
  }
}

// ---------------------------------------------------------------------------------------------------- internal

interface Programs {
  readonly generator: Program<LoadProgram>;
  readonly floor: Program<FloorProgram>;
  readonly gateway: Program<GatewayProgram>;
}

export interface Route {
  readonly name: string;
  readonly path: string;
  /** Of the requests to the mock route: slow routes get fewer. */
  readonly share: number;
  readonly goals?: RouteGoals;
  readonly logs?: boolean;
}

const MOCK = "/auth/iam-sigv4";

export const ROUTES: readonly Route[] = [
  { name: "mock", path: MOCK, share: 1, goals: { timesFloor: 0.6, p99Milliseconds: 5 } },
  { name: "mock, a log line each", path: MOCK, share: 1, logs: true },
  {
    name: "Lambda: a constant",
    path: "/products/lamp-01",
    share: 0.5,
    goals: { timesFloor: 0.35, p99Milliseconds: 5 },
  },
  { name: "Lambda: get-products", path: "/products", share: 0.1 },
];

/** A load, and the time of the server's process for it. */
interface Measured extends LoadResult {
  readonly serverCpuMicroseconds: number;
}

async function measure(options: GatewayBenchmarkOptions, programs: Programs): Promise<GatewayResult> {
  const { generator, floor, gateway } = programs;
  const { terraform, prefix, stage, requests, rounds, onProgress } = options;
  onProgress("starting");
  const { port, region, credentials } = await gateway.ask("start", { terraform, prefix });
  const floorPort = await floor.ask("start", { region, credentials });

  const perRound = Math.ceil(requests / rounds);
  const load = async (
    server: Program<UsageQuestions>,
    at: { readonly port: number; readonly path: string; readonly count: number },
  ): Promise<Measured> => {
    const before = await server.ask("cpu");
    const toSign = { ...at, path: `/${stage}${at.path}`, region, credentials, connections: CONNECTIONS };
    const result = await generator.ask("load", toSign);
    const cpuMilliseconds = (await server.ask("cpu")) - before;
    return { ...result, serverCpuMicroseconds: (cpuMilliseconds * 1000) / at.count };
  };
  const loadFloor = (count: number) => load(floor, { port: floorPort, path: MOCK, count });
  const loadRoute = async ({ path, logs = false }: Route, count: number): Promise<Measured> => {
    await gateway.ask("log", logs);
    return load(gateway, { port, path, count });
  };
  const countOf = ({ share }: Route): number => Math.ceil(perRound * share);

  onProgress("warming up");
  await loadFloor(WARM_UP_REQUESTS);
  for (const route of ROUTES) await loadRoute(route, WARM_UP_REQUESTS * route.share);

  const atFloor: Measured[] = [];
  const atRoutes = ROUTES.map((route) => ({ route, measured: [] as Measured[] }));
  const before = await gateway.ask("memory");
  for (let round = 1; round <= rounds; round += 1) {
    onProgress(`round ${round} of ${rounds}`);
    atFloor.push(await loadFloor(perRound));
    for (const { route, measured } of atRoutes) measured.push(await loadRoute(route, countOf(route)));
  }
  const after = await gateway.ask("memory");

  onProgress("doing nothing");
  const cpuBefore = await gateway.ask("cpu");
  await delay(IDLE_SECONDS * 1000);
  const idleMilliseconds = (await gateway.ask("cpu")) - cpuBefore;

  return {
    connections: CONNECTIONS,
    rounds,
    routes: [
      summarize({ name: "floor: verifies alone", path: MOCK, share: 1 }, perRound, atFloor, atFloor),
      ...atRoutes.map(({ route, measured }) => summarize(route, countOf(route), measured, atFloor)),
    ],
    generatorCpuMicroseconds: spreadOf(atFloor.map(({ cpuMicroseconds }) => cpuMicroseconds)),
    memory: { requests: rounds * ROUTES.reduce((sum, route) => sum + countOf(route), 0), before, after },
    idle: { seconds: IDLE_SECONDS, cpuMilliseconds: idleMilliseconds },
  };
}

const WARM_UP_REQUESTS = 5_000;
const IDLE_SECONDS = 2;

function summarize(
  { name, goals }: Route,
  requestsPerRound: number,
  measured: readonly Measured[],
  atFloor: readonly Measured[],
): RouteResult {
  const perSecond = (each: readonly Measured[]) => each.map(({ requestsPerSecond }) => requestsPerSecond);
  const cpuOf = (each: readonly Measured[]) => each.map(({ serverCpuMicroseconds }) => serverCpuMicroseconds);
  return {
    name,
    requests: requestsPerRound * measured.length,
    requestsPerSecond: spreadOf(perSecond(measured)),
    p50Milliseconds: spreadOf(measured.map(({ p50Milliseconds }) => p50Milliseconds)),
    p99Milliseconds: spreadOf(measured.map(({ p99Milliseconds }) => p99Milliseconds)),
    cpuMicroseconds: spreadOf(cpuOf(measured)),
    timesFloorByCpu: spreadOf(ratios(cpuOf(atFloor), cpuOf(measured))),
    timesFloor: spreadOf(ratios(perSecond(measured), perSecond(atFloor))),
    goals,
  };
}
