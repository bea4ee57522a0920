import { mkdtempSync } from "node:fs";
import { join } from "node:path";
import { readArguments } from "#call/arguments";
import { call } from "#call/call";
import type { RequestLog } from "#gateway/request-log";
import { loadModel } from "#load/load-model";
import { stackId } from "#modules/settings";
import { LOCAL_ACCOUNT_ID } from "#stage/local-files";
import { startStage } from "#stage/start-stage";
import { captureIo } from "../support/captured-io";
import { SEED } from "../support/local-gateway";

/** How a call ended. */
export interface Called {
  readonly status: number;
  readonly out: string;
}

/** What `make dev` does for the stage dev, in this process. */
export interface ServedStage {
  /** `http://127.0.0.1:3000/dev` */
  readonly url: string;
  /** What is `.local` for `make dev`. */
  readonly local: string;
  readonly log: readonly RequestLog[];
  /** Does what `make call` does. */
  call(request: readonly string[]): Promise<Called>;
  close(): Promise<void>;
}

/** @param stacks - the folder of a synthesis: `cdktf.out/stacks` */
export async function serveStage(stacks: string, folder: string): Promise<ServedStage> {
  const stack = stackId("dev");
  const terraform = join(stacks, stack, "cdk.tf.json");
  const model = loadModel({ terraform, identity: { accountId: LOCAL_ACCOUNT_ID, seed: SEED } });
  const log: RequestLog[] = [];
  const { api, url, writeFiles } = await startStage({
    stageName: "dev",
    model,
    seed: SEED,
    warmFunctions: false,
    logRequest: (line) => log.push(line),
  });
  const local = mkdtempSync(join(folder, "local-"));
  writeFiles(model, local);
  return { url, local, log, call: (request) => callAt(local, request), close: api.close };
}

/** Does what `make call` does, for a gateway that keeps its files in a folder. */
async function callAt(local: string, request: readonly string[]): Promise<Called> {
  const asked = readArguments(request);
  const io = captureIo();
  const status = await call(asked, { env: {}, io, localFolder: local, now: Date.now });
  return { status, out: io.written().out };
}
