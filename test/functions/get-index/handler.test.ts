import { createHash } from "node:crypto";
import { once } from "node:events";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { createHandler } from "#functions/get-index/handler";
import { createHttpGet } from "#functions/get-index/http-get";
import { apiEvent, capturedLog, context } from "../../support/api-event";
import { recomputeAuthorization } from "../../support/aws4";

const credentials = {
  accessKeyId: "ASIAEXAMPLE",
  secretAccessKey: "secret/key",
  sessionToken: "IQoJb3JpZ2luX2Vj//==",
};
const lamp = { code: "lamp-1", name: "Lamp", itemPrice: "15.99", inStockQty: 3, category: ["home", "light"] };

interface Answer {
  readonly status?: number;
  readonly body?: string;
}

let server: Server;
let port: number;
/** What `GET /products` answers a request whose signature is right. */
let products: (target: string) => Answer | undefined;
const targets: string[] = [];

beforeAll(async () => {
  server = createServer((request, response) => {
    const { method = "", url: path = "" } = request;
    const headers = request.headers as Record<string, string>;
    const isSigned =
      headers["authorization"] === recomputeAuthorization({ method, path, headers }, credentials);
    targets.push(path);
    const answer = isSigned ? products(path) : { status: 403, body: '{"message":"Not signed"}' };
    if (!answer) return void request.socket.destroy();
    response.writeHead(answer.status ?? 200, { "content-type": "application/json" }).end(answer.body);
  }).listen(0, "127.0.0.1");
  await once(server, "listening");
  port = (server.address() as AddressInfo).port;
});
afterAll(() => {
  server.closeAllConnections();
  server.close();
});
beforeEach(() => {
  targets.length = 0;
});

async function getIndex(
  query: [string, string][] = [],
  change: { secretAccessKey?: string; port?: number } = {},
) {
  const { log, lines } = capturedLog([credentials.secretAccessKey, credentials.sessionToken]);
  const handler = createHandler({
    api: {
      url: `http://127.0.0.1:${change.port ?? port}/dev/products`,
      credentials: { ...credentials, secretAccessKey: change.secretAccessKey ?? credentials.secretAccessKey },
      region: "us-east-1",
      httpGet: createHttpGet({ connectTimeout: 1_000, readTimeout: 5_000 }),
    },
    now: () => new Date("2026-11-22T06:25:10Z"),
    log,
  });
  const answer = await handler(apiEvent({ path: "/index", query }), context);
  return { ...answer, errors: lines.filter(({ level }) => level === "ERROR") };
}

const listing = (...list: object[]) => ({ body: JSON.stringify({ products: list }) });

test("the page shows what the signed GET /products answers", async () => {
  products = () => listing(lamp);
  const { statusCode, body, errors } = await getIndex();
  expect([statusCode, errors, targets]).toEqual([200, [], ["/dev/products"]]);
  expect(body).toContain("<bdi>Lamp</bdi>");
  expect(body).toContain('<time datetime="2026-11-22T06:25:10.000Z">2026-11-22 06:25:10 UTC</time>');
});

test("the products are fetched for each page", async () => {
  products = () => listing(lamp);
  await getIndex();
  products = () => listing({ ...lamp, name: "Other lamp" });
  expect((await getIndex()).body).toContain("Other lamp");
  expect(targets).toHaveLength(2);
});

test.each<[page: string, status: number, answer: Answer]>([
  ["of products", 200, listing(lamp)],
  ["that there is not", 400, { status: 400 }],
  ["that cannot be had", 502, { status: 500 }],
])("a page %s may load and run nothing but its own style", async (_page, status, answer) => {
  products = () => answer;
  const { statusCode, headers, body } = await getIndex([["nextToken", "a"]]);
  const [, style = ""] = /<style>(.*)<\/style>/s.exec(body) ?? [];
  const hash = createHash("sha256").update(style).digest("base64");
  expect([statusCode, headers]).toEqual([
    status,
    {
      "content-type": "text/html; charset=utf-8",
      "cache-control": "no-store",
      "content-security-policy": `default-src 'none'; style-src 'sha256-${hash}'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'`,
      "referrer-policy": "no-referrer",
      "x-content-type-options": "nosniff",
    },
  ]);
  expect(style.length).toBeGreaterThan(100);
  expect(body).not.toMatch(/<script| style=| on\w+=/);
});

test("text from the table is text on the page", async () => {
  const hostile = '<script>alert("1")</script>';
  products = () =>
    listing({
      code: hostile,
      name: hostile,
      itemPrice: hostile,
      inStockQty: 1,
      category: [hostile, "</li>"],
    });
  const { body } = await getIndex();
  expect(body).not.toContain("<script");
  expect(body.split("&lt;script&gt;alert(&quot;1&quot;)&lt;/script&gt;")).toHaveLength(5);
  expect(body).toContain("<bdi>&lt;/li&gt;</bdi>");
});

test("pages are turned by the token, both ways of the wire", async () => {
  products = (target) =>
    target === "/dev/products"
      ? { body: JSON.stringify({ products: [lamp], nextToken: "a+/&b=" }) }
      : listing(lamp);
  const first = await getIndex();
  expect(links(first.body)).toEqual(["next ?nextToken=a%2B%2F%26b%3D"]);
  const last = await getIndex([["nextToken", "a+/&b="]]);
  expect(targets).toEqual(["/dev/products", "/dev/products?nextToken=a%2B%2F%26b%3D"]);
  expect(links(last.body)).toEqual(["first ?"]);
});

test("a page has as many products as the reader asks for, and so have the others", async () => {
  products = () => ({ body: JSON.stringify({ products: [lamp], nextToken: "b" }) });
  const { body } = await getIndex([
    ["limit", "1"],
    ["nextToken", "a"],
  ]);
  expect(targets).toEqual(["/dev/products?limit=1&nextToken=a"]);
  expect(links(body)).toEqual(["first ?limit=1", "next ?limit=1&amp;nextToken=b"]);
});

test.each<[name: string, query: [string, string][], target: string]>([
  ["an empty parameter is none", [["nextToken", ""]], "/dev/products"],
  ["other parameters stay here", [["debug", "1"]], "/dev/products"],
  [
    "a parameter that comes twice is left to GET /products to judge",
    [
      ["limit", "1"],
      ["limit", "2"],
    ],
    "/dev/products?limit=1&limit=2",
  ],
])("%s", async (_name, query, target) => {
  products = () => listing(lamp);
  expect((await getIndex(query)).statusCode).toBe(200);
  expect(targets).toEqual([target]);
});

test("a page that GET /products refuses is a 400 that says so, and nothing to look into", async () => {
  products = () => ({ status: 400, body: '{"message":"nextToken: expected a token"}' });
  const { statusCode, headers, body, errors } = await getIndex([["nextToken", "<b>"]]);
  expect([statusCode, headers?.["content-type"], errors]).toEqual([400, "text/html; charset=utf-8", []]);
  expect(body).toContain("<h1>There is no such page</h1>");
  expect(links(body)).toEqual(["first ?"]);
  expect(body).not.toContain("<b>");
});

/** Where a page leads to: what each link is for, and its address as it is written. */
function links(body: string): string[] {
  return [...body.matchAll(/<a rel="(\w+)" href="(.*?)">/g)].map(([, rel, href]) => `${rel} ${href}`);
}

describe("the page is a 502 that says so, and the log has the cause:", () => {
  test.each<[name: string, answer: Answer | undefined, logged: object]>([
    [
      "403",
      { status: 403, body: '{"message":"Forbidden"}' },
      { errorType: "ProductsUnavailable", status: 403, body: '{"message":"Forbidden"}' },
    ],
    [
      "400 without a parameter of the reader's",
      { status: 400, body: "" },
      { errorType: "ProductsUnavailable", status: 400 },
    ],
    ["500", { status: 500, body: "" }, { errorType: "ProductsUnavailable", status: 500, body: "" }],
    ["a redirect", { status: 302 }, { errorType: "ProductsUnavailable", status: 302 }],
    [
      "no JSON",
      { body: "<html>" },
      { errorMessage: expect.stringMatching(/no list of products$/), body: "<html>" },
    ],
    [
      "JSON null",
      { body: "null" },
      { errorMessage: expect.stringMatching(/no list of products$/), body: "null" },
    ],
    [
      "no products",
      { body: "{}" },
      { errorMessage: expect.stringMatching(/no list of products$/), status: 200 },
    ],
    ["a product without a name", listing({ ...lamp, name: undefined }), { errorType: "ProductsUnavailable" }],
    [
      "a token that is no text",
      { body: '{"products":[],"nextToken":1}' },
      { errorType: "ProductsUnavailable" },
    ],
    ["a closed connection", undefined, { errorMessage: expect.stringMatching(/socket hang up$/) }],
  ])("%s", async (_name, answer, logged) => {
    products = () => answer;
    const { statusCode, headers, body, errors } = await getIndex();
    expect(statusCode).toBe(502);
    expect(headers?.["content-type"]).toBe("text/html; charset=utf-8");
    expect(body).toContain("<h1>The products cannot be shown</h1>");
    expect(errors).toEqual([expect.objectContaining({ ...logged, requestId: "lambda-request" })]);
  });

  test("credentials of which the secret is wrong", async () => {
    products = () => listing(lamp);
    const { statusCode, errors } = await getIndex([], { secretAccessKey: "other" });
    expect([statusCode, errors[0]?.["status"]]).toEqual([502, 403]);
  });

  test("a port without a listener", async () => {
    const { statusCode, errors } = await getIndex([], { port: 1 });
    expect(statusCode).toBe(502);
    expect(errors[0]?.["errorMessage"]).toMatch(/connect ECONNREFUSED 127.0.0.1:1$/);
  });

  test("and no session token, although the refusal of a signature holds it", async () => {
    products = () => ({
      status: 403,
      body: `canonical string: x-amz-security-token:${credentials.sessionToken}`,
    });
    const { errors } = await getIndex();
    expect(errors[0]?.["body"]).toBe("canonical string: x-amz-security-token:[secret]");
    expect(JSON.stringify(errors)).not.toContain(credentials.sessionToken);
  });
});
