import {
  DeleteItemCommand,
  DynamoDBClient,
  GetItemCommand,
  PutItemCommand,
  ScanCommand,
} from "@aws-sdk/client-dynamodb";
import type { DynamoDbConnection } from "#dynamodb/dynamodb";
import type { FunctionLogLine } from "#lambda/invocation";
import type { Model } from "#model/model";
import { FIVE_PRODUCTS } from "#seeds/products";
import { seedTable } from "#stage/seed-table";
import { REGION } from "../../support/api-terraform";
import { changeStatements, removeResource, resourceAt } from "../../support/change-stack";
import { type LocalGateway, startGateway } from "../../support/local-gateway";
import { type SynthesizedProject, synthesizeProject } from "../../support/project-stack";
import { exchange } from "../../support/raw-exchange";
import { type ClientAnswer, sendWithAws4 } from "../../support/signing-clients";
import type { Terraform } from "../../support/synth";
import { temporaryFolder } from "../../support/temporary-folder";

/** The project's own API, served from the Terraform that its program synthesizes. */

const folder = temporaryFolder();
let stack: SynthesizedProject;
let model: Model;
let gateway: LocalGateway;
let apiKey: string;
/** What functions have logged so far. */
const functionLog: FunctionLogLine[] = [];
/** What the embedded DynamoDB has said so far. */
const tableLog: string[] = [];
/** Where the clock stands; it goes on by itself where nothing says otherwise. */
let frozen: number | undefined;

beforeAll(async () => {
  stack = await synthesizeProject(folder);
  model = stack.load();
  apiKey = model.apiKeys[0]?.value ?? "";
  gateway = await startGateway(model, {
    prefix: stack.prefix,
    now: () => frozen ?? Date.now(),
    onTables: seed,
    logFunction: (line) => functionLog.push(line),
    logDynamoDb: (line) => tableLog.push(line),
  });
});
afterAll(() => gateway.api.close());

async function seed(connection: DynamoDbConnection): Promise<void> {
  const client = new DynamoDBClient(connection);
  await seedTable({ client, tableName: model.tables[0]?.name ?? "", key: "code", items: FIVE_PRODUCTS });
  client.destroy();
}

interface Call {
  /** The signer. @default the request is not signed */
  readonly as?: string;
  readonly key?: string;
  /** Sent as it is where it is text, else as JSON. */
  readonly body?: unknown;
  readonly headers?: Readonly<Record<string, string>>;
}

/** `GET /products`, below the stage. */
async function call(route: string, { as, key, body, headers: others }: Call = {}): Promise<ClientAnswer> {
  const [method = "", path = ""] = route.split(" ");
  const url = `${gateway.url}/dev${path}`;
  const headers = { ...others, ...(key !== undefined && { "x-api-key": key }) };
  const text = body === undefined || typeof body === "string" ? body : JSON.stringify(body);
  if (as !== undefined) {
    const { accessKeyId, secretAccessKey, sessionToken } = gateway.credentials(as);
    const credentials = { accessKeyId, secretAccessKey, sessionToken };
    return sendWithAws4({ method, url, headers, body: text, credentials });
  }
  const lines = Object.entries({ Host: gateway.host, ...headers });
  const answer = await exchange(gateway.url, {
    method,
    target: `/dev${path}`,
    headers: lines,
    body: Buffer.from(text ?? ""),
  });
  return { status: answer.status, body: answer.body.toString() };
}

const SUCCESS = { status: 200, body: '{"message": "success"}' };
const MUG = { name: "Mug", itemPrice: "8.50", inStockQty: 3, category: ["kitchen"] };

describe("who may call what", () => {
  const ROUTES = [
    "GET /index",
    "GET /products",
    "GET /products/lamp-01",
    "PUT /products/by-",
    "DELETE /products/by-",
    "GET /auth/api-key",
    "GET /auth/iam-sigv4",
    "GET /auth/iam-sigv4-and-api-key",
  ];

  test.each([
    { as: undefined, who: "nobody", keyed: false, statuses: [200, 403, 403, 403, 403, 403, 403, 403] },
    { as: undefined, who: "nobody", keyed: true, statuses: [200, 403, 403, 403, 403, 200, 403, 403] },
    { as: "stranger", who: "stranger", keyed: true, statuses: [200, 403, 403, 403, 403, 200, 403, 403] },
    { as: "get-index", who: "get-index", keyed: true, statuses: [200, 200, 403, 403, 403, 200, 403, 403] },
    {
      as: "put-product",
      who: "put-product",
      keyed: true,
      statuses: [200, 403, 403, 403, 403, 200, 403, 403],
    },
    { as: "reader", who: "reader", keyed: false, statuses: [200, 200, 200, 403, 403, 403, 200, 403] },
    { as: "reader", who: "reader", keyed: true, statuses: [200, 200, 200, 403, 403, 200, 200, 200] },
    { as: "writer", who: "writer", keyed: false, statuses: [200, 200, 200, 201, 204, 403, 200, 403] },
    { as: "writer", who: "writer", keyed: true, statuses: [200, 200, 200, 201, 204, 200, 200, 200] },
  ])("signed by $who, with an API key: $keyed", async ({ as, keyed, statuses }) => {
    const got: number[] = [];
    for (const route of ROUTES) {
      const body = route.startsWith("PUT") ? MUG : undefined;
      const to = route.endsWith("by-") ? `${route}${as}` : route;
      got.push((await call(to, { as, key: keyed ? apiKey : undefined, body })).status);
    }
    expect(Object.fromEntries(ROUTES.map((route, index) => [route, got[index]]))).toEqual(
      Object.fromEntries(ROUTES.map((route, index) => [route, statuses[index]])),
    );
  });
});

describe("products, end to end", () => {
  test.each(["mug", "a b", "a/b", "a+b", "a:b", "Käse 😀", "100%"])("code '%s'", async (code) => {
    const path = `/products/${encodeURIComponent(code)}`;
    const changed = { ...MUG, inStockQty: 4 };
    const as = "writer";
    expect(await call(`GET ${path}`, { as })).toMatchObject({ status: 404 });
    expect(await call(`PUT ${path}`, { as, body: MUG })).toMatchObject({ status: 201 });
    expect(await call(`PUT ${path}`, { as, body: { code, ...changed } })).toMatchObject({ status: 200 });
    const got = await call(`GET ${path}`, { as: "reader" });
    expect([got.status, JSON.parse(got.body)]).toEqual([200, { code, ...changed }]);
    expect(await call(`DELETE ${path}`, { as })).toEqual({ status: 204, body: "" });
    expect(await call(`GET ${path}`, { as })).toMatchObject({ status: 404 });
  });

  const EXPECTED =
    "PUT /products/{code} takes a JSON object of code (may be left out): a string of 1 to 2048 bytes of UTF-8; name: a string of 1 to 256 characters; itemPrice: a decimal string such as '15.99', of up to 12 digits and 4 decimals; inStockQty: a whole number from 0; category: a list of up to 50 strings of 1 to 100 characters";
  const invalid = (fault: string) => ({ message: `Invalid request body: [${fault}]; ${EXPECTED}` });
  const ofType = (found: string, allowed: string) =>
    invalid(`instance type (${found}) does not match any allowed primitive type (allowed: ["${allowed}"])`);
  test.each<[name: string, body: unknown, message: object, reaches: boolean]>([
    ["no JSON", "{", invalid("Unknown error parsing request body"), false],
    ["nothing", "", invalid("Unknown error parsing request body"), false],
    ["a list", [MUG], ofType("array", "object"), false],
    [
      "without a name",
      { ...MUG, name: undefined },
      invalid('object has missing required properties (["name"])'),
      false,
    ],
    ["with a number as its price", { ...MUG, itemPrice: 8.5 }, ofType("number", "string"), false],
    [
      "with another price",
      { ...MUG, itemPrice: '"\\' },
      invalid('ECMA 262 regex "^(0|[1-9][0-9]{0,11})([.][0-9]{1,4})?$" does not match input string ""\\"'),
      false,
    ],
    [
      "with less than nothing in stock",
      { ...MUG, inStockQty: -1 },
      invalid("numeric instance is lower than the required minimum (minimum: 0, found: -1)"),
      false,
    ],
    [
      "with half of one in stock",
      { ...MUG, inStockQty: 0.5 },
      invalid("body/inStockQty must be multiple of 1"),
      false,
    ],
    [
      "with a member of its own",
      { ...MUG, admin: true },
      invalid('object instance has properties which are not allowed by the schema: ["admin"]'),
      false,
    ],
    [
      "with another code than the path's, which the function refuses",
      { ...MUG, code: "other" },
      { message: 'code: expected the path\'s, "faulty", got another' },
      true,
    ],
    [
      "with half a character, which the function refuses",
      { ...MUG, name: "\ud800" },
      { message: 'name: expected a string of 1 to 256 characters, got "\\ud800"' },
      true,
    ],
  ])("a product %s is refused, and nothing is written", async (_name, body, message, reaches) => {
    const as = "writer";
    const put = async (headers?: Readonly<Record<string, string>>) => {
      const before = functionLog.length;
      const answer = await call("PUT /products/faulty", { as, body, headers });
      expect([answer.status, JSON.parse(answer.body)]).toEqual([400, message]);
      expect(functionLog.length > before).toBe(reaches);
    };
    await put();
    await put({ "Content-Type": "text/plain" });
    expect(await call("GET /products/faulty", { as })).toMatchObject({ status: 404 });
  });

  test("pages lead from one to the next, each signed anew", async () => {
    const codes: string[] = [];
    let next = "";
    do {
      const { body } = await call(`GET /products?limit=2${next}`, { as: "reader" });
      const { products, nextToken } = JSON.parse(body);
      codes.push(...products.map(({ code }: { code: string }) => code));
      next = nextToken === undefined ? "" : `&nextToken=${encodeURIComponent(nextToken)}`;
    } while (next);
    expect(codes.sort()).toEqual(FIVE_PRODUCTS.map(({ code }) => code).sort());
  });
});

test("the page comes by way of /products, which get-index signs with its role", async () => {
  const before = gateway.log.length;
  const page = await call("GET /index");
  expect(page.status).toBe(200);
  for (const { name } of FIVE_PRODUCTS)
    expect(page.body).toContain(name.replace("&", "&amp;").replaceAll('"', "&quot;"));
  expect(gateway.log.slice(before).map(({ path, status, caller }) => [path, status, caller])).toEqual([
    ["/dev/products", 200, "get-index"],
    ["/dev/index", 200, undefined],
  ]);
});

/** One change to the Terraform, what a call came to before it, and what it comes to with it. */
interface Twin {
  readonly name: string;
  readonly change: (terraform: Terraform) => void;
  readonly route: string;
  readonly call?: () => Call;
  readonly before: Partial<ClientAnswer>;
  readonly after: object;
}

const MISSING_TOKEN = { status: 403, body: '{"message":"Missing Authentication Token"}' };
const FORBIDDEN = { status: 403, body: '{"message":"Forbidden"}' };
const KEY = () => ({ key: apiKey });

describe("what is changed in the Terraform is what changes here", () => {
  test.each<Twin>([
    {
      name: "a method without AWS_IAM is public",
      change: (terraform) => {
        resourceAt(terraform, "aws_api_gateway_method", "/iam-sigv4/GET/method").authorization = "NONE";
      },
      route: "GET /auth/iam-sigv4",
      before: MISSING_TOKEN,
      after: SUCCESS,
    },
    {
      name: "a public method with AWS_IAM is not",
      change: (terraform) => {
        resourceAt(terraform, "aws_api_gateway_method", "/index/GET/method").authorization = "AWS_IAM";
      },
      route: "GET /index",
      before: { status: 200 },
      after: MISSING_TOKEN,
    },
    {
      name: "a method that needs no key any more",
      change: (terraform) => {
        resourceAt(terraform, "aws_api_gateway_method", "/auth/api-key/GET/method").api_key_required = false;
      },
      route: "GET /auth/api-key",
      before: FORBIDDEN,
      after: SUCCESS,
    },
    {
      name: "a key that is disabled",
      change: (terraform) => {
        for (const key of Object.values(terraform.resource.aws_api_gateway_api_key ?? {}))
          key.enabled = false;
      },
      route: "GET /auth/api-key",
      call: KEY,
      before: SUCCESS,
      after: FORBIDDEN,
    },
    {
      name: "a key in no plan",
      change: (terraform) => {
        delete terraform.resource.aws_api_gateway_usage_plan_key;
      },
      route: "GET /auth/api-key",
      call: KEY,
      before: SUCCESS,
      after: FORBIDDEN,
    },
    {
      name: "a plan without the stage",
      change: (terraform) => {
        resourceAt(terraform, "aws_api_gateway_usage_plan", "/plan-standard").api_stages = [];
      },
      route: "GET /auth/api-key",
      call: KEY,
      before: SUCCESS,
      after: FORBIDDEN,
    },
    {
      name: "a role without its policy",
      change: (terraform) => removeResource(terraform, "aws_iam_role_policy_attachment", "reader/attachment"),
      route: "GET /auth/iam-sigv4",
      call: () => ({ as: "reader" }),
      before: SUCCESS,
      after: { status: 403, body: expect.stringContaining("because no identity-based policy allows") },
    },
    {
      name: "a role with a Deny beside its Allow",
      change: (terraform) =>
        changeStatements(resourceAt(terraform, "aws_iam_policy", "reader/policy"), ([allowed]) => [
          allowed ?? {},
          { ...allowed, Sid: "Deny", Effect: "Deny" },
        ]),
      route: "GET /auth/iam-sigv4",
      call: () => ({ as: "reader" }),
      before: SUCCESS,
      after: {
        status: 403,
        body: expect.stringContaining("with an explicit deny in an identity-based policy"),
      },
    },
    {
      name: "a function that API Gateway may not invoke",
      change: (terraform) => removeResource(terraform, "aws_lambda_permission", "/products/GET/permission"),
      route: "GET /products",
      call: () => ({ as: "reader" }),
      before: { status: 200 },
      after: { status: 500, body: '{"message": "Internal server error"}' },
    },
    {
      name: "get-index without its permission to invoke /products",
      change: (terraform) =>
        changeStatements(resourceAt(terraform, "aws_iam_role_policy", "get-index/policy"), (statements) =>
          statements.filter(({ Action }) => Action !== "execute-api:Invoke"),
        ),
      route: "GET /index",
      before: { status: 200 },
      after: { status: 502, body: expect.stringMatching(/^<!doctype html>/) },
    },
  ])("$name", async ({ change, route, call: as, before, after }) => {
    expect(await call(route, as?.())).toMatchObject(before);
    await gateway.api.replace(stack.load(change));
    try {
      expect(await call(route, as?.())).toMatchObject(after);
    } finally {
      await gateway.api.replace(model);
    }
    expect(await call(route, as?.())).toMatchObject(before);
  });
});

describe("a function's role, without the action that it needs", () => {
  const Key = { code: { S: "by-itself" } };
  const COMMANDS = {
    Scan: (TableName: string) => new ScanCommand({ TableName }),
    GetItem: (TableName: string) => new GetItemCommand({ TableName, Key }),
    PutItem: (TableName: string) => new PutItemCommand({ TableName, Item: Key }),
    DeleteItem: (TableName: string) => new DeleteItemCommand({ TableName, Key }),
  };

  /** What the embedded DynamoDB answers to a function's role: nothing, or an error in its words. */
  async function ask(name: string, action: keyof typeof COMMANDS): Promise<unknown> {
    const { accessKeyId, secretAccessKey, sessionToken } = gateway.credentials(name);
    const { endpoint } = gateway.api.dynamoDb;
    const credentials = { accessKeyId, secretAccessKey, sessionToken };
    const client = new DynamoDBClient({ endpoint, region: REGION, credentials });
    const sent = client.send(COMMANDS[action](model.tables[0]?.name ?? "") as ScanCommand);
    const error = await sent.then(
      () => undefined,
      ({ name, message, $metadata }) => ({ name, message, status: $metadata.httpStatusCode }),
    );
    client.destroy();
    return error;
  }

  test.each([
    { name: "get-products", action: "Scan", route: "GET /products", before: 200 },
    { name: "get-product", action: "GetItem", route: "GET /products/lamp-01", before: 200 },
    { name: "put-product", action: "PutItem", route: "PUT /products/denied", before: 201 },
    { name: "delete-product", action: "DeleteItem", route: "DELETE /products/denied", before: 204 },
  ] as const)("$name, dynamodb:$action", async ({ name, action, route, before }) => {
    const body = route.startsWith("PUT") ? MUG : undefined;
    const { arn } = model.tables[0] ?? {};
    const session = `arn:aws:sts::${model.accountId}:assumed-role/${stack.prefix}${name}/local`;
    const denied = (what: string) => ({
      name: "AccessDeniedException",
      status: 400,
      message: `User: ${session} is not authorized to perform: dynamodb:${what} on resource: ${arn} because no identity-based policy allows the dynamodb:${what} action`,
    });
    expect(await call(route, { as: "writer", body })).toMatchObject({ status: before });
    for (const each of Object.keys(COMMANDS) as (keyof typeof COMMANDS)[]) {
      expect(await ask(name, each)).toEqual(each === action ? undefined : denied(each));
    }
    await gateway.api.replace(
      stack.load((terraform) =>
        changeStatements(resourceAt(terraform, "aws_iam_role_policy", `${name}/policy`), (statements) =>
          statements.map((each) =>
            each.Sid === "UseProductsTable" ? { ...each, Action: "dynamodb:DescribeTable" } : each,
          ),
        ),
      ),
    );
    const lines = tableLog.length;
    try {
      expect(await ask(name, action)).toEqual(denied(action));
      expect(await call(route, { as: "writer", body })).toEqual({
        status: 500,
        body: '{"message":"Internal server error"}',
      });
    } finally {
      await gateway.api.replace(model);
    }
    const policy = model.principals.find((each) => each.arn.endsWith(`/${stack.prefix}${name}`))
      ?.identityPolicies[0]?.address;
    const line = `refused a request: no identity-based policy of ${session} allows dynamodb:${action} on ${arn}; nearest is statement 2 ("UseProductsTable") of ${policy}, but these do not match: Action; to allow it, add dynamodb:${action} on ${arn} to ${policy}`;
    expect(tableLog.slice(lines)).toEqual([line, line]);
    expect(await ask(name, action)).toBeUndefined();
  });
});

test("last, since it sets the clock forward: a plan's burst, and no more before its rate has filled the bucket again", async () => {
  const { burst = 0, rate = 0 } = model.usagePlans[0]?.throttle ?? {};
  frozen = Date.now() + 60_000;
  const statuses = async (count: number): Promise<number[]> => {
    const answers = await Promise.all(
      Array.from({ length: count }, () => call("GET /auth/api-key", { key: apiKey })),
    );
    return answers.map(({ status }) => status).sort();
  };
  try {
    expect(await statuses(burst + 3)).toEqual([...Array(burst).fill(200), 429, 429, 429]);
    frozen += 1000 / rate;
    expect(await statuses(2)).toEqual([200, 429]);
  } finally {
    frozen = undefined;
  }
});
