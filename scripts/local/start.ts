import { randomUUID } from "node:crypto";
import { type DynamoDbConnection, startDynamoDb } from "#dynamodb/dynamodb";
import type { TableLocation } from "#dynamodb/table-access";
import type { BucketLimit } from "#gateway/gates/token-bucket";
import { createUsageGate } from "#gateway/gates/usage-plan";
import { createGateway, type Gateway } from "#gateway/gateway";
import { newIds } from "#gateway/http/response-headers";
import { startServer } from "#gateway/http/server";
import { createRandomHex } from "#gateway/random-hex";
import type { RequestLog } from "#gateway/request-log";
import type { LocalCredentials } from "#iam/identity";
import { createFunctions } from "#lambda/functions";
import type { FunctionLogLine, InvokeOutcome } from "#lambda/invocation";
import { dnsSuffixOf } from "#load/assigned-values";
import type { LambdaFunction } from "#model/lambda-function";
import type { Model } from "#model/model";
import { UserError } from "#modules/project";
import { type ServiceGate, startServiceGate } from "#services/service-gate";
import { compileHider } from "#text/hide-secrets";
import { escapeControls } from "#text/printable";
import type { CallAws } from "#upstream/call-aws";
import { sendUpstream } from "#upstream/send";
import { issueCredentials } from "./credentials";
import { type InspectPorts, inspectPorts, withoutTimeouts } from "./inspect";
import { localize } from "./localize";
import { publicKeys } from "./token-issuer";

export interface LocalOptions {
  /** What to serve, as `loadModel` read it. */
  readonly model: Model;
  /** What the physical names of the stack begin with; profiles are named without it: `signed-inventory-dev-`. */
  readonly prefix: string;
  /** Secret from which the credentials are derived. */
  readonly seed: string;
  /** Taken beside those that are issued: the fixed ones of an example. @default none */
  readonly credentials?: readonly LocalCredentials[];
  /** @default 127.0.0.1; any other address lets other machines call */
  readonly host?: string;
  /** Names by which open routes may be called, besides addresses, `localhost`, and `host`. @default none */
  readonly names?: readonly string[];
  /** @default 0, any free port */
  readonly port?: number;
  /** Keeps the tables between runs. @default in memory */
  readonly dataDirectory?: string;
  /** Whether each function starts ahead of its first request, or with it. @default true */
  readonly warmFunctions?: boolean;
  /** A DynamoDB-compatible engine that stores the tables, in place of the embedded one. @default the embedded one */
  readonly tableEngine?: string;
  /** Where an emulator answers for the AWS services that integrations and functions call, DynamoDB aside. @default nowhere */
  readonly awsEndpoint?: string;
  /** Whether queues that the emulator holds invoke their functions. @default true, if there is an emulator */
  readonly pollQueues?: boolean;
  /**
   * The first of the ports at which debuggers reach the functions, see {@link inspectPorts}. Nothing times out then.
   * @default functions cannot be debugged
   */
  readonly inspectPort?: number;
  /** @default the account's 10,000 requests a second */
  readonly accountLimit?: BucketLimit;
  /** Milliseconds since the epoch. @default the clock */
  readonly now?: () => number;
  /** Is told how to reach the embedded DynamoDB once its tables are there; no request is answered before it is done. */
  readonly onTables?: (connection: DynamoDbConnection) => Promise<void>;
  /** A private key in PEM that signs for the stack's user pools. @default no pool runs, and no token passes */
  readonly userPoolKey?: string;
  /** Says, for the log, what is known of an access key that this gateway does not take. @default nothing */
  readonly explainAccessKey?: (accessKeyId: string, model: Model) => string;
  /** Takes a line for each request; like those of functions it is without the secrets that are known here. */
  readonly logRequest?: (request: RequestLog) => void;
  readonly logFunction?: (line: FunctionLogLine) => void;
  /** Is told of requests that the embedded DynamoDB refused, and of its faults. */
  readonly logDynamoDb?: (line: string) => void;
  /** Receives a line for each call of another AWS service that was refused or failed. */
  readonly logServices?: (line: string) => void;
  /** Receives a line for each batch that a queue has handed to a function. */
  readonly logEvents?: (line: string) => void;
}

/** A stack that is being served. */
export interface LocalApi {
  /** `http://127.0.0.1:3000` */
  readonly url: string;
  readonly credentials: readonly LocalCredentials[];
  /** Where debuggers reach the functions, by name. */
  readonly inspectPorts: InspectPorts;
  /** How to reach the embedded DynamoDB as its administrator; other signers may do what policies allow. */
  readonly dynamoDb: DynamoDbConnection;
  /**
   * Invokes a function with an event, as its role, as by hand.
   * @param name - with or without the prefix of the stack
   * @throws UserError if there is no such function, or it does not run here
   */
  invoke(name: string, event: unknown): Promise<InvokeOutcome>;
  /** A text of the model as it is here: URLs of the API lead to this gateway. */
  localize(text: string): string;
  /**
   * Serves another model from the next request on; those under way finish as they began. Tables keep their items, keys
   * and stages what they have used.
   * @throws Error where the new model cannot be served; the present one then goes on
   */
  replace(model: Model): Promise<void>;
  close(): Promise<void>;
}

/**
 * Serves a stack: its API over HTTP with every gate closed, its functions from their deployment packages, its tables
 * from an embedded DynamoDB.
 * @throws UserError where the port is taken, or a package or the data folder cannot be read
 */
export async function startLocal(options: LocalOptions): Promise<LocalApi> {
  const { host = "127.0.0.1", port = 0, now = systemClock(), explainAccessKey: explain } = options;
  const names = [host, ...(options.names ?? [])].map((name) => name.toLowerCase());
  const usage = createUsageGate(now, options.accountLimit);
  const randomHex = createRandomHex();
  const ports: InspectPorts =
    options.inspectPort === undefined ? new Map() : await inspectPorts(options.model, options.inspectPort);
  let hideSecrets = compileHider([]);
  const dynamoDb = await startDynamoDb({
    location: locationOf(options.model),
    tables: options.model.tables,
    dataDirectory: options.dataDirectory,
    engine: options.tableEngine,
    log: (line) => options.logDynamoDb?.(hideSecrets(escapeControls(line))),
  });
  const services = await startServiceGate({
    ...(options.awsEndpoint !== undefined && { emulator: options.awsEndpoint }),
    now,
    log: (line) => options.logServices?.(hideSecrets(line)),
  });
  let served: {
    readonly model: Model;
    readonly gateway: Gateway;
    readonly credentials: readonly LocalCredentials[];
  };
  // A request that comes before everything is in place waits for it.
  let open = (): void => {};
  const opened = new Promise<void>((resolve) => {
    open = resolve;
  });
  const server = await startServer({
    host,
    port,
    newIds: () => newIds(randomHex),
    handle: async (request) => {
      await opened;
      const { answer, log } = await served.gateway(request);
      options.logRequest?.(hideInLog(log, hideSecrets));
      return answer;
    },
    logRefusal: (refused) =>
      options.logRequest?.(
        hideInLog({ ...refused, milliseconds: 0, gate: "front-end", notes: [] }, (text) =>
          hideSecrets(escapeControls(text)),
        ),
      ),
  }).catch(async (error: unknown) => {
    await Promise.all([services.close(), dynamoDb.close()]);
    throw error;
  });
  const url = `http://${host.includes(":") ? `[${host}]` : host}:${server.port}`;
  const functions = createFunctions(
    (line) => options.logFunction?.({ ...line, line: hideSecrets(line.line) }),
    options.warmFunctions,
  );

  let events: { close(): Promise<void> } | undefined;
  const startPolling = async (model: Model, callAws: CallAws): Promise<void> => {
    await events?.close();
    const { awsEndpoint: emulator, pollQueues = true } = options;
    if (emulator === undefined || !pollQueues) return;
    const { startEvents } = await import("#events/events");
    const log = (line: string): void => options.logEvents?.(hideSecrets(escapeControls(line)));
    events = startEvents({ model, emulator, callAws, invoke: functions.invoke, log });
  };

  const serve = async (model: Model): Promise<void> => {
    const issued = issueCredentials(model, options.seed, options.prefix);
    const credentials = [...issued, ...(options.credentials ?? [])];
    const endpoints = {
      dynamoDb: dynamoDb.connection.endpoint,
      emulator: options.awsEndpoint,
      credentials,
      location: locationOf(model),
      now,
    };
    const callAws: CallAws = async (call) => {
      // Loaded when the first integration calls a service: a stack without any starts sooner.
      const { createAwsCaller } = await import("#upstream/call-aws");
      return createAwsCaller(endpoints, sendUpstream)(call);
    };
    const gateway = createGateway({
      model: options.inspectPort === undefined ? model : withoutTimeouts(model),
      credentials,
      invoke: functions.invoke,
      send: sendUpstream,
      callAws,
      ...(options.userPoolKey !== undefined && { userPoolKeys: publicKeys(options.userPoolKey) }),
      usage,
      now,
      randomHex,
      names,
      explainAccessKey: explain && ((accessKeyId) => explain(accessKeyId, model)),
    });
    await dynamoDb.applyTables(model.tables);
    hideSecrets = compileHider(secretsOf(model, credentials));
    functions.place(
      model.functions.filter(isAvailable).map((fn) => ({
        fn: {
          ...fn,
          environment: localizeEnvironment(fn.environment, (text) =>
            localizeQueueUrls(localize(text, model, url), model, services),
          ),
        },
        region: model.region,
        credentials: roleCredentials(credentials, fn.roleArn),
        localEnvironment: {
          AWS_ENDPOINT_URL: services.url,
          AWS_ENDPOINT_URL_DYNAMODB: dynamoDb.connection.endpoint,
          ...QUIET_SDK,
        },
        ...(ports.has(fn.name) && { inspectPort: ports.get(fn.name) }),
      })),
    );
    await dynamoDb.admit({ location: locationOf(model), credentials });
    services.admit({ ...locationOf(model), credentials, secrets: model.secrets ?? [] });
    served = { model, gateway, credentials };
    await startPolling(model, callAws);
  };
  // On AWS an expired item is there for up to days; here for up to a minute.
  const sweeps = setInterval(() => {
    dynamoDb.removeExpired(now()).catch((error: unknown) => options.logDynamoDb?.(String(error)));
  }, SWEEP_MILLISECONDS).unref();
  const close = async (): Promise<void> => {
    clearInterval(sweeps);
    await server.close();
    await Promise.all([events?.close(), functions.close(), services.close(), dynamoDb.close()]);
  };
  try {
    await serve(options.model);
    await options.onTables?.(dynamoDb.connection);
  } catch (error) {
    await close();
    throw error;
  }
  open();
  return {
    url,
    get credentials() {
      return served.credentials;
    },
    get dynamoDb() {
      return dynamoDb.connection;
    },
    invoke: async (name, event) => {
      const fn = findFunction(served.model.functions, name, options.prefix);
      return functions.invoke(fn, event, { requestId: randomUUID(), functionArn: fn.arn });
    },
    inspectPorts: ports,
    localize: (text) => localize(text, served.model, url),
    replace: serve,
    close,
  };
}

// ---------------------------------------------------------------------------------------------------- internal

/** Functions run on the Node of this machine, whatever their runtime: the SDK's advice about it is not theirs to log. */
const QUIET_SDK = { AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED: "true" };

/**
 * The time with fractions of a millisecond. It follows the clock of the machine where that leaps, as after a sleep: the
 * clients' signatures do too.
 */
function systemClock(): () => number {
  let origin = performance.timeOrigin;
  return () => {
    const wall = Date.now();
    if (Math.abs(origin + performance.now() - wall) > LEAP_MILLISECONDS) origin = wall - performance.now();
    return origin + performance.now();
  };
}

const LEAP_MILLISECONDS = 1000;

/** How often expired items are removed from the embedded tables. */
const SWEEP_MILLISECONDS = 60_000;

function findFunction(functions: readonly LambdaFunction[], name: string, prefix: string): LambdaFunction {
  const found = functions.find((fn) => fn.name === name) ?? functions.find((fn) => fn.name === prefix + name);
  if (!found) {
    const names = functions.map((fn) =>
      fn.name.startsWith(prefix) ? fn.name.slice(prefix.length) : fn.name,
    );
    throw new UserError(`got the function '${name}', expected one of ${names.join(", ") || "none"}`);
  }
  if (!found.unavailable) return found;
  const { address, property, reason } = found.unavailable;
  throw new UserError(`${address}.${property}: ${reason}`);
}

function isAvailable({ unavailable }: LambdaFunction): boolean {
  return unavailable === undefined;
}

function locationOf({ partition, region, accountId }: Model): TableLocation {
  return { partition, region, accountId };
}

/** Takes secrets out of all that a client had a hand in. */
function hideInLog(log: RequestLog, hide: (text: string) => string): RequestLog {
  return {
    ...log,
    method: hide(log.method),
    path: hide(log.path),
    notes: log.notes.map(hide),
    ...(log.reason !== undefined && { reason: hide(log.reason) }),
  };
}

function secretsOf({ apiKeys }: Model, credentials: readonly LocalCredentials[]): string[] {
  const ofCallers = credentials.flatMap(({ secretAccessKey, sessionToken = "" }) => [
    secretAccessKey,
    sessionToken,
  ]);
  return [...ofCallers, ...apiKeys.map(({ value }) => value)];
}

/** The URL of a queue is where SDKs send what is for it. */
function localizeQueueUrls(text: string, { region, partition }: Model, { url }: ServiceGate): string {
  return text.replaceAll(`https://sqs.${region}.${dnsSuffixOf(partition)}`, url);
}

function localizeEnvironment(
  environment: Readonly<Record<string, string>>,
  change: (text: string) => string,
): Record<string, string> {
  return Object.fromEntries(Object.entries(environment).map(([name, value]) => [name, change(value)]));
}

function roleCredentials(issued: readonly LocalCredentials[], roleArn: string) {
  const role = issued.find(({ principal }) => principal.arn === roleArn);
  if (role?.sessionToken === undefined)
    throw new Error(`no credentials for the role ${roleArn} of a function`);
  const { accessKeyId, secretAccessKey, sessionToken } = role;
  return { accessKeyId, secretAccessKey, sessionToken };
}
