import { join } from "node:path";
import { parseArgs } from "node:util";
import { DynamoDBClient, ScanCommand } from "@aws-sdk/client-dynamodb";
import { type DeploymentSettings, readSettings, stackId } from "../modules/settings";
import { UserError } from "../modules/user-error";
import { type Command, type Io, runCommand } from "./lib/command";
import { renderFunctionLine, renderRequest, renderStart, withoutPrefix } from "./lib/dev-screen";
import { LOCAL_FOLDER, localSeed, writeLocalFiles } from "./lib/local-files";
import { FIVE_PRODUCTS } from "./lib/products";
import { seedProducts } from "./lib/seed-products";
import { synthesize } from "./lib/synthesize";
import { type Paint, paintFor } from "./lib/table";
import { watchSources } from "./lib/watch";
import { LoadError, loadModel } from "./local/load-model";
import type { Model } from "./local/model";
import { type LocalApi, startLocal } from "./local/start";

const USAGE = `usage: dev.ts [--port N] [--host ADDRESS] [--data DIR] [--verbose] [--no-watch]

Serves the API of a stage on this machine, from its synthesized Terraform, with every gate closed: signatures, IAM
policies, API keys and usage plans. It needs no AWS account. The table is seeded with five products.

  --port N        the port (default PORT, or 3000)
  --host ADDRESS  where to listen (default 127.0.0.1; another address lets other machines call)
  --data DIR      keep the table in this folder between runs (default in memory)
  --verbose       list the resources that have no effect locally
  --no-watch      do not rebuild when a source file is saved

  make dev STAGE=dev PORT=3000
`;

/** The account that ARNs name locally. */
const ACCOUNT_ID = "123456789012";

interface DevOptions {
  readonly host: string;
  readonly port: number;
  readonly dataDirectory?: string;
  readonly verbose: boolean;
  readonly watch: boolean;
}

/** Serves a stage until it is interrupted. */
export const main: Command = async (argv, env, io) => {
  const options = readOptions(argv, env);
  if (options === undefined) {
    io.out.write(USAGE);
    return 0;
  }
  const startedAt = performance.now();
  const settings = readSettings(env);
  const paint = paintFor(io.out, env);
  const stage = createStage(settings, env);
  const prefix = `${stage.stack}-`;

  const model = await stage.build();
  const api = await startLocal({
    ...options,
    model,
    prefix,
    seed: stage.seed,
    logRequest: (request) => io.out.write(renderRequest(request, new Date(), prefix, paint)),
    logFunction: ({ functionName, line }) =>
      io.out.write(renderFunctionLine(withoutPrefix(functionName, prefix), line, paint)),
  });
  const stageUrl = `${api.url}/${settings.stageName}`;
  const publish = (served: Model): void => {
    writeLocalFiles({
      stageUrl,
      region: settings.region,
      stage: settings.stageName,
      stack: stage.stack,
      outputs: served.outputs,
      credentials: api.credentials,
      localize: api.localize,
    });
  };
  publish(model);
  await seedWhereEmpty(api, model, settings.region);
  const milliseconds = performance.now() - startedAt;
  const clients = Object.keys((model.outputs.api_key_values?.value ?? {}) as object);
  const { credentials } = api;
  io.out.write(renderStart({ model, stageUrl, credentials, prefix, clients, milliseconds }, paint));
  showWarnings(model, options, io, paint);

  const stop = options.watch ? watchStage(stage, api, publish, io, paint) : () => {};
  await interrupted();
  stop();
  await api.close();
  return 0;
};

/** A stage's sources, and what they come to. */
interface StageSources {
  readonly stack: string;
  readonly seed: string;
  /** @throws UserError where the program fails, or its Terraform cannot be served */
  build(): Promise<Model>;
}

function createStage(settings: DeploymentSettings, env: NodeJS.ProcessEnv): StageSources {
  const stack = stackId(settings.stageName);
  const seed = localSeed();
  return {
    stack,
    seed,
    async build() {
      const synthesis = await synthesize(stack, join(LOCAL_FOLDER, "cdktf.out"), env);
      if (!synthesis.done) throw new UserError(synthesis.error);
      try {
        return loadModel({ terraform: synthesis.terraform, identity: { accountId: ACCOUNT_ID, seed } });
      } catch (error) {
        if (!(error instanceof LoadError)) throw error;
        throw new UserError(error.message, { cause: error });
      }
    },
  };
}

/** Rebuilds when sources change; what fails is told, and the last good version goes on serving. */
function watchStage(
  stage: StageSources,
  api: LocalApi,
  publish: (model: Model) => void,
  io: Io,
  paint: Paint,
): () => void {
  return watchSources(async () => {
    const begin = performance.now();
    try {
      const model = await stage.build();
      await api.replace(model);
      publish(model);
      const milliseconds = Math.round(performance.now() - begin);
      io.out.write(`${paint("green", "rebuilt")} in ${milliseconds} ms\n`);
    } catch (error) {
      const told = error instanceof Error ? error.message : String(error);
      io.out.write(`${paint("red", "not rebuilt")}, the last good version goes on serving:\n${told}\n`);
    }
  });
}

function readOptions(argv: readonly string[], env: NodeJS.ProcessEnv): DevOptions | undefined {
  const { values } = parseArgs({
    args: [...argv],
    options: {
      port: { type: "string" },
      host: { type: "string" },
      data: { type: "string" },
      verbose: { type: "boolean" },
      "no-watch": { type: "boolean" },
      help: { type: "boolean" },
    },
  });
  if (values.help) return undefined;
  const port = values.port ?? env.PORT ?? "3000";
  if (!/^\d{1,5}$/.test(port) || Number(port) > 65_535) {
    throw new UserError(`PORT: got '${port}', expected a number from 0 (any free port) to 65535`);
  }
  return {
    port: Number(port),
    host: values.host ?? "127.0.0.1",
    dataDirectory: values.data,
    verbose: values.verbose ?? false,
    watch: !values["no-watch"],
  };
}

/** Fills an empty table with five products; one that was kept from an earlier run stays as it is. */
async function seedWhereEmpty(api: LocalApi, { outputs }: Model, region: string): Promise<void> {
  const tableName = outputs.products_table_name?.value;
  if (typeof tableName !== "string") return;
  // The embedded DynamoDB takes any credentials.
  const credentials = { accessKeyId: "local", secretAccessKey: "local" };
  const client = new DynamoDBClient({ endpoint: api.dynamoDbEndpoint, region, credentials });
  const { Count } = await client.send(new ScanCommand({ TableName: tableName, Limit: 1 }));
  if (Count === 0) await seedProducts({ client, tableName, products: FIVE_PRODUCTS });
  client.destroy();
}

function showWarnings(model: Model, options: DevOptions, io: Io, paint: Paint): void {
  if (!["127.0.0.1", "localhost", "::1"].includes(options.host)) {
    io.out.write(`${paint("yellow", "open to other machines")}: listening on ${options.host}\n`);
  }
  if (options.verbose) io.out.write(`without local effect:\n  ${model.withoutLocalEffect.join("\n  ")}\n`);
}

function interrupted(): Promise<void> {
  return new Promise((done) => {
    for (const signal of ["SIGINT", "SIGTERM"] as const) process.once(signal, () => done());
  });
}

if (require.main === module) void runCommand(main);
