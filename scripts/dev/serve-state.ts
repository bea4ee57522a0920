import { dirname, join } from "node:path";
import type { Sink } from "#cli/command";
import type { Paint } from "#cli/table";
import { startLocal } from "#local/start";
import type { Model } from "#model/model";
import { UserError } from "#modules/project";
import { loadState } from "#stage/load-state";
import { clientsOfCurl, localSeed, writeLocalFiles } from "#stage/local-files";
import { claimFolder } from "#stage/local-folder";
import { readLocalJson } from "#stage/local-json";
import { userPoolsOf } from "#stage/user-pool-key";
import { renderFunctionLine, renderRequest, renderStart } from "./dev-screen";
import { interrupted, type ServeOptions, showWarnings, widthOf } from "./serve-stage";

/** An applied stack to serve. */
export interface ServedState {
  /** What `terraform show -json` printed. */
  readonly file: string;
  /** Whether it printed a plan. @default false, it printed a state */
  readonly isPlan?: boolean;
  /** The address of the REST API, if the stack has several. @default the first one */
  readonly api?: string;
  readonly options: ServeOptions;
  readonly out: Sink;
  readonly paint: Paint;
}

/**
 * Serves an applied stack until the process is interrupted, and returns the exit status. Its ids are those that AWS assigned.
 * @throws UserError if the state cannot be served, or the port is in use
 */
export async function serveState({
  file,
  isPlan = false,
  api,
  options,
  out,
  paint,
}: ServedState): Promise<number> {
  const seed = localSeed();
  const { localFile } = options;
  const local = readLocalJson(localFile ?? join(dirname(file), "local.json"), localFile !== undefined);
  const model = loadState(file, seed, { api, local, isPlan });
  const stage = model.api.stages[0]?.name;
  if (stage === undefined) throw new UserError(`${file}: ${model.api.address} has no stage`);
  const interruption = interrupted();
  const folder = claimFolder(`state-${stage}`);
  try {
    const pools = userPoolsOf(model);
    const started = await startLocal({
      ...options,
      model,
      seed,
      prefix: "",
      ...(pools && { userPoolKey: pools.key }),
      logRequest: (request) => out.write(renderRequest(request, new Date(), "", paint, widthOf(out))),
      logDynamoDb: (line) => out.write(`${paint("red", "DynamoDB")} ${line}\n`),
      logServices: (line) => out.write(`${paint("red", "AWS")} ${line}\n`),
      logEvents: (line) => out.write(`${paint("cyan", "EVENT")} ${line}\n`),
      logFunction: ({ functionName, line }) => out.write(renderFunctionLine(functionName, line, paint)),
    });
    try {
      const { url, credentials, localize } = started;
      const files = {
        ...model,
        stageUrl: `${url}/${stage}`,
        stage,
        stack: stackName(model),
        credentials,
        localize,
      };
      writeLocalFiles(files, folder.path);
      const clients = clientsOfCurl(files);
      const milliseconds = process.uptime() * 1000;
      const { shown, other } = folder;
      const { inspectPorts } = started;
      const screen = {
        model,
        stageUrl: files.stageUrl,
        credentials,
        prefix: "",
        clients,
        milliseconds,
        inspectPorts,
      };
      out.write(renderStart({ ...screen, folder: shown, other, emulator: options.awsEndpoint }, paint));
      for (const address of model.otherApis ?? [])
        out.write(
          `not served: ${address} (ARGS='--${isPlan ? "plan" : "state"} ${file} --api ${address}')\n`,
        );
      showWarnings(model, { options, out, paint });
      await interruption;
    } finally {
      await started.close();
    }
  } finally {
    folder.release();
  }
  return 0;
}

/** What the stack is called in the files for clients: nothing in a state names it. */
function stackName({ api }: Model): string {
  return api.name;
}
