import { existsSync, readFileSync, statSync } from "node:fs";
import { join } from "node:path";
import {
  APIGatewayClient,
  GetApiKeyCommand,
  GetMethodCommand,
  GetResourcesCommand,
  GetRestApisCommand,
  GetStageCommand,
  GetUsagePlanKeysCommand,
  GetUsagePlansCommand,
} from "@aws-sdk/client-api-gateway";
import { DynamoDBClient, ListTablesCommand, ScanCommand } from "@aws-sdk/client-dynamodb";
import {
  IAMClient,
  ListAttachedRolePoliciesCommand,
  ListPoliciesCommand,
  ListRolePoliciesCommand,
  ListRolesCommand,
} from "@aws-sdk/client-iam";
import { GetFunctionCommand, LambdaClient, ListFunctionsCommand } from "@aws-sdk/client-lambda";
import { unmarshall } from "@aws-sdk/util-dynamodb";
import { copyForDeployment, type DeployedCopy } from "./deployed-copy";

/**
 * Deploys a copy of the project with the real Terraform and AWS provider to the AWS API at `AWS_ENDPOINT_URL`, and
 * looks at it through the AWS SDK. The steps build on each other: each needs those before it.
 */
const ROUTES = [
  "DELETE /products/{code} AWS_IAM keyless",
  "GET /auth/api-key NONE keyed",
  "GET /auth/iam-sigv4 AWS_IAM keyless",
  "GET /auth/iam-sigv4-and-api-key AWS_IAM keyed",
  "GET /index NONE keyless",
  "GET /products AWS_IAM keyless",
  "GET /products/{code} AWS_IAM keyless",
  "PUT /products/{code} AWS_IAM keyless",
];
const FUNCTIONS = ["delete-product", "get-index", "get-product", "get-products", "put-product"];
const ACCOUNT = "444455556666";
const STACK = "signed-inventory-dev";

jest.setTimeout(600_000);

let copy: DeployedCopy;
let gateway: APIGatewayClient;
let iam: IAMClient;
let lambda: LambdaClient;
let dynamodb: DynamoDBClient;
/** All that the commands printed. */
let printed = "";
const outputs = () =>
  JSON.parse(readFileSync(join(copy.folder, ".state", `${STACK}.outputs.json`), "utf8"))[STACK];

beforeAll(async () => {
  copy = await copyForDeployment(ACCOUNT);
  const client = { endpoint: copy.endpoint, region: "us-east-1" };
  gateway = new APIGatewayClient(client);
  iam = new IAMClient(client);
  lambda = new LambdaClient(client);
  dynamodb = new DynamoDBClient(client);
});

afterAll(async () => {
  for (const client of [gateway, iam, lambda, dynamodb]) client?.destroy();
  await copy?.close();
});

test("a stage deploys, and its outputs are saved without the key", async () => {
  await make("deploy");
  expect(printed).toContain(`saved the outputs in .state/${STACK}.outputs.json\n`);
  // There is no terminal, so there are no colours.
  expect(printed).not.toContain("\u001b");
  expect(outputs()).toMatchObject({
    stage: "dev",
    region: "us-east-1",
    products_table_name: `${STACK}-products`,
  });
  expect(outputs().api_key_values).toBeUndefined();
});

test("what deployments and plans leave here with secrets in it is its user's alone", async () => {
  await make("plan");
  for (const [place, file] of [
    [".state", `${STACK}.tfstate`],
    [`cdktf.out/stacks/${STACK}`, "plan"],
  ] as const) {
    expect(existsSync(join(copy.folder, place, file))).toBe(true);
    expect(statSync(join(copy.folder, place)).mode & 0o777).toBe(0o700);
  }
});

test("each route has the gates of the design", async () => {
  expect(await deployedRoutes()).toEqual(ROUTES);
});

test("each Lambda's role has its own policy only", async () => {
  for (const name of FUNCTIONS) {
    const { Configuration } = await lambda.send(new GetFunctionCommand({ FunctionName: `${STACK}-${name}` }));
    const RoleName = `${STACK}-${name}`;
    expect(Configuration?.Role).toBe(`arn:aws:iam::${ACCOUNT}:role/${RoleName}`);
    const own = await iam.send(new ListRolePoliciesCommand({ RoleName }));
    const attached = await iam.send(new ListAttachedRolePoliciesCommand({ RoleName }));
    expect([own.PolicyNames, attached.AttachedPolicies]).toEqual([["function"], []]);
  }
});

test("the client's key is in the plan of the stage", async () => {
  const { items: plans = [] } = await gateway.send(new GetUsagePlansCommand({}));
  expect(plans.map(({ apiStages }) => apiStages)).toEqual([[{ apiId: outputs().rest_api_id, stage: "dev" }]]);
  const { items: keys = [] } = await gateway.send(new GetUsagePlanKeysCommand({ usagePlanId: plans[0]?.id }));
  expect(keys.map(({ id }) => id)).toEqual([outputs().api_key_ids.demo]);
});

test("the table is seeded by the script, and once more without a difference", async () => {
  await make("seed");
  await make("seed");
  const { Items = [] } = await dynamodb.send(new ScanCommand({ TableName: outputs().products_table_name }));
  const products = Items.map((item) => unmarshall(item));
  expect(products).toHaveLength(5);
  for (const product of products) {
    expect(Object.keys(product).sort()).toEqual(["category", "code", "inStockQty", "itemPrice", "name"]);
  }
});

test("the environment is written from the outputs, without a secret", async () => {
  await make("env");
  const { service_endpoint, products_table_name } = outputs();
  expect(readFileSync(join(copy.folder, ".env"), "utf8").split("\n").filter(Boolean).sort()).toEqual([
    "default_results=10",
    `products_api=${service_endpoint}/products`,
    `products_table=${products_table_name}`,
  ]);
});

test("a second plan reports no changes", async () => {
  expect(await copy.planAgain(STACK)).toContain("No changes.");
});

// The path changes, which makes a new method: moto cannot update a method's gates in place (UpdateMethod).
test("a changed route redeploys the stage", async () => {
  const before = await deploymentId();
  const edit = { file: "main.ts", from: 'path: "/auth/iam-sigv4",', to: 'path: "/auth/iam-signature",' };
  const { length } = printed;
  await copy.withEdits([edit], () => make("deploy"));
  expect(await deploymentId()).not.toBe(before);
  // Terraform makes the new deployment before the old route is gone; another one is made afterwards.
  expect(publications(printed.slice(length))).toEqual([
    "made",
    ...["integration", "integration_response", "method", "method_response"].map((part) => `no ${part}`),
    "made",
  ]);
  expect(await deployedRoutes()).toEqual(
    ROUTES.map((route) => route.replace("iam-sigv4 ", "iam-signature ")),
  );
});

test("a removed stage leaves nothing, and no output ever showed the key", async () => {
  const { value } = await gateway.send(
    new GetApiKeyCommand({ apiKey: outputs().api_key_ids.demo, includeValue: true }),
  );
  expect((await make("api-key")).trim().split("\n").at(-1)).toBe(value);
  expect(value?.length).toBeGreaterThanOrEqual(20);
  await make("destroy");
  const leftovers = await Promise.all([
    gateway.send(new GetRestApisCommand({})).then(({ items }) => items),
    gateway.send(new GetUsagePlansCommand({})).then(({ items }) => items),
    lambda.send(new ListFunctionsCommand({})).then(({ Functions }) => Functions),
    dynamodb.send(new ListTablesCommand({})).then(({ TableNames }) => TableNames),
    iam.send(new ListRolesCommand({})).then(({ Roles }) => Roles),
    iam.send(new ListPoliciesCommand({ Scope: "Local" })).then(({ Policies }) => Policies),
  ]);
  expect(leftovers.map((list) => list ?? [])).toEqual([[], [], [], [], [], []]);
  expect(existsSync(join(copy.folder, ".state", `${STACK}.outputs.json`))).toBe(false);
  expect(printed).toContain("Destroy complete!");
  expect(printed).not.toContain(value);
});

async function deployedRoutes(): Promise<string[]> {
  const restApiId = outputs().rest_api_id;
  const { items = [] } = await gateway.send(new GetResourcesCommand({ restApiId, limit: 500 }));
  const methods = items.flatMap(({ id, path, resourceMethods = {} }) =>
    Object.keys(resourceMethods).map(async (httpMethod) => {
      const method = await gateway.send(new GetMethodCommand({ restApiId, resourceId: id, httpMethod }));
      const key = method.apiKeyRequired ? "keyed" : "keyless";
      return `${httpMethod} ${path} ${method.authorizationType} ${key}`;
    }),
  );
  return (await Promise.all(methods)).sort();
}

/** When deployments were made and parts of the API removed, the latter in the order of their names. */
function publications(text: string): string[] {
  const events = [
    ...text.matchAll(
      /aws_api_gateway_(?:(deployment)\.[^:\n]+: Creation|(\w+)\.[^:\n]+: Destruction) complete/g,
    ),
  ].map(([, made, removed]) => (made ? "made" : `no ${removed}`));
  const shown = events.filter((event) => !["no deployment", "no resource"].includes(event));
  const [first = "", ...rest] = shown;
  return [first, ...rest.slice(0, -1).sort(), ...rest.slice(-1)];
}

async function deploymentId(): Promise<string | undefined> {
  const stage = await gateway.send(
    new GetStageCommand({ restApiId: outputs().rest_api_id, stageName: "dev" }),
  );
  return stage.deploymentId;
}

/** Runs a make target in the copy; all that it prints, but the key itself, goes into what was printed. */
async function make(target: string): Promise<string> {
  const { out, err } = await copy.make(target);
  if (target !== "api-key") printed += out + err;
  return out;
}
