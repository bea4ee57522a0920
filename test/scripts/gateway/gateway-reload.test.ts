import { writeFileSync } from "node:fs";
import { DynamoDBClient, PutItemCommand, ScanCommand } from "@aws-sdk/client-dynamodb";
import type { Model } from "#model/model";
import { type ApiSpec, loadApi } from "../../support/api-terraform";
import { type LocalGateway, startGateway } from "../../support/local-gateway";
import { exchange } from "../../support/raw-exchange";
import { temporaryFolder } from "../../support/temporary-folder";
import { rendezvousServer } from "../lambda/bundles";

/** Another model takes over while requests are under way, and what was used and stored stays. */

const folder = temporaryFolder();
const rendezvous = rendezvousServer();
const time = Date.parse("2026-11-22T10:15:30Z");
let gateway: LocalGateway;
let dynamoDb: DynamoDBClient;

beforeAll(async () => {
  gateway = await startGateway(load("1"), { now: () => time });
  dynamoDb = new DynamoDBClient(gateway.api.dynamoDb);
});
afterAll(async () => {
  dynamoDb.destroy();
  await gateway.api.close();
});
beforeEach(() => gateway.api.replace(load("1")));

function load(version: string, over: Partial<ApiSpec> = {}): Model {
  return loadApi({ ...apiOf(version), ...over }, folder);
}

function apiOf(version: string): ApiSpec {
  return {
    routes: [
      { route: "GET /mock", mock: { response: version } },
      { route: "GET /run", lambda: "run", integration: PATIENT },
      { route: "GET /other", lambda: "other", integration: PATIENT },
      { route: "GET /keyed", method: { api_key_required: true } },
    ],
    functions: { run: waiting(version), other: waiting(version) },
    plans: { plan: { quota_settings: { limit: 3, period: "DAY" } } },
    keys: { client: { plan: "plan" } },
    resources: { "aws_dynamodb_table.table": tableWithKey("code") },
  };
}

/** The longest that the gateway waits for a function: what is tested here is no limit of time. */
const PATIENT = { timeout_milliseconds: 300_000 };

/** A function that says which version it is; it waits at the rendezvous when asked to, however long that takes. */
function waiting(version: string) {
  const source = `export async function handler({ queryStringParameters }) {
    if (queryStringParameters?.wait) await fetch(${JSON.stringify(rendezvous.url)});
    return { body: ${JSON.stringify(version)} };
  }`;
  return { source, properties: { timeout: 900 } };
}

function tableWithKey(name: string) {
  return { name: "table", hash_key: name, attribute: [{ name, type: "S" }], billing_mode: "PAY_PER_REQUEST" };
}

async function get(target: string, key?: string): Promise<readonly [status: number, body: string]> {
  const headers = Object.entries({ Host: gateway.host, ...(key && { "x-api-key": key }) });
  const answer = await exchange(gateway.url, { method: "GET", target, headers, body: Buffer.alloc(0) });
  return [answer.status, answer.body.toString()];
}

const ALL = ["/dev/mock", "/dev/run", "/dev/other"];

test("requests under way finish as they began, and the next ones meet the new model", async () => {
  const underWay = Array.from({ length: 4 }, () => get("/dev/run?wait=1"));
  await rendezvous.arrivals(4);
  await gateway.api.replace(load("2"));
  expect(await Promise.all(ALL.map((target) => get(target)))).toEqual(ALL.map(() => [200, "2"]));
  rendezvous.release();
  expect(await Promise.all(underWay)).toEqual(underWay.map(() => [200, "1"]));
});

test("requests under way finish where their route and function are taken away", async () => {
  const underWay = get("/dev/run?wait=1");
  await rendezvous.arrivals(1);
  await gateway.api.replace(load("2", { routes: [{ route: "GET /mock" }], functions: {} }));
  expect(await get("/dev/run")).toEqual([403, '{"message":"Missing Authentication Token"}']);
  rendezvous.release();
  expect(await underWay).toEqual([200, "1"]);
});

test("no request is dropped while models come and go", async () => {
  for (const version of ["2", "3", "4"]) {
    const sent = [...ALL, ...ALL, ...ALL].map((target) => get(target));
    await gateway.api.replace(load(version));
    sent.push(...ALL.map((target) => get(target)));
    for (const [status, body] of await Promise.all(sent)) {
      expect([status, body]).toEqual([200, expect.stringMatching(/^[1-4]$/)]);
    }
  }
});

test("what a key has used stays used", async () => {
  const { apiKeys } = load("1");
  const call = async () => (await get("/dev/keyed", apiKeys[0]?.value))[0];
  expect([await call(), await call()]).toEqual([200, 200]);
  await gateway.api.replace(load("2"));
  expect([await call(), await call()]).toEqual([200, 429]);
  await gateway.api.replace(load("2", { plans: { plan: { quota_settings: { limit: 4, period: "DAY" } } } }));
  expect([await call(), await call()]).toEqual([200, 429]);
});

test("a table keeps its items, and a new one is there", async () => {
  await dynamoDb.send(new PutItemCommand({ TableName: "table", Item: { code: { S: "kept" } } }));
  const resources = {
    "aws_dynamodb_table.table": tableWithKey("code"),
    "aws_dynamodb_table.more": { ...tableWithKey("code"), name: "more" },
  };
  await gateway.api.replace(load("2", { resources }));
  const { Items } = await dynamoDb.send(new ScanCommand({ TableName: "table" }));
  expect(Items).toEqual([{ code: { S: "kept" } }]);
  expect(await dynamoDb.send(new ScanCommand({ TableName: "more" }))).toMatchObject({ Count: 0 });
});

describe("a model that cannot be served leaves the one before serving", () => {
  const withOneValue = () => {
    const model = load("2", { keys: { client: {}, other: {} } });
    return { ...model, apiKeys: model.apiKeys.map((key) => ({ ...key, value: "one value" })) };
  };
  const withBrokenPackage = () => {
    const model = load("2");
    const { packagePath } = model.functions.at(-1) ?? {};
    const broken = `${packagePath}.broken`;
    writeFileSync(broken, "no zip");
    return {
      ...model,
      functions: model.functions.map((fn, index) => (index === 0 ? fn : { ...fn, packagePath: broken })),
    };
  };

  test.each<[string, () => Model, string]>([
    ["two keys with one value", withOneValue, "each API key needs its own"],
    [
      "a table with another key",
      () => load("2", { resources: { "aws_dynamodb_table.table": tableWithKey("id") } }),
      "the table table exists with",
    ],
    ["a package that is no zip", withBrokenPackage, "cannot be unpacked"],
  ])("%s", async (_, toModel, message) => {
    await expect(gateway.api.replace(toModel())).rejects.toThrow(message);
    expect(await Promise.all(ALL.map((target) => get(target)))).toEqual(ALL.map(() => [200, "1"]));
    expect(gateway.credentials("run").profile).toBe("run");
  });
});
