import { readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { parseArgs } from "node:util";
import { projectFolder, UserError } from "#modules/project";
import { readSettings, stackId } from "#modules/settings";
import { type Io, runCommand, withHelp } from "./cli/command";
import { readEndpoint } from "./dev/endpoint";
import type { LocalApi, LocalOptions } from "./local/start";

const USAGE = `usage: invoke.ts FUNCTION [EVENT] [--aws URL] [--data DIR] [--state FILE]
              [--local FILE]

Runs one function of a stage by hand, with its role and its environment, and
prints what it returned. What it logs goes to stderr. The status is 0 for a
result, 1 for an error of the function, and 2 if it could not be run.

No gateway needs to be running: the function has one to itself, with tables that
are seeded for this invocation.

  FUNCTION      its name, with or without the stack's prefix
  EVENT         a file with the event as JSON, or - for stdin (default {})
  --aws URL     an emulator of AWS, for the services that the function calls
  --data DIR    the tables that 'make dev' keeps in this folder; it must not run
  --state FILE  take the function from an applied stack, which 'terraform show
                -json' has printed, in place of the stage
  --local FILE  how functions run that are not Node.js (default local.json)

  make invoke FUNCTION=nightly EVENT=event.json
`;

/** Invokes a function once, and returns the exit status. */
export const main = withHelp(USAGE, async (argv, env, io) => {
  const { values, positionals } = parseArgs({
    args: [...argv],
    allowPositionals: true,
    options: {
      aws: { type: "string" },
      data: { type: "string" },
      state: { type: "string" },
      local: { type: "string" },
    },
  });
  const [name, file, ...more] = positionals.filter((each) => each !== "");
  if (name === undefined || more.length > 0)
    throw new UserError(
      `got ${positionals.length} arguments, expected FUNCTION and EVENT: make invoke FUNCTION=nightly EVENT=event.json`,
    );
  const event = await readEvent(file, io);
  const api = await start(values, env, {
    ...(values.data !== undefined && { dataDirectory: values.data }),
    ...(values.aws !== undefined && { awsEndpoint: readEndpoint("--aws", values.aws, 4566) }),
    pollQueues: false,
    warmFunctions: false,
    logFunction: ({ line }) => io.err.write(`${line}\n`),
    logDynamoDb: (line) => io.err.write(`DynamoDB ${line}\n`),
    logServices: (line) => io.err.write(`AWS ${line}\n`),
  });
  try {
    const outcome = await api.invoke(name, event);
    if (outcome.kind === "result") {
      io.out.write(`${outcome.payload}\n`);
      return 0;
    }
    const { errorType, errorMessage, trace } = outcome;
    io.out.write(`${JSON.stringify({ errorType, errorMessage, trace })}\n`);
    return 1;
  } finally {
    await api.close();
  }
});

type Wanted = Omit<LocalOptions, "model" | "prefix" | "seed">;

async function start(
  { state, local: file }: { readonly state?: string; readonly local?: string },
  env: NodeJS.ProcessEnv,
  wanted: Wanted,
): Promise<Pick<LocalApi, "invoke" | "close">> {
  const { localSeed }: typeof import("./stage/local-files") = require("./stage/local-files");
  const seed = localSeed();
  const folder = state === undefined ? projectFolder() : dirname(state);
  const { readLocalJson }: typeof import("./stage/local-json") = require("./stage/local-json");
  const local = readLocalJson(file ?? join(folder, "local.json"), file !== undefined);
  if (state !== undefined) {
    const { loadState }: typeof import("./stage/load-state") = require("./stage/load-state");
    const { startLocal }: typeof import("./local/start") = require("./local/start");
    return startLocal({ ...wanted, model: loadState(state, seed, { local }), seed, prefix: "" });
  }
  const { stageName } = readSettings(env);
  const { synthesize }: typeof import("./stage/synthesize") = require("./stage/synthesize");
  const { loadStage }: typeof import("./stage/load-stage") = require("./stage/load-stage");
  const { startStage }: typeof import("./stage/start-stage") = require("./stage/start-stage");
  const out = join(projectFolder(), ".local", "cdktf.out");
  const model = loadStage(await synthesize(stackId(stageName), out, env), seed, local);
  return (await startStage({ ...wanted, stageName, model, seed })).api;
}

async function readEvent(file: string | undefined, { readInput }: Io): Promise<unknown> {
  if (file === undefined) return {};
  try {
    return JSON.parse((file === "-" ? await readInput?.() : readFileSync(file, "utf8")) ?? "");
  } catch (error) {
    throw new UserError(`${file}: expected the event as JSON (${(error as Error).message})`);
  }
}

if (require.main === module) void runCommand(main);
