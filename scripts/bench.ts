import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { cpus, tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { parseArgs } from "node:util";
import { PROJECT_ROOT } from "../modules/bundle";
import { readSettings, stackId } from "../modules/settings";
import { UserError } from "../modules/user-error";
import { type ColdStartResult, measureColdStart } from "./bench/cold-start";
import { type GatewayResult, measureGateway } from "./bench/gateway-benchmark";
import { renderColdStart, renderGateway } from "./bench/report";
import { type Command, runCommand } from "./lib/command";
import { synthesize } from "./lib/synthesize";
import { paintFor } from "./lib/table";

const USAGE = `usage: bench.ts [PART]... [--quick] [--requests N] [--rounds N]

Measures this project against floors in the same run, prints tables and writes .local/bench.json. Its parts:

  gateway         signed requests through the local gateway, times a server that only verifies the signature
  dev             make dev, from a fresh clone to the first answer

  --quick         fewer requests and rounds: for a first look
  --requests N    to each route of the gateway; slow ones get a part of it (default 100000)
  --rounds N      how often each is measured (default 5)

  make bench
`;

/** What the last run measured; parts that it left out are not in it. */
const RESULTS = join(PROJECT_ROOT, ".local", "bench.json");

const PARTS = ["gateway", "dev"] as const;
type Part = (typeof PARTS)[number];

interface Results {
  gateway?: GatewayResult;
  dev?: ColdStartResult;
}

interface BenchOptions {
  readonly parts: readonly Part[];
  readonly requests: number;
  readonly rounds: number;
}

/** Runs the benchmarks. */
export const main: Command = async (argv, env, io) => {
  const options = readOptions(argv);
  if (options === undefined) {
    io.out.write(USAGE);
    return 0;
  }
  const { parts, requests, rounds } = options;
  const { stageName } = readSettings(env);
  const paint = paintFor(io.out, env);
  const onProgress = (part: Part) => (what: string) => io.err.write(`${part}: ${what}\n`);
  const results: Results = {};
  if (parts.includes("gateway")) {
    results.gateway = await withTerraform(stackId(stageName), env, (terraform) =>
      measureGateway({
        terraform,
        prefix: `${stackId(stageName)}-`,
        stage: stageName,
        requests,
        rounds,
        onProgress: onProgress("gateway"),
      }),
    );
    io.out.write(`${renderGateway(results.gateway, paint)}\n`);
  }
  if (parts.includes("dev")) {
    results.dev = await measureColdStart({
      runs: rounds,
      stage: stageName,
      env,
      onProgress: onProgress("dev"),
    });
    io.out.write(`${renderColdStart(results.dev, paint)}\n`);
  }
  mkdirSync(dirname(RESULTS), { recursive: true, mode: 0o700 });
  writeFileSync(RESULTS, `${JSON.stringify({ machine: machine(), ...results }, null, 2)}\n`);
  return 0;
};

/** @throws UserError for a part that there is not, or a number that is none */
function readOptions(argv: readonly string[]): BenchOptions | undefined {
  const { values, positionals } = parseArgs({
    args: [...argv],
    allowPositionals: true,
    options: {
      quick: { type: "boolean" },
      requests: { type: "string" },
      rounds: { type: "string" },
      help: { type: "boolean" },
    },
  });
  if (values.help) return undefined;
  const unknown = positionals.find((part) => !(PARTS as readonly string[]).includes(part));
  if (unknown !== undefined)
    throw new UserError(`bench.ts: got the part '${unknown}', expected one of ${PARTS.join(", ")}`);
  const [requests, rounds] = values.quick ? [10_000, 3] : [100_000, 5];
  return {
    parts: positionals.length > 0 ? (positionals as Part[]) : PARTS,
    requests: readCount("--requests", values.requests) ?? requests,
    rounds: readCount("--rounds", values.rounds) ?? rounds,
  };
}

function readCount(option: string, text: string | undefined): number | undefined {
  if (text === undefined) return undefined;
  if (!/^[1-9]\d{0,7}$/.test(text))
    throw new UserError(`${option}: got '${text}', expected a whole number from 1 to 99999999`);
  return Number(text);
}

/** Synthesizes the stack into a folder that is gone afterwards. */
async function withTerraform<T>(
  stack: string,
  env: NodeJS.ProcessEnv,
  use: (terraform: string) => Promise<T>,
): Promise<T> {
  const folder = mkdtempSync(join(tmpdir(), "bench-"));
  try {
    const synthesis = await synthesize(stack, folder, env);
    if (!synthesis.done) throw new UserError(synthesis.error);
    return await use(synthesis.terraform);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** What absolute times depend on. */
function machine() {
  const [processor] = cpus();
  return { node: process.version, processor: processor?.model, processors: cpus().length };
}

if (require.main === module) void runCommand(main);
