import { join } from "node:path";
import { parseArgs } from "node:util";
import { projectFolder, UserError } from "#modules/project";
import { readSettings, stackId } from "#modules/settings";
import { runCommand, withHelp } from "./cli/command";
import { paintFor } from "./cli/table";
import { readEndpoint } from "./dev/endpoint";
import type { ServeOptions } from "./dev/serve-stage";
import { synthesize } from "./stage/synthesize";

const USAGE = `usage: dev.ts [--port N] [--host ADDRESS] [--name NAME]... [--data DIR]
              [--aws URL] [--dynamodb URL] [--local FILE] [--inspect]
              [--verbose] [--no-watch]
       dev.ts --state FILE | --plan FILE [--api ADDRESS] [--port N] …

Serves the API of a stage on this machine, from its synthesized Terraform. Every
gate is enforced: signatures, IAM policies, API keys and usage plans. No AWS
account is needed. Empty tables are seeded.

  --port N        the port (default PORT, or 3000)
  --host ADDRESS  the address to listen on (default 127.0.0.1; with another
                  address, other machines can call)
  --name NAME     a host name by which open routes can be called, such as the
                  name of this machine. Addresses and localhost always work. An
                  open route that is called by any other name answers 403, since
                  a web page can point its own name at this gateway
  --data DIR      keep the table in this folder between runs (default in memory)
  --aws URL       an emulator of AWS, for the services other than DynamoDB that
                  integrations and functions call. Signatures and the policies
                  of their roles are checked here, whatever the emulator thinks
  --dynamodb URL  an engine that is compatible with DynamoDB and keeps the
                  tables, in place of the embedded one: DynamoDB Local,
                  Alternator, an emulator. Signatures and policies are checked
                  here first. Tables that are missing there are created, and
                  never removed
  --local FILE    how functions run that are not Node.js, or whose packages are
                  not here (default local.json, if it is there;
                  docs/local-aws.md)
  --inspect       have debuggers stop functions at breakpoints in their
                  TypeScript: each function is a process with a port of its own,
                  and nothing times out
  --inspect-port N
                  the first of these ports (default 9229)
  --verbose       list the resources that have no effect locally
  --state FILE    serve the applied stack in FILE, which 'terraform show -json'
                  has printed, in place of the stage: plain Terraform, modules,
                  count and for_each. Packages of functions are looked for from
                  the folder of FILE on
  --plan FILE     the same of a plan, which 'terraform show -json PLAN' has
                  printed. What is known only after the apply closes the routes
                  that it is on the way of, or stops the start
                  (docs/local-aws.md)
  --api ADDRESS   the REST API to serve, of several in FILE (default the first)
  --no-watch      do not rebuild when a source file is saved

  make dev STAGE=dev PORT=3000 ARGS=--verbose
`;

/** The stack is synthesized here for serving; `cdktf.out` is for deployments. */
function localOut(): string {
  return join(projectFolder(), ".local", "cdktf.out");
}

/** Serves a stage until it is interrupted. */
export const main = withHelp(USAGE, async (argv, env, io) => {
  const { state, plan, api, ...options } = readOptions(argv, env);
  const file = state ?? plan;
  if (file !== undefined) {
    const { serveState }: typeof import("./dev/serve-state") = require("./dev/serve-state");
    return serveState({
      file,
      isPlan: state === undefined,
      api,
      options,
      paint: paintFor(io.out, env),
      out: io.out,
    });
  }
  const settings = readSettings(env);
  const build = () => synthesize(stackId(settings.stageName), localOut(), { ...env, STACK: "" });
  // The first build takes longest, and runs in its own process. Everything else is loaded meanwhile.
  const first = build();
  // serveStage awaits it and reports its failure. If something else fails first, that alone is reported.
  first.catch(() => undefined);
  const { serveStage }: typeof import("./dev/serve-stage") = require("./dev/serve-stage");
  return serveStage({ settings, options, first, build, paint: paintFor(io.out, env), out: io.out });
});

interface ReadOptions extends ServeOptions {
  readonly state?: string;
  readonly plan?: string;
  readonly api?: string;
}

function readOptions(argv: readonly string[], env: NodeJS.ProcessEnv): ReadOptions {
  const { values } = parseArgs({
    args: [...argv],
    options: {
      port: { type: "string" },
      host: { type: "string" },
      name: { type: "string", multiple: true },
      data: { type: "string" },
      aws: { type: "string" },
      dynamodb: { type: "string" },
      local: { type: "string" },
      inspect: { type: "boolean" },
      "inspect-port": { type: "string" },
      verbose: { type: "boolean" },
      state: { type: "string" },
      plan: { type: "string" },
      api: { type: "string" },
      "no-watch": { type: "boolean" },
    },
  });
  const port = values.port ?? env.PORT ?? "3000";
  if (!isPort(port))
    throw new UserError(`PORT: got '${port}', expected a number from 0 (any free port) to 65535`);
  const { "inspect-port": inspectPort = "9229" } = values;
  if (!isPort(inspectPort) || Number(inspectPort) === 0) {
    throw new UserError(`--inspect-port: got '${inspectPort}', expected a number from 1 to 65535`);
  }
  if (values.state !== undefined && values.plan !== undefined)
    throw new UserError("got --state and --plan, expected one of them");
  if (values.host === "") {
    throw new UserError(
      "--host: got nothing, expected an address such as 127.0.0.1; with 0.0.0.0, other machines can call",
    );
  }
  return {
    port: Number(port),
    host: values.host ?? "127.0.0.1",
    names: values.name ?? [],
    dataDirectory: values.data,
    ...(values.aws !== undefined && { awsEndpoint: readEndpoint("--aws", values.aws, 4566) }),
    ...(values.dynamodb !== undefined && { tableEngine: readEngine(values.dynamodb, values.data) }),
    ...(values.local !== undefined && { localFile: values.local }),
    ...((values.inspect || values["inspect-port"] !== undefined) && { inspectPort: Number(inspectPort) }),
    verbose: values.verbose ?? false,
    watch: !values["no-watch"],
    ...(values.state !== undefined && { state: values.state }),
    ...(values.plan !== undefined && { plan: values.plan }),
    ...(values.api !== undefined && { api: values.api }),
  };
}

function isPort(text: string): boolean {
  return /^\d{1,5}$/.test(text) && Number(text) <= 65_535;
}

function readEngine(text: string, dataDirectory: string | undefined): string {
  if (dataDirectory === undefined) return readEndpoint("--dynamodb", text, 8000);
  throw new UserError(
    "--data: got a folder, expected none with --dynamodb: the engine there keeps the tables",
  );
}

if (require.main === module) void runCommand(main);
