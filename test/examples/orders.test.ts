import { spawn } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";
import { signRequest } from "#functions/lib/sigv4";
import type { RequestLog } from "#gateway/request-log";
import type { LocalCredentials } from "#iam/identity";
import type { LocalApi } from "#local/start";
import type { Model } from "#model/model";
import { stackId } from "#modules/settings";
import { PROJECT_ROOT } from "#self/repository";
import { loadStage } from "#stage/load-stage";
import { startStage } from "#stage/start-stage";
import { synthesize } from "#stage/synthesize";
import { SEED } from "../support/local-gateway";
import { exchange } from "../support/raw-exchange";
import { temporaryFolder } from "../support/temporary-folder";
import { startEcho, type Upstream } from "../support/upstream";

/**
 * `examples/orders` as its own team has it: synthesized in its folder, served with all of its gates, each route called
 * with success and refused by each gate that it has.
 */

const FOLDER = join(PROJECT_ROOT, "examples", "orders");
const PARTNER = "222233334444";
const REGION = "us-east-1";
const out = temporaryFolder();
const before = process.cwd();
const log: RequestLog[] = [];
let rates: Upstream;
let model: Model;
let api: LocalApi;
let url: string;

beforeAll(async () => {
  // The commands find the project by the folder that they run in.
  process.chdir(FOLDER);
  rates = await startEcho();
  const env = { PATH: process.env.PATH, STAGE: "dev", AWS_REGION: REGION, RATES_URL: rates.url };
  model = loadStage(await synthesize(stackId("dev"), out, env), SEED);
  ({ api, url } = await startStage({
    stageName: "dev",
    model,
    seed: SEED,
    credentials: [partner("lister", "execute-api:Invoke"), partner("other", "s3:GetObject")],
    logRequest: (line) => log.push(line),
  }));
});
afterAll(async () => {
  process.chdir(before);
  await api?.close();
  await rates?.close();
});

/** A user of the partner's account. */
function partner(name: string, action: string): LocalCredentials {
  const arn = `arn:aws:iam::${PARTNER}:user/${name}`;
  const document = {
    Version: "2012-10-17",
    Statement: { Effect: "Allow" as const, Action: action, Resource: "*" },
  };
  return {
    profile: `partner-${name}`,
    accessKeyId: `AKIA${name.toUpperCase().padEnd(16, "A")}`,
    secretAccessKey: name.repeat(10).slice(0, 40).padEnd(40, "s"),
    principal: {
      address: arn,
      kind: "user",
      name,
      arn,
      uniqueId: `AIDA${name.toUpperCase().padEnd(17, "A")}`,
      identityPolicies: [{ address: arn, name, document }],
      tags: {},
    },
  };
}

interface Sent {
  readonly as?: string;
  readonly body?: unknown;
  readonly headers?: Readonly<Record<string, string>>;
}

async function call(method: string, path: string, { as, body, headers = {} }: Sent = {}) {
  const text = body === undefined ? undefined : JSON.stringify(body);
  const type = text === undefined ? {} : { "content-type": "application/json" };
  const request = { method, url: `${url}${path}`, headers: { ...type, ...headers }, body: text };
  const credentials = api.credentials.find(({ profile }) => profile === as);
  if (as !== undefined && !credentials) throw new Error(`no profile '${as}'`);
  const sent = credentials ? await signRequest(request, { credentials, region: REGION }) : request;
  const answer = await fetch(sent.url, { method, headers: sent.headers, body: text });
  const answered = await answer.text();
  return { status: answer.status, body: answered === "" ? "" : JSON.parse(answered), gate: log.at(-1)?.gate };
}

const LINES = [{ article: "lamp", quantity: 2 }];
const order = (id: string, customer = "ada") => ({ id, customer, lines: LINES });
const place = (id: string, customer?: string) =>
  call("POST", "/orders", { as: "writer", body: order(id, customer) });

describe("an order is placed", () => {
  test("once for each id", async () => {
    expect(await place("one")).toMatchObject({
      status: 201,
      body: { id: "one", status: "placed", trackingToken: expect.stringMatching(/^one\./) },
    });
    expect(await place("one")).toMatchObject({
      status: 409,
      body: { message: expect.stringMatching(/^id:/) },
    });
  });

  test.each<[string, string | undefined, unknown, number, string | undefined]>([
    ["by nobody without a signature", undefined, order("x"), 403, "signature"],
    ["by nobody without the permission", "reader", order("x"), 403, "iam"],
    ["only with a body that fits the schema", "writer", { ...order("x"), lines: [] }, 400, "validation"],
    ["only with members that the schema knows", "writer", { ...order("x"), price: 1 }, 400, "validation"],
    [
      "only with a whole quantity",
      "writer",
      { ...order("x"), lines: [{ article: "a", quantity: 0.5 }] },
      400,
      "validation",
    ],
  ])("%s", async (_, as, body, status, gate) => {
    const answer = await call("POST", "/orders", { ...(as !== undefined && { as }), body });
    expect([answer.status, answer.gate]).toEqual([status, gate]);
  });
});

test("a customer's orders come in pages of an index, the newest first", async () => {
  for (const id of ["p1", "p2", "p3"]) expect(await place(id, "grace")).toMatchObject({ status: 201 });
  const first = await call("GET", "/orders?customer=grace&limit=2", { as: "reader" });
  expect(first.body.orders.map(({ id }: { id: string }) => id)).toEqual(["p3", "p2"]);
  const token = encodeURIComponent(first.body.nextToken);
  const second = await call("GET", `/orders?customer=grace&limit=2&nextToken=${token}`, { as: "reader" });
  expect(second.body).toMatchObject({ orders: [{ id: "p1", customer: "grace", lines: LINES }] });
  expect(JSON.stringify(second.body)).not.toContain("tracking");
});

test.each([
  ["no customer", "/orders", 400],
  ["a token of no page", "/orders?customer=grace&nextToken=x", 400],
  [
    "a token of another table",
    `/orders?customer=grace&nextToken=${Buffer.from('{"a":{"S":"b"}}').toString("base64url")}`,
    400,
  ],
  ["a limit of none", "/orders?customer=grace&limit=0", 400],
])("orders are not listed for %s", async (_, path, status) => {
  expect(await call("GET", path, { as: "reader" })).toMatchObject({ status });
});

describe("an order is cancelled", () => {
  test("once, and never one that is not there", async () => {
    await place("c1");
    const cancel = (id: string) => call("POST", `/orders/${id}/cancel`, { as: "writer" });
    expect(await cancel("c1")).toMatchObject({ status: 200, body: { id: "c1", status: "cancelled" } });
    expect(await cancel("c1")).toMatchObject({ status: 409 });
    expect(await cancel("none")).toMatchObject({ status: 404 });
  });

  test("by one of two at once", async () => {
    await place("c2");
    const both = await Promise.all(["", ""].map(() => call("POST", "/orders/c2/cancel", { as: "writer" })));
    expect(both.map(({ status }) => status).sort()).toEqual([200, 409]);
  });

  test.each([
    ["signature", undefined],
    ["iam", "reader"],
  ])("not by who is stopped at the gate %s", async (gate, as) => {
    expect(await call("POST", "/orders/c1/cancel", as === undefined ? {} : { as })).toMatchObject({
      status: 403,
      gate,
    });
  });
});

test("invoices of a day are listed to who may read", async () => {
  const path = "/invoices?day=2026-01-01";
  expect(await call("GET", path, { as: "reader" })).toMatchObject({
    status: 200,
    body: { invoices: [{ order: "first-order", customer: "ada", day: "2026-01-01" }] },
  });
  expect(await call("GET", path)).toMatchObject({ status: 403, gate: "signature" });
  expect(await call("GET", path, { as: "stranger" })).toMatchObject({ status: 403, gate: "iam" });
});

describe("an order is tracked", () => {
  const track = (id: string, token?: string) =>
    call("GET", `/track/${id}`, token === undefined ? {} : { headers: { authorization: token } });

  test("with its token, and with no other", async () => {
    const token: string = (await place("t1")).body.trackingToken;
    const other: string = (await place("t2")).body.trackingToken;
    expect(await track("t1", token)).toMatchObject({ status: 200, body: { id: "t1", status: "placed" } });
    // From what is kept of the first answer too.
    expect(await track("t2", token)).toMatchObject({ status: 403, gate: "authorizer" });
    expect(await track("t1", other)).toMatchObject({ status: 403, gate: "authorizer" });
    expect(await track("t1", `t1.${other.split(".")[1]}`)).toMatchObject({ status: 401, gate: "authorizer" });
  });

  test.each([
    ["no token", undefined],
    ["a token of another form", "Bearer abc"],
  ])("not with %s", async (_, token) => {
    expect(await track("t1", token)).toMatchObject({ status: 401, gate: "authorizer" });
  });
});

test("rates come from the other service, and its refusals too", async () => {
  expect(await call("GET", "/rates/EUR")).toMatchObject({
    status: 200,
    body: { path: "/EUR", method: "GET" },
  });
  expect(await call("GET", "/rates/status%2F404")).toMatchObject({ body: { path: "/status%2F404" } });
});

test("the partner's users list orders if their own account lets them, and may do nothing else", async () => {
  const path = "/orders?customer=grace";
  expect(await call("GET", path, { as: "partner-lister" })).toMatchObject({ status: 200 });
  expect(await call("GET", path, { as: "partner-other" })).toMatchObject({ status: 403, gate: "iam" });
  expect(await call("POST", "/orders", { as: "partner-lister", body: order("y") })).toMatchObject({
    status: 403,
    gate: "iam",
  });
  expect(await call("GET", "/invoices?day=2026-01-01", { as: "partner-lister" })).toMatchObject({
    status: 403,
  });
});

describe("each client has a plan of its own", () => {
  const key = (client: string): string =>
    ((model.outputs["api_key_values"]?.value ?? {}) as Readonly<Record<string, string>>)[client] ?? "";
  const catalogue = (headers: Record<string, string> = {}) => call("GET", "/catalogue", { headers });

  test("with a key the catalogue is open, without one it is closed", async () => {
    expect(await catalogue({ "x-api-key": key("shop") })).toMatchObject({ status: 200 });
    expect(await catalogue()).toMatchObject({ status: 403, gate: "api-key" });
    expect(await catalogue({ "x-api-key": "a".repeat(40) })).toMatchObject({ status: 403, gate: "api-key" });
  });

  test("the warehouse is at its limit before the shop", async () => {
    const statuses = async (client: string) =>
      (await Promise.all(Array.from({ length: 12 }, () => catalogue({ "x-api-key": key(client) })))).map(
        ({ status }) => status,
      );
    expect(await statuses("warehouse")).toContain(429);
    expect(await statuses("shop")).not.toContain(429);
  });
});

test("the method's throttle refuses what the stage would let through", async () => {
  const flood = (method: string, path: string) =>
    Promise.all(Array.from({ length: 40 }, () => call(method, path, { as: "writer", body: {} })));
  expect((await flood("POST", "/orders")).map(({ status }) => status)).toContain(429);
  expect((await flood("POST", "/orders/none/cancel")).map(({ status }) => status)).not.toContain(429);
});

test("the custom domain leads to the stage by its name, and an unmapped name to nothing", async () => {
  const at = (host: string) =>
    exchange(api.url, { method: "GET", target: "/health", headers: [["Host", host]], body: Buffer.alloc(0) });
  expect(await at("dev.orders.example.com")).toMatchObject({ status: 200 });
  expect(await at("orders.example.org")).toMatchObject({ status: 403 });
});

test("the screen of make dev lists what does not run, and what is not in force", async () => {
  const dev = spawn("make", ["--silent", "-C", FOLDER, "dev"], {
    env: { PATH: process.env.PATH, PORT: "0", ARGS: "--no-watch" },
    stdio: ["ignore", "pipe", "inherit"],
  });
  let screen = "";
  for await (const part of dev.stdout.setEncoding("utf8")) {
    screen += part;
    if (screen.includes("Ctrl-C stops.")) break;
  }
  const text = screen.replaceAll("\n", " ");
  expect(text).toContain("2 aws_sqs_queue");
  expect(text).toContain("1 aws_ssm_parameter");
  expect(text).toContain("Not in force: aws_wafv2_web_acl_association.");
  expect(text).not.toContain("501");
  const address = /^(http:\S+) {2}ready in/m.exec(screen)?.[1] ?? "";
  expect((await fetch(`${address}/health`)).status).toBe(200);
  dev.kill("SIGINT");
  if (dev.exitCode === null) await once(dev, "exit");
});
