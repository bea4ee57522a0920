import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { DEFAULT_RUNTIME } from "#modules/bundle/bundle";
import { UserError } from "#modules/project";
import { readSettings, stackId } from "#modules/settings";
import { runCommand, withHelp } from "./cli/command";
import { type Paint, paintFor } from "./cli/table";
import { measureDevLoop } from "./self/bench/dev-loop";
import { measureGateway } from "./self/bench/gateway-benchmark";
import { measureGrowth } from "./self/bench/growth";
import { measureKit } from "./self/bench/kit";
import { measureCold } from "./self/bench/lambda/cold";
import { findLambdaNode, findPython } from "./self/bench/lambda/node";
import { measureWarm } from "./self/bench/lambda/warm";
import { renderDevLoop } from "./self/bench/report/dev-loop";
import { renderGateway } from "./self/bench/report/gateway";
import { renderGrowth } from "./self/bench/report/growth";
import { renderKit } from "./self/bench/report/kit";
import { renderCold, renderWarm } from "./self/bench/report/lambda";
import { saveResult } from "./self/bench/results";
import { PROJECT_ROOT } from "./self/repository";
import { synthesize } from "./stage/synthesize";

const USAGE = `usage: bench.ts [PART]... [--quick] [--requests N] [--rounds N]

Measures this project and, in the same run, the floors that it is compared with.
Prints tables, and saves the results in bench/results.json, where they replace
earlier results of the same parts:

  cold            importing the module of a Lambda function in a new process,
                  and its first event
  warm            the later events of a Lambda function
  gateway         signed requests through the local gateway
  dev             what a developer waits for: make dev, a saved file, make
                  synth, make test
  growth          tables of up to 100,000 products, stacks of up to 400 routes
  kit             the tarball, npm install of a new project, starts of commands

  --quick         fewer requests and rounds, and no make test: a first look
  --requests N    how many requests to each route of the gateway; slow routes
                  get fewer (default 100000)
  --rounds N      how often to measure the gateway and the local loop
                  (default 5)

  make bench
`;

const RESULTS = join(PROJECT_ROOT, "bench", "results.json");

interface BenchOptions {
  readonly parts: readonly Part[];
  readonly quick: boolean;
  readonly requests: number;
  readonly rounds: number;
}

/** How a part is measured, and where it reports its progress. */
interface Setup extends BenchOptions {
  readonly env: NodeJS.ProcessEnv;
  readonly stage: string;
  readonly onProgress: (what: string) => void;
}

/** A part's result, and how it is shown. */
interface Measured {
  readonly result: unknown;
  readonly render: (paint: Paint) => string;
}

const MEASURES = {
  cold: async ({ quick, env, onProgress }: Setup): Promise<Measured> => {
    const node = await findLambdaNode(DEFAULT_RUNTIME, env, onProgress);
    const python = await findPython(env);
    const result = await measureCold({ runs: quick ? 5 : 15, node, python, onProgress });
    return { result, render: (paint) => renderCold(result, paint) };
  },
  warm: async ({ quick, env, onProgress }: Setup): Promise<Measured> => {
    const node = await findLambdaNode(DEFAULT_RUNTIME, env, onProgress);
    const result = await measureWarm({ rounds: quick ? 5 : 15, node, onProgress });
    return { result, render: (paint) => renderWarm(result, paint) };
  },
  gateway: async (setup: Setup): Promise<Measured> => {
    const { stage, requests, rounds, onProgress } = setup;
    const prefix = `${stackId(stage)}-`;
    const result = await withTerraform(setup, (terraform) =>
      measureGateway({ terraform, prefix, stage, requests, rounds, onProgress }),
    );
    return { result, render: (paint) => renderGateway(result, paint) };
  },
  dev: async ({ quick, env, stage, rounds, onProgress }: Setup): Promise<Measured> => {
    const result = await measureDevLoop({ runs: rounds, stage, env, tests: !quick, onProgress });
    return { result, render: (paint) => renderDevLoop(result, paint) };
  },
  growth: async (setup: Setup): Promise<Measured> => {
    const { quick, stage, onProgress } = setup;
    const tableSizes = quick ? [100, 10_000] : [100, 1_000, 10_000, 100_000];
    const result = await withTerraform(setup, (terraform) =>
      measureGrowth({ terraform, stage, tableSizes, onProgress }),
    );
    return { result, render: (paint) => renderGrowth(result, paint) };
  },
  kit: async ({ quick, env, onProgress }: Setup): Promise<Measured> => {
    const result = await measureKit({ runs: quick ? 5 : 15, env, onProgress });
    return { result, render: (paint) => renderKit(result, paint) };
  },
};

type Part = keyof typeof MEASURES;
const PARTS = Object.keys(MEASURES) as Part[];

/** Runs the benchmarks. */
export const main = withHelp(USAGE, async (argv, env, io) => {
  const options = readOptions(argv);
  const { stageName } = readSettings(env);
  const paint = paintFor(io.out, env);
  for (const part of options.parts) {
    const onProgress = (what: string) => io.err.write(`${part}: ${what}\n`);
    const { result, render } = await MEASURES[part]({ ...options, env, stage: stageName, onProgress });
    saveResult(RESULTS, part, result);
    io.out.write(`${render(paint)}\n`);
  }
  io.err.write("saved in bench/results.json; 'make docs' quotes it in the README\n");
  return 0;
});

/** @throws UserError for an unknown part, or an invalid number */
function readOptions(argv: readonly string[]): BenchOptions {
  const { values, positionals } = parseArgs({
    args: [...argv],
    allowPositionals: true,
    options: {
      quick: { type: "boolean" },
      requests: { type: "string" },
      rounds: { type: "string" },
    },
  });
  const unknown = positionals.find((part) => !(PARTS as readonly string[]).includes(part));
  if (unknown !== undefined)
    throw new UserError(`got the part '${unknown}', expected one of ${PARTS.join(", ")}`);
  const quick = values.quick ?? false;
  return {
    parts: positionals.length > 0 ? (positionals as Part[]) : PARTS,
    quick,
    requests: readCount("--requests", values.requests) ?? (quick ? 10_000 : 100_000),
    rounds: readCount("--rounds", values.rounds) ?? (quick ? 3 : 5),
  };
}

function readCount(option: string, text: string | undefined): number | undefined {
  if (text === undefined) return undefined;
  if (!/^[1-9]\d{0,7}$/.test(text))
    throw new UserError(`${option}: got '${text}', expected a whole number from 1 to 99999999`);
  return Number(text);
}

/** Synthesizes the stack into a temporary folder. */
async function withTerraform<T>({ stage, env }: Setup, use: (terraform: string) => Promise<T>): Promise<T> {
  const folder = mkdtempSync(join(tmpdir(), "bench-"));
  try {
    const synthesis = await synthesize(stackId(stage), folder, env);
    if (!synthesis.done) throw new UserError(synthesis.error);
    return await use(synthesis.terraform);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

if (require.main === module) void runCommand(main);
