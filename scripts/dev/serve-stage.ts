import { join } from "node:path";
import type { Sink } from "#cli/command";
import { type Paint, SCREEN_WIDTH } from "#cli/table";
import { isLoopback } from "#gateway/http/loopback";
import type { LocalSettings } from "#load/local-settings";
import type { LocalApi } from "#local/start";
import type { Model } from "#model/model";
import { projectFolder } from "#modules/project";
import { type DeploymentSettings, stackId } from "#modules/settings";
import { loadStage } from "#stage/load-stage";
import { clientsOfCurl, localSeed } from "#stage/local-files";
import { type ClaimedFolder, claimFolder } from "#stage/local-folder";
import { readLocalJson } from "#stage/local-json";
import { withoutPrefix } from "#stage/stack-name";
import { startStage } from "#stage/start-stage";
import type { Synthesis } from "#stage/synthesize";
import { userPoolsOf } from "#stage/user-pool-key";
import { renderFunctionLine, renderRequest, renderStart } from "./dev-screen";
import { createKeyExplainer } from "./other-stages";
import { createRebundler } from "./rebundle";
import { watchSources } from "./watch";

/** The options of `make dev`. */
export interface ServeOptions {
  readonly host: string;
  /** Host names by which open routes can be called. */
  readonly names: readonly string[];
  readonly port: number;
  /** Keeps the table between runs. @default in memory */
  readonly dataDirectory?: string;
  /** A DynamoDB-compatible engine that keeps the tables. @default the embedded one */
  readonly tableEngine?: string;
  /** Where an emulator of AWS answers. @default nowhere */
  readonly awsEndpoint?: string;
  /** Says how functions run that are not Node.js. @default local.json, if it is there */
  readonly localFile?: string;
  /** The first port for debuggers of functions. @default functions cannot be debugged */
  readonly inspectPort?: number;
  /** Whether to list the resources that have no effect locally. */
  readonly verbose: boolean;
  /** Whether to rebuild when a source file is saved. */
  readonly watch: boolean;
}

export interface ServedStage {
  readonly settings: DeploymentSettings;
  readonly options: ServeOptions;
  /** The first build, which is already running. */
  readonly first: Promise<Synthesis>;
  readonly build: () => Promise<Synthesis>;
  readonly out: Sink;
  readonly paint: Paint;
}

/**
 * Serves a stage until the process is interrupted, and returns the exit status.
 * @throws UserError if the program fails, its Terraform cannot be served, or the port is taken
 */
export async function serveStage(stage: ServedStage): Promise<number> {
  const seed = localSeed();
  const model = loadStage(await stage.first, seed, localOf(stage));
  // From here on, an interruption waits for an orderly end, since it would leave unpacked packages behind.
  const interruption = interrupted();
  const folder = claimFolder(stage.settings.stageName);
  try {
    await serveFrom(folder, stage, model, seed, interruption);
  } finally {
    folder.release();
  }
  return 0;
}

// ---------------------------------------------------------------------------------------------------- internal

function localOf({ options: { localFile } }: ServedStage): LocalSettings | undefined {
  return readLocalJson(localFile ?? join(projectFolder(), "local.json"), localFile !== undefined);
}

async function serveFrom(
  folder: ClaimedFolder,
  stage: ServedStage,
  model: Model,
  seed: string,
  interruption: Promise<void>,
): Promise<void> {
  const { settings, options, out, paint } = stage;
  const stack = stackId(settings.stageName);
  const prefix = `${stack}-`;
  const pools = userPoolsOf(model);
  const { api, url, writeFiles } = await startStage({
    ...options,
    ...(pools && { userPoolKey: pools.key }),
    stageName: settings.stageName,
    model,
    seed,
    explainAccessKey: createKeyExplainer({ stack, seed, folder: folder.shown }),
    logRequest: (request) => out.write(renderRequest(request, new Date(), prefix, paint, widthOf(out))),
    logDynamoDb: (line) => out.write(`${paint("red", "DynamoDB")} ${line}\n`),
    logServices: (line) => out.write(`${paint("red", "AWS")} ${line}\n`),
    logEvents: (line) => out.write(`${paint("cyan", "EVENT")} ${line}\n`),
    logFunction: ({ functionName, line }) =>
      out.write(renderFunctionLine(withoutPrefix(functionName, prefix), line, paint)),
  });
  const publish = (served: Model): void => writeFiles(served, folder.path);
  try {
    publish(model);
    const clients = clientsOfCurl({ stack, ...model });
    const { credentials, inspectPorts } = api;
    const milliseconds = process.uptime() * 1000;
    const { shown, other } = folder;
    const started = {
      ...{ model, stageUrl: url, credentials, prefix, clients, milliseconds },
      ...{ folder: shown, other, emulator: options.awsEndpoint, inspectPorts },
    };
    out.write(renderStart(started, paint));
    showWarnings(model, stage);

    const stopWatching = options.watch ? watchStage(stage, api, model, seed, publish) : async () => {};
    await interruption;
    await stopWatching();
  } finally {
    await api.close();
  }
}

/**
 * Rebuilds when sources change. A failure is reported, and the last good version keeps serving. If only functions have
 * changed, a synthesis would change nothing but their packages, so these are built without one.
 */
function watchStage(
  stage: ServedStage,
  api: LocalApi,
  first: Model,
  seed: string,
  publish: (model: Model) => void,
): () => Promise<void> {
  const { build, out, paint } = stage;
  const rebundler = createRebundler();
  let model = first;
  const stop = watchSources(async (changed) => {
    const begin = performance.now();
    try {
      const next =
        (await rebundler.rebundle(model, changed)) ?? loadStage(await build(), seed, localOf(stage));
      await api.replace(next);
      model = next;
      publish(model);
      out.write(`${paint("green", "rebuilt")} in ${Math.round(performance.now() - begin)} ms\n`);
    } catch (error) {
      const message = error instanceof Error ? error.message : String(error);
      out.write(`${paint("red", "not rebuilt")}, the last good version keeps serving:\n${message}\n`);
    }
  });
  return async () => {
    stop();
    await rebundler.close();
  };
}

/** Says what a person who starts the gateway has to know. */
export function showWarnings(
  model: Model,
  { options, out, paint }: Pick<ServedStage, "options" | "out" | "paint">,
): void {
  if (!isLoopback(options.host)) {
    out.write(
      `${paint("yellow", "open to other machines")}: listening on ${options.host}; use --name to allow a host name for open routes\n`,
    );
  }
  if (options.verbose) out.write(`without effect here:\n  ${model.withoutLocalEffect.join("\n  ")}\n`);
}

/** A terminal can be resized at any time. */
export function widthOf({ isTTY, columns = SCREEN_WIDTH }: Sink): number | undefined {
  return isTTY ? columns : undefined;
}

/** When the process is interrupted. */
export function interrupted(): Promise<void> {
  return new Promise((done) => {
    for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"] as const) process.once(signal, () => done());
  });
}
