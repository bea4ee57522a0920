import { execFile } from "node:child_process";
import { once } from "node:events";
import { readFileSync, statSync } from "node:fs";
import { createServer } from "node:https";
import type { AddressInfo } from "node:net";
import { dirname, join } from "node:path";
import { pathToFileURL } from "node:url";
import { promisify } from "node:util";
import type { APIGatewayProxyEvent, APIGatewayProxyResult } from "aws-lambda";
import { bundleFunction, DEFAULT_RUNTIME } from "#modules/bundle/bundle";
import { LEAN_DYNAMODB } from "#modules/bundle/bundling";
import { apiEvent, context } from "../support/api-event";
import { recomputeAuthorization } from "../support/aws4";
import { type Dynalite, startDynalite } from "../support/dynalite";

const TLS = join(__dirname, "../fixtures/tls");
const CERTIFICATE = join(TLS, "loopback-certificate.pem");

const credentials = { accessKeyId: "ASIAEXAMPLE", secretAccessKey: "secret", sessionToken: "token" };
const lambdaEnv = {
  AWS_REGION: "us-east-1",
  AWS_ACCESS_KEY_ID: credentials.accessKeyId,
  AWS_SECRET_ACCESS_KEY: credentials.secretAccessKey,
  AWS_SESSION_TOKEN: credentials.sessionToken,
};

const NAMES = ["get-index", "get-products", "get-product", "put-product", "delete-product"] as const;
type Name = (typeof NAMES)[number];
const zips = Object.fromEntries(
  NAMES.map((name) => [
    name,
    bundleFunction(`functions/${name}/index.ts`, DEFAULT_RUNTIME, LEAN_DYNAMODB).path,
  ]),
) as Record<Name, string>;

/** Runs a bundle as Lambda does, in a process whose environment is what it is given, and answers its result and log. */
async function invoke(name: Name, event: APIGatewayProxyEvent, env: NodeJS.ProcessEnv) {
  const bundle = pathToFileURL(join(dirname(zips[name]), name, "index.mjs"));
  const script = `
    const { handler } = await import(${JSON.stringify(bundle)});
    const result = await handler(${JSON.stringify(event)}, ${JSON.stringify(context)});
    process.stdout.write(JSON.stringify(result), () => process.exit());`;
  const args = ["--input-type=module", "--eval", script];
  const { stdout } = await promisify(execFile)(process.execPath, args, { env: { ...lambdaEnv, ...env } });
  const lines = stdout.split("\n").map((line) => JSON.parse(line));
  return { result: lines.pop() as APIGatewayProxyResult, log: lines };
}

test.each<[name: Name, limit: number]>([
  ["get-index", 30_000],
  ["get-products", 150_000],
  ["get-product", 150_000],
  ["put-product", 150_000],
  ["delete-product", 150_000],
])("the zip of %s has at most %d bytes", (name, limit) => {
  expect(statSync(zips[name]).size).toBeLessThanOrEqual(limit);
});

describe("a bundled function finds in the environment", () => {
  let dynamoDb: Dynalite;
  beforeAll(async () => {
    dynamoDb = await startDynalite();
    await dynamoDb.createProductsTable("products");
  });
  afterAll(() => dynamoDb.close());

  const lamp = { code: "a b", name: "Lamp", itemPrice: "15.99", inStockQty: 3, category: ["home"] };
  const event = (body?: string) =>
    apiEvent({
      method: body ? "PUT" : "GET",
      path: "/products/a%20b",
      pathParameters: { code: "a%20b" },
      body,
    });

  test("its table and DynamoDB's endpoint", async () => {
    const env = { products_table: "products", AWS_ENDPOINT_URL_DYNAMODB: dynamoDb.endpoint };
    const put = await invoke("put-product", event(JSON.stringify(lamp)), env);
    expect([put.result.statusCode, JSON.parse(put.result.body)]).toEqual([201, lamp]);
    const [get, list] = await Promise.all([
      invoke("get-product", event(), env),
      invoke("get-products", apiEvent(), { ...env, default_results: "1" }),
    ]);
    expect(JSON.parse(get.result.body)).toEqual(lamp);
    expect(JSON.parse(list.result.body)).toEqual({ products: [lamp] });
    expect((await invoke("delete-product", event(), env)).result).toMatchObject({
      statusCode: 204,
      body: "",
    });
    expect(put.log).toEqual([
      expect.objectContaining({
        level: "INFO",
        requestId: "lambda-request",
        message: "PUT /products/a%20b 201",
      }),
    ]);
  });

  test("an endpoint for all services", async () => {
    const env = { products_table: "products", AWS_ENDPOINT_URL: dynamoDb.endpoint };
    expect((await invoke("get-product", event(), env)).result.statusCode).toBe(404);
  });

  test.each<[name: Name, env: NodeJS.ProcessEnv, message: string]>([
    ["get-product", {}, "products_table is not set"],
    ["get-products", { products_table: "products", default_results: "many" }, "default_results: expected"],
    ["get-index", {}, "products_api is not set"],
    [
      "get-index",
      { products_api: "http://127.0.0.1", AWS_ACCESS_KEY_ID: "" },
      "AWS_ACCESS_KEY_ID is not set",
    ],
  ])("or, for %s with %j, says in loading: %s", async (name, env, message) => {
    await expect(invoke(name, apiEvent(), env)).rejects.toThrow(message);
  });
});

describe("the bundled get-index calls an HTTPS endpoint", () => {
  const server = createServer(
    { key: readFileSync(join(TLS, "loopback-key.pem")), cert: readFileSync(CERTIFICATE) },
    (request, response) => {
      const headers = request.headers as Record<string, string>;
      const received = { method: request.method ?? "", path: request.url ?? "", headers };
      const isSigned = headers["authorization"] === recomputeAuthorization(received, credentials);
      response.writeHead(isSigned ? 200 : 403).end('{"products":[]}');
    },
  );
  beforeAll(async () => {
    server.listen(0, "127.0.0.1");
    await once(server, "listening");
  });
  afterAll(() => server.close());

  test.each([
    ["whose certificate is trusted", { NODE_EXTRA_CA_CERTS: CERTIFICATE }, 200],
    ["but not one whose certificate is not", {}, 502],
  ])("%s", async (_name, env, status) => {
    const { port } = server.address() as AddressInfo;
    const products_api = `https://127.0.0.1:${port}/dev/products`;
    const { result } = await invoke("get-index", apiEvent({ path: "/index" }), { ...env, products_api });
    expect(result.statusCode).toBe(status);
  });
});
