import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { DynamoDBClient, ScanCommand } from "@aws-sdk/client-dynamodb";
import { unmarshall } from "@aws-sdk/util-dynamodb";
import { type Privileges, privilegesOf } from "#access/least-privilege";
import { signRequest } from "#functions/lib/sigv4";
import type { RequestLog } from "#gateway/request-log";
import type { FunctionLogLine } from "#lambda/invocation";
import type { Model } from "#model/model";
import { UserError } from "#modules/project";
import { stackId } from "#modules/settings";
import { loadStage } from "./load-stage";
import { startStage } from "./start-stage";
import { synthesize } from "./synthesize";

/** A stage of the project as its program synthesizes it. */
export interface LoadedStage {
  readonly stageName: string;
}

/** A stage that runs on a free port of this machine, with its functions, its tables and all its gates. */
export interface TestApi {
  /** `http://127.0.0.1:40123/dev` */
  readonly url: string;
  /** What the gateway has logged so far: which gate refused a request, and why. */
  readonly log: readonly RequestLog[];
  /** What the functions have logged so far. */
  readonly functionLog: readonly FunctionLogLine[];
  /** Sends a request. The answer is that of `fetch`. */
  call(method: string, path: string, options?: CallOptions): Promise<Response>;
  /** All items of a table, by the name that the program gives it: `orders`. */
  items(table: string): Promise<Record<string, unknown>[]>;
  close(): Promise<void>;
}

export interface CallOptions {
  /**
   * Who signs: a role of the stack, without the stack's name, or `stranger`, which has no policy.
   * @default the request is not signed
   */
  readonly as?: string;
  /** The client whose API key is sent. @default none */
  readonly apiKey?: string;
  /** Sent as JSON, unless it is text. @default none */
  readonly body?: unknown;
  readonly headers?: Readonly<Record<string, string>>;
}

/**
 * Synthesizes a stage of the project, in a process of its own.
 * @throws UserError with what the program said if it fails
 *
 * @example const stage = await loadProject("prod");
 */
export async function loadProject(stageName = "dev"): Promise<LoadedStage> {
  const folder = mkdtempSync(join(tmpdir(), "stage-"));
  const remove = (): void => rmSync(folder, { recursive: true, force: true });
  process.once("exit", remove);
  const env = { PATH: process.env.PATH, HOME: process.env.HOME, STAGE: stageName, AWS_REGION: "us-east-1" };
  const synthesis = await synthesize(stackId(stageName), folder, env);
  const stage = { stageName };
  models.set(stage, loadStage(synthesis, SEED));
  return stage;
}

/**
 * Starts a stage, seeded, and everything that it needs: no account, no Docker. The caller closes it.
 *
 * @example
 * let api: TestApi;
 * beforeAll(async () => { api = await startApi(await loadProject()); });
 * afterAll(() => api.close());
 * test("the reader reads", async () => {
 *   const answer = await api.call("GET", "/orders/1", { as: "reader" });
 *   expect(answer.status).toBe(200);
 * });
 */
export async function startApi(stage: LoadedStage): Promise<TestApi> {
  const { stageName } = stage;
  const model = modelOf(stage);
  const log: RequestLog[] = [];
  const functionLog: FunctionLogLine[] = [];
  const stack = stackId(stageName);
  const { api, url } = await startStage({
    stageName,
    model,
    seed: SEED,
    logRequest: (line) => log.push(line),
    logFunction: (line) => functionLog.push(line),
  });
  return {
    url,
    log,
    functionLog,
    async call(method, path, { as, apiKey, body, headers = {} } = {}) {
      const text = body === undefined || typeof body === "string" ? body : JSON.stringify(body);
      const request = {
        method,
        url: `${url}${path}`,
        body: text,
        headers: {
          ...(text !== undefined && { "content-type": "application/json" }),
          ...(apiKey !== undefined && { "x-api-key": keyOf(apiKey, stack, model) }),
          ...headers,
        },
      };
      if (as === undefined) return fetch(request.url, request);
      const credentials = api.credentials.find(({ profile }) => profile === as);
      if (!credentials)
        throw unknown(
          "as",
          as,
          api.credentials.map(({ profile }) => profile),
        );
      const signed = await signRequest(request, { credentials, region: model.region });
      return fetch(signed.url, { method, headers: signed.headers, body: text });
    },
    async items(table) {
      const TableName = `${stack}-${table}`;
      const names = model.tables.map(({ name }) => name);
      if (!names.includes(TableName)) throw unknown("table", table, names);
      const client = new DynamoDBClient(api.dynamoDb);
      try {
        const { Items = [] } = await client.send(new ScanCommand({ TableName }));
        return Items.map((item) => unmarshall(item));
      } finally {
        client.destroy();
      }
    },
    close: () => api.close(),
  };
}

/**
 * What the roles of a stage may do, and what of it is too much.
 *
 * @example
 * const { granted, excess } = privileges(await loadProject());
 * assert.deepEqual(excess, []);
 * assert.deepEqual(granted["reader"], ["execute-api:Invoke dev/GET/orders/*"]);
 */
export function privileges(stage: LoadedStage): Privileges {
  return privilegesOf(modelOf(stage), `${stackId(stage.stageName)}-`);
}

// ---------------------------------------------------------------------------------------------------- internal

/** What credentials, keys and ids are derived from; a test needs no secret ones. */
const SEED = "7e57".repeat(16);

/** What the gateway serves of a stage. */
const models = new WeakMap<LoadedStage, Model>();

function modelOf(stage: LoadedStage): Model {
  const model = models.get(stage);
  if (model) return model;
  throw new UserError("got a stage of another making, expected one of loadProject()");
}

function keyOf(client: string, stack: string, { apiKeys, outputs }: Model): string {
  const values = (outputs.api_key_values?.value ?? {}) as Readonly<Record<string, string>>;
  const value = values[client] ?? apiKeys.find(({ name }) => name === `${stack}-${client}`)?.value;
  if (value === undefined) throw unknown("apiKey", client, Object.keys(values));
  return value;
}

function unknown(what: string, got: string, known: readonly string[]): UserError {
  return new UserError(`${what}: got '${got}', expected one of ${known.join(", ") || "none"}`);
}
