import { buildProxyAnswer } from "#gateway/integrate/proxy-answer";
import { isRefusal } from "#gateway/refusal";
import { createFunction, type LocalFunction } from "#lambda/function";
import type { FunctionSettings } from "#lambda/invocation";
import { bundleFunction, DEFAULT_RUNTIME } from "#modules/bundle/bundle";
import { LEAN_DYNAMODB } from "#modules/bundle/bundling";
import { apiEvent, type EventOptions } from "./api-event";
import { IDS } from "./gateway-model";

type ProductFunction = "get-products" | "get-product" | "put-product" | "delete-product";

/** What API Gateway would answer. */
export interface FunctionAnswer {
  readonly status: number;
  readonly body: string;
}

/** The functions of the products as they are deployed: bundled, each in a process of its own, at a table of the test's. */
export interface BundledFunctions {
  invoke(name: ProductFunction, event: EventOptions): Promise<FunctionAnswer>;
  /** What they have logged so far, a line each. */
  readonly log: readonly string[];
  /** Ends those that were started; the next invocation finds new ones, which have seen nothing yet. */
  restart(): Promise<void>;
}

/** The credentials that the functions sign with. */
export const FUNCTION_CREDENTIALS = {
  accessKeyId: "ASIAFUNCTION",
  secretAccessKey: "the-secret-of-the-functions",
  sessionToken: "the-session-token-of-the-functions",
};

/**
 * @param endpoint - what stands for DynamoDB
 * @param maxConcurrency - how many invocations of a function run at once; further ones wait
 * @example
 * const functions = bundledFunctions(dynamoDb.endpoint, "products");
 * afterAll(() => functions.restart());
 */
export function bundledFunctions(endpoint: string, tableName: string, maxConcurrency = 10): BundledFunctions {
  const started = new Map<ProductFunction, LocalFunction>();
  const log: string[] = [];
  const start = (name: ProductFunction): LocalFunction => {
    const settings = settingsOf(name, endpoint, tableName);
    const fn = createFunction(settings, { log: ({ line }) => log.push(line), maxConcurrency });
    started.set(name, fn);
    return fn;
  };
  return {
    log,
    async invoke(name, event) {
      const fn = started.get(name) ?? start(name);
      const outcome = await fn.invoke(apiEvent(event), { requestId: "lambda-request", functionArn: ARN });
      if (outcome.kind !== "result") return { status: 502, body: JSON.stringify(outcome) };
      const built = buildProxyAnswer(outcome.payload, CONTEXT);
      if (isRefusal(built)) return { status: built.status ?? 500, body: built.reason };
      return { status: built.status, body: String(built.body) };
    },
    async restart() {
      const all = [...started.values()];
      started.clear();
      await Promise.all(all.map((fn) => fn.close()));
    },
  };
}

// ---------------------------------------------------------------------------------------------------- internal

const ARN = "arn:aws:lambda:us-east-1:111122223333:function:products";
const CONTEXT = { ids: IDS, trace: "Root=1-0-0", accept: undefined, binaryMediaTypes: [] };

/** As the stack has them. */
function settingsOf(name: ProductFunction, endpoint: string, tableName: string): FunctionSettings {
  return {
    fn: {
      address: `aws_lambda_function.${name}`,
      name,
      arn: ARN,
      roleArn: `arn:aws:iam::111122223333:role/${name}`,
      packagePath: bundleFunction(`functions/${name}/index.ts`, DEFAULT_RUNTIME, LEAN_DYNAMODB).path,
      handler: "index.handler",
      runtime: DEFAULT_RUNTIME,
      memoryMegabytes: 512,
      timeoutSeconds: 10,
      environment: { products_table: tableName, default_results: "10" },
      logGroup: `/aws/lambda/${name}`,
      permissions: [],
    },
    region: "us-east-1",
    credentials: FUNCTION_CREDENTIALS,
    localEnvironment: { AWS_ENDPOINT_URL_DYNAMODB: endpoint },
  };
}
