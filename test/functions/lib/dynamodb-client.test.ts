import { once } from "node:events";
import { createServer, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { ListTablesCommand } from "@aws-sdk/client-dynamodb";
import { createDynamoDbClient } from "#functions/lib/dynamodb-client";
import { type Dynalite, startDynalite } from "../../support/dynalite";

const before = process.env;
const LAMBDA = { AWS_REGION: "eu-west-1", AWS_ACCESS_KEY_ID: "ASIAEXAMPLE", AWS_SECRET_ACCESS_KEY: "secret" };
const FIPS = { AWS_REGION: "us-east-1", AWS_USE_FIPS_ENDPOINT: "true" };
afterEach(() => {
  process.env = before;
});

/** A client of an environment, which is kept from sending: what it would have sent is what is thrown. */
function clientThatStops(env: NodeJS.ProcessEnv) {
  process.env = { ...LAMBDA, ...env };
  const client = createDynamoDbClient();
  client.middlewareStack.add(
    () => async (args) => {
      throw args.request;
    },
    { step: "finalizeRequest", priority: "low" },
  );
  return client;
}

test.each<[env: NodeJS.ProcessEnv, protocol: string, hostname: string]>([
  [{}, "https:", "dynamodb.eu-west-1.amazonaws.com"],
  [{ AWS_REGION: "cn-north-1" }, "https:", "dynamodb.cn-north-1.amazonaws.com.cn"],
  [FIPS, "https:", "dynamodb-fips.us-east-1.amazonaws.com"],
  [{ AWS_USE_DUALSTACK_ENDPOINT: "true" }, "https:", "dynamodb.eu-west-1.api.aws"],
  [{ AWS_ENDPOINT_URL: "http://one.local" }, "http:", "one.local"],
  [
    { AWS_ENDPOINT_URL: "http://one.local", AWS_ENDPOINT_URL_DYNAMODB: "http://two.local" },
    "http:",
    "two.local",
  ],
])("an environment with %j leads to %s//%s", async (env, protocol, hostname) => {
  const sent = clientThatStops(env).send(new ListTablesCommand({}));
  await expect(sent).rejects.toMatchObject({ protocol, hostname });
});

test("it signs with the environment's credentials for its region, and names the application", async () => {
  const env = { AWS_SESSION_TOKEN: "token", AWS_SDK_UA_APP_ID: "inventory" };
  await expect(clientThatStops(env).send(new ListTablesCommand({}))).rejects.toMatchObject({
    headers: {
      authorization: expect.stringMatching(
        /Credential=ASIAEXAMPLE\/\d{8}\/eu-west-1\/dynamodb\/aws4_request/,
      ),
      "x-amz-security-token": "token",
      "user-agent": expect.stringContaining("app/inventory"),
    },
  });
});

test.each<[env: NodeJS.ProcessEnv, message: string]>([
  [{ AWS_USE_FIPS_ENDPOINT: "yes" }, "AWS_USE_FIPS_ENDPOINT is 'yes'"],
  [{ AWS_REGION: "" }, "AWS_REGION is not set"],
  [{ AWS_SECRET_ACCESS_KEY: "" }, "AWS_SECRET_ACCESS_KEY is not set"],
])("an environment with %j is refused when the client is built", (env, message) => {
  process.env = { ...LAMBDA, ...env };
  expect(createDynamoDbClient).toThrow(message);
});

describe("against a table", () => {
  let dynamoDb: Dynalite;
  beforeAll(async () => {
    dynamoDb = await startDynalite();
  });
  afterAll(() => dynamoDb.close());

  test("it reads what came, and once more what comes again", async () => {
    process.env = { ...LAMBDA, AWS_ENDPOINT_URL_DYNAMODB: dynamoDb.endpoint };
    const client = createDynamoDbClient();
    expect((await client.send(new ListTablesCommand({}))).TableNames).toEqual([]);
    await dynamoDb.createProductsTable("products");
    expect((await client.send(new ListTablesCommand({}))).TableNames).toEqual(["products"]);
    client.destroy();
  });

  test("it throws what DynamoDB refuses by its name, and logs nothing itself", async () => {
    process.env = { ...LAMBDA, AWS_ENDPOINT_URL_DYNAMODB: dynamoDb.endpoint };
    const client = createDynamoDbClient();
    const logged = jest.spyOn(console, "error");
    await expect(client.send(new ListTablesCommand({ Limit: 0 }))).rejects.toMatchObject({
      name: "ValidationException",
    });
    expect(logged).not.toHaveBeenCalled();
    client.destroy();
  });
});

describe("what fails for a moment", () => {
  const unavailable = (response: ServerResponse) => response.writeHead(503).end("{}");
  const cutShort = (response: ServerResponse) => {
    response.writeHead(200, { "Content-Length": "100" });
    response.write("{", () => response.destroy());
  };
  const stopped = (response: ServerResponse) =>
    response.writeHead(200, { "Content-Length": "100" }).write("{");
  const good = (response: ServerResponse) => response.end('{"TableNames":["products"]}');
  let answers: ((response: ServerResponse) => unknown)[] = [];
  const server = createServer((_request, response) => answers.shift()?.(response));
  beforeAll(() => once(server.listen(0, "127.0.0.1"), "listening"));
  afterAll(() => server.close());
  const listTables = () => {
    const { port } = server.address() as AddressInfo;
    process.env = { ...LAMBDA, AWS_ENDPOINT_URL_DYNAMODB: `http://127.0.0.1:${port}` };
    return createDynamoDbClient().send(new ListTablesCommand({}));
  };

  test("is asked for again, twice", async () => {
    answers = [unavailable, cutShort, good];
    expect((await listTables()).TableNames).toEqual(["products"]);
  });

  test("also behind an answer that stops in its middle, which is not waited for", async () => {
    answers = [stopped, good];
    expect((await listTables()).TableNames).toEqual(["products"]);
  });

  test("and no more than that", async () => {
    answers = [unavailable, cutShort, unavailable, good];
    await expect(listTables()).rejects.toMatchObject({ $metadata: { httpStatusCode: 503, attempts: 3 } });
  });
});
