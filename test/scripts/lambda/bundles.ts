import { randomUUID } from "node:crypto";
import { once } from "node:events";
import { writeFileSync } from "node:fs";
import { createServer, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import { strToU8, zipSync } from "fflate";
import { createFunction, type LocalFunction } from "#lambda/function";
import type { FunctionOptions } from "#lambda/function-version";
import type { FunctionSettings, InvokeOutcome } from "#lambda/invocation";
import type { LambdaFunction } from "#model/lambda-function";
import { temporaryFolder } from "../../support/temporary-folder";

/** Functions for tests: real deployment packages, in real worker threads. */

export type Files = Readonly<Record<string, string>>;

export interface Bundles {
  /** Writes a deployment package and describes a function of it. */
  settings(files: Files, over?: Partial<LambdaFunction>): FunctionSettings;
  /** Runs a function until the test file is done. */
  start(files: Files, over?: Partial<LambdaFunction>, options?: Partial<FunctionOptions>): LocalFunction;
}

export function bundles(): Bundles {
  const folder = temporaryFolder();
  const started: LocalFunction[] = [];
  afterAll(() => Promise.all(started.map((fn) => fn.close())));

  const settings: Bundles["settings"] = (files, over) => {
    const packagePath = join(folder, `${randomUUID()}.zip`);
    const entries = Object.entries(files).map(([name, text]) => [name, strToU8(text)] as const);
    writeFileSync(packagePath, zipSync(Object.fromEntries(entries)));
    return {
      fn: { ...A_FUNCTION, packagePath, ...over },
      region: "eu-central-1",
      credentials: { accessKeyId: "ASIAFUNCTION", secretAccessKey: "function-secret", sessionToken: "token" },
      localEnvironment: {},
    };
  };
  return {
    settings,
    start(files, over, options) {
      const fn = createFunction(settings(files, over), { log: () => undefined, ...options });
      started.push(fn);
      return fn;
    },
  };
}

/** Invokes a function with an event and, unless it matters, any request id. */
export function invoke(
  fn: LocalFunction,
  event: unknown = {},
  requestId = "request-1",
): Promise<InvokeOutcome> {
  return fn.invoke(event, { requestId, functionArn: A_FUNCTION.arn });
}

/** What an invocation returned, parsed; a failure fails the test and shows itself. */
export async function resultOf(outcome: Promise<InvokeOutcome>): Promise<unknown> {
  const settled = await outcome;
  if (settled.kind !== "result") throw new Error(JSON.stringify(settled));
  return JSON.parse(settled.payload);
}

/** A place where functions wait for each other: a server that does not answer before it is told to. */
export interface Rendezvous {
  readonly url: string;
  /** Settles when so many wait. */
  arrivals(count: number): Promise<void>;
  /** Settles when so many have gone without an answer. */
  departures(count: number): Promise<void>;
  /** How many wait. */
  waiting(): number;
  /** Lets all go that wait. */
  release(): void;
}

/** A rendezvous for the tests of a file. */
export function rendezvousServer(): Rendezvous {
  const waiting: ServerResponse[] = [];
  let departed = 0;
  const server = createServer((_request, response) => {
    waiting.push(response);
    response.on("close", () => {
      if (response.writableEnded) return;
      waiting.splice(waiting.indexOf(response), 1);
      departed += 1;
      server.emit("departure");
    });
    server.emit("arrival");
  });
  beforeAll(() => once(server.listen(0, "127.0.0.1"), "listening"));
  afterAll(() => {
    server.closeAllConnections();
    server.close();
  });
  return {
    get url() {
      return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
    },
    async arrivals(count) {
      while (waiting.length < count) await once(server, "arrival");
    },
    async departures(count) {
      departed = 0;
      while (departed < count) await once(server, "departure");
    },
    waiting: () => waiting.length,
    release() {
      for (const response of waiting.splice(0)) response.end();
    },
  };
}

export const A_FUNCTION: LambdaFunction = {
  address: "aws_lambda_function.get-products",
  name: "get-products",
  arn: "arn:aws:lambda:eu-central-1:111122223333:function:get-products",
  roleArn: "arn:aws:iam::111122223333:role/get-products",
  packagePath: "",
  handler: "index.handler",
  runtime: "nodejs24.x",
  memoryMegabytes: 128,
  timeoutSeconds: 30,
  environment: {},
  logGroup: "/aws/lambda/get-products",
  permissions: [],
};
