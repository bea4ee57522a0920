import { execFile } from "node:child_process";
import { once } from "node:events";
import { readFileSync } from "node:fs";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { dirname, join } from "node:path";
import { pathToFileURL } from "node:url";
import { promisify } from "node:util";
import type { APIGatewayProxyResult } from "aws-lambda";
import { unzipSync } from "fflate";
import { createDynamoDbProductStore } from "#functions/lib/dynamodb-product-store";
import { bundledSources, bundleFunction, DEFAULT_RUNTIME } from "#modules/bundle/bundle";
import { LEAN_DYNAMODB } from "#modules/bundle/bundling";
import { apiEvent, context } from "../support/api-event";
import { type Dynalite, startDynalite } from "../support/dynalite";

// What a cold start costs in counts, which are the same on every machine; `make bench` measures the time that they take.

const OF_SDK = ["node:async_hooks", "node:crypto", "node:https", "node:os", "node:path", "node:stream"];

const FUNCTIONS = [
  {
    name: "get-index",
    zipBytes: 16_000,
    moduleBytes: 40_000,
    // esbuild reads all that the kit's face exports, and drops what is not used: see the size.
    sources: 600,
    imports: ["buffer", "node:crypto", "node:https"],
  },
  { name: "get-products", zipBytes: 65_000, moduleBytes: 190_000, sources: 600, imports: OF_SDK },
  { name: "get-product", zipBytes: 65_000, moduleBytes: 190_000, sources: 600, imports: OF_SDK },
  { name: "put-product", zipBytes: 66_000, moduleBytes: 190_000, sources: 600, imports: OF_SDK },
  { name: "delete-product", zipBytes: 65_000, moduleBytes: 190_000, sources: 600, imports: OF_SDK },
];
const bundles = new Map(
  FUNCTIONS.map(({ name }) => [
    name,
    bundleFunction(`functions/${name}/index.ts`, DEFAULT_RUNTIME, LEAN_DYNAMODB).path,
  ]),
);

describe.each(FUNCTIONS)("$name", ({ name, zipBytes, moduleBytes, sources, imports }) => {
  const zip = readFileSync(bundles.get(name) ?? "");
  const files = unzipSync(zip);
  const text = Buffer.from(files["index.mjs"] ?? []).toString();

  test("is one module of a bounded size", () => {
    expect(Object.keys(files)).toEqual(["index.mjs"]);
    expect(text.length).toBeLessThanOrEqual(moduleBytes);
    expect(text.length).toBeGreaterThan(moduleBytes / 2);
    expect(zip.byteLength).toBeLessThanOrEqual(zipBytes);
  });

  test("is made of a bounded number of sources", () => {
    const { size } = bundledSources(`functions/${name}/index.ts`, DEFAULT_RUNTIME, LEAN_DYNAMODB);
    expect(size).toBeLessThanOrEqual(sources);
    expect(size).toBeGreaterThan(sources / 2);
  });

  // An import evaluates every export of such a module, and some load much more.
  test("imports these modules of Node's alone", () => {
    const names = [...text.matchAll(/\b(?:from|import\(?)"([^"]+)"/g)].map(([, from]) => from);
    expect([...new Set(names)].sort()).toEqual(imports);
  });
});

/** Modules of Node's that cost milliseconds, and that these functions have no use for. */
const HEAVY = /undici|http2|zlib|webstreams|internal\/fs\/streams|NativeModule fs\/promises|inspector/;

interface FirstEvent {
  readonly result: APIGatewayProxyResult;
  /** What of Node's was loaded for it, from the import on. */
  readonly heavy: readonly string[];
}

/** Imports a function's package in a fresh process, and lets it answer an event. */
async function firstEvent(name: string, env: NodeJS.ProcessEnv, before = ""): Promise<FirstEvent> {
  const bundle = pathToFileURL(join(dirname(bundles.get(name) ?? ""), name, "index.mjs"));
  const script = `
    const before = new Set(process.moduleLoadList);
    ${before}
    const { handler } = await import(${JSON.stringify(bundle)});
    process.stdout.write = () => true;
    const result = await handler(${JSON.stringify(apiEvent())}, ${JSON.stringify(context)});
    const loaded = process.moduleLoadList.filter((name) => name.startsWith("NativeModule ") && !before.has(name));
    process.stderr.write(JSON.stringify({ result, loaded }), () => process.exit());`;
  const lambdaEnv = { AWS_REGION: "us-east-1", AWS_ACCESS_KEY_ID: "ASIAEXAMPLE", AWS_SECRET_ACCESS_KEY: "s" };
  const { stderr } = await promisify(execFile)(process.execPath, ["--input-type=module", "--eval", script], {
    env: { ...lambdaEnv, AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED: "true", ...env },
  });
  const { result, loaded }: { result: APIGatewayProxyResult; loaded: string[] } = JSON.parse(stderr);
  return { result, heavy: loaded.filter((module) => HEAVY.test(module)) };
}

describe("a first event", () => {
  let dynamoDb: Dynalite;
  const products = JSON.stringify({ products: [] });
  let upstreamCalls = 0;
  const upstream = createServer((_request, response) => {
    upstreamCalls += 1;
    response.end(products);
  });
  const env: NodeJS.ProcessEnv = { products_table: "products" };
  beforeAll(async () => {
    dynamoDb = await startDynalite();
    await dynamoDb.createProductsTable("products");
    await once(upstream.listen(0, "127.0.0.1"), "listening");
    const { port } = upstream.address() as AddressInfo;
    Object.assign(env, {
      AWS_ENDPOINT_URL_DYNAMODB: dynamoDb.endpoint,
      products_api: `http://127.0.0.1:${port}/dev/products`,
    });
  });
  afterAll(async () => {
    await dynamoDb.close();
    upstream.close();
  });

  test("of get-products loads nothing heavy of Node, and asks DynamoDB once", async () => {
    const before = dynamoDb.requests();
    const { result, heavy } = await firstEvent("get-products", env);
    expect([result.statusCode, heavy]).toEqual([200, []]);
    expect(dynamoDb.requests() - before).toBe(1);
  });

  test("of get-index loads nothing heavy of Node, and calls GET /products once", async () => {
    const { result, heavy } = await firstEvent("get-index", env);
    expect([result.statusCode, heavy]).toEqual([200, []]);
    expect(upstreamCalls).toBe(1);
  });

  test("would be seen to load fetch", async () => {
    const { heavy } = await firstEvent("get-index", env, "new Headers();");
    expect(heavy).toContain("NativeModule internal/deps/undici/undici");
  });

  test.each([
    ["a page", 10],
    ["the largest page", 100],
  ])("reads %s, and that more follow, in one request", async (_name, limit) => {
    const table = await dynamoDb.createProductsTable(`products-${limit}`);
    const store = createDynamoDbProductStore(dynamoDb.client, table);
    const product = { name: "Lamp", itemPrice: "15.99", inStockQty: 1, category: [] };
    await Promise.all(
      Array.from({ length: limit + 1 }, (_, index) => store.put({ ...product, code: `lamp-${index}` })),
    );
    const before = dynamoDb.requests();
    const { products, next } = await store.list(limit);
    expect([products.length, next !== undefined, dynamoDb.requests() - before]).toEqual([limit, true, 1]);
  });
});
