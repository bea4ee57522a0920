import { networkInterfaces } from "node:os";
import type { FunctionLogLine } from "#lambda/invocation";
import { UserError } from "#modules/project";
import { loadApi } from "../../support/api-terraform";
import { type LocalGateway, startGateway } from "../../support/local-gateway";
import { bodyText, exchange } from "../../support/raw-exchange";
import { sendWithAws4 } from "../../support/signing-clients";
import { temporaryFolder } from "../../support/temporary-folder";

const folder = temporaryFolder();
const ROOT = { method: "GET", target: "/dev", headers: [["Host", "a"] as const], body: Buffer.alloc(0) };
const running = new Set<LocalGateway>();

afterEach(async () => {
  jest.restoreAllMocks();
  await Promise.all([...running].map(stop));
});

async function start(...options: Parameters<typeof startGateway>): Promise<LocalGateway> {
  const gateway = await startGateway(...options);
  running.add(gateway);
  return gateway;
}

async function stop(gateway: LocalGateway): Promise<void> {
  running.delete(gateway);
  await gateway.api.close();
}

const OPEN = { routes: [{ route: "GET /" }] } as const;

test("a port that is taken is the user's mistake, and nothing is left running", async () => {
  const first = await start(loadApi(OPEN));
  const port = Number(new URL(first.url).port);
  await expect(start(loadApi(OPEN), { port })).rejects.toThrow(UserError);
  await stop(first);
  const second = await start(loadApi(OPEN), { port });
  expect(second.url).toBe(first.url);
});

test("the gateway listens on the loopback address unless told otherwise", async () => {
  const gateway = await start(loadApi(OPEN));
  expect(new URL(gateway.url).hostname).toBe("127.0.0.1");
  const other = await start(loadApi(OPEN), { host: "localhost" });
  expect(new URL(other.url).hostname).toBe("localhost");
});

test("a web page that has pointed its own name here may not read open routes", async () => {
  const gateway = await start(loadApi(OPEN));
  const ask = async (host: string) => {
    const answer = await exchange(gateway.url, { ...ROOT, headers: [["Host", host]] });
    return [answer.status, bodyText(answer)];
  };
  expect(await ask("evil.example")).toEqual([403, '{"message":"Forbidden"}']);
  expect(gateway.log.at(-1)?.reason).toContain("the Host header names 'evil.example'");
  expect(await ask("localhost")).toEqual([200, '{"message": "success"}']);
});

test("nor where other machines may call; they call by an address, or by a name that was given", async () => {
  const gateway = await start(loadApi(OPEN), { host: "0.0.0.0", names: ["Shop.example"] });
  const { port } = new URL(gateway.url);
  const own = Object.values(networkInterfaces()).flatMap((each) => each ?? []);
  const addresses = own.filter(({ family }) => family === "IPv4").map(({ address }) => address);
  expect(addresses).toContain("127.0.0.1");
  // A call of this machine by an address that other machines use comes from that address.
  for (const address of addresses) {
    const ask = async (host: string) =>
      (await exchange(`http://${address}:${port}`, { ...ROOT, headers: [["Host", host]] })).status;
    const asked = ["evil.example", `${address}:${port}`, "localhost", "shop.example", "evil.shop.example"];
    expect(await Promise.all(asked.map(ask))).toEqual([403, 200, 200, 200, 403]);
  }
});

test("a model that cannot be served at first leaves nothing running", async () => {
  const model = loadApi({ ...OPEN, keys: { a: {}, b: {} } });
  const sameValues = { ...model, apiKeys: model.apiKeys.map((key) => ({ ...key, value: "0123456789" })) };
  await expect(start(sameValues)).rejects.toThrow("each API key needs its own");
});

test("what has to be there first is waited for, and its failure ends the start", async () => {
  const seen: object[] = [];
  const gateway = await start(loadApi(OPEN), {
    onTables: async (connection) => {
      seen.push(connection);
    },
  });
  expect(seen).toEqual([gateway.api.dynamoDb]);
  const onTables = () => Promise.reject(new Error("no seeds"));
  await expect(start(loadApi(OPEN), { onTables })).rejects.toThrow("no seeds");
});

test("a request that comes before everything is in place waits", async () => {
  const { url } = await start(loadApi(OPEN)).then(async (gateway) => {
    await stop(gateway);
    return gateway;
  });
  let early: Promise<unknown> = Promise.resolve();
  let answered = false;
  await start(loadApi(OPEN), {
    port: Number(new URL(url).port),
    onTables: async ({ endpoint }) => {
      early = exchange(url, ROOT).then(() => {
        answered = true;
      });
      // Time enough for an answer.
      for (let time = 0; time < 3; time++) await fetch(endpoint);
      expect(answered).toBe(false);
    },
  });
  await early;
  expect(answered).toBe(true);
});

test("a function finds this gateway at the URL of the API, and only what is its own", async () => {
  process.env.SECRET_OF_THE_PARENT = "secret";
  const model = loadApi(
    {
      routes: [{ route: "GET /env", lambda: "env" }],
      functions: {
        env: {
          source: "export const handler = async () => ({ body: JSON.stringify(process.env) });",
          properties: {
            environment: {
              variables: {
                api: "https://${aws_api_gateway_rest_api.api.id}.execute-api.eu-west-1.amazonaws.com/dev/x",
                elsewhere: "https://0123456789.execute-api.eu-west-1.amazonaws.com/dev/x",
                queue: "${aws_sqs_queue.jobs.url}",
                other_queue: "https://sqs.us-east-2.amazonaws.com/123456789012/jobs",
              },
            },
          },
        },
      },
      resources: { "aws_sqs_queue.jobs": { name: "jobs" } },
    },
    folder,
  );
  const gateway = await start(model);
  const target = {
    method: "GET",
    target: "/dev/env",
    headers: [["Host", "a"] as const],
    body: Buffer.alloc(0),
  };
  const env = JSON.parse(bodyText(await exchange(gateway.url, target)));
  const role = gateway.credentials("env");
  expect(env).toMatchObject({
    api: `${gateway.url}/dev/x`,
    elsewhere: "https://0123456789.execute-api.eu-west-1.amazonaws.com/dev/x",
    queue: `${env.AWS_ENDPOINT_URL}/123456789012/jobs`,
    other_queue: "https://sqs.us-east-2.amazonaws.com/123456789012/jobs",
    AWS_ENDPOINT_URL: expect.stringMatching(/^http:\/\/127\.0\.0\.1:\d+$/),
    AWS_ENDPOINT_URL_DYNAMODB: gateway.api.dynamoDb.endpoint,
    AWS_ACCESS_KEY_ID: role.accessKeyId,
    AWS_SECRET_ACCESS_KEY: role.secretAccessKey,
    AWS_SESSION_TOKEN: role.sessionToken,
  });
  expect(env).not.toHaveProperty("SECRET_OF_THE_PARENT");
});

test.each([
  ["cn-north-1", "aws-cn", "amazonaws.com.cn"],
  ["us-gov-west-1", "aws-us-gov", "amazonaws.com"],
])("the URL of the API in %s leads here, too", async (region, partition, suffix) => {
  const model = { ...loadApi(OPEN), region, partition };
  const { api } = await start(model);
  expect(api.localize(`https://${model.api.id}.execute-api.${region}.${suffix}/dev/x`)).toBe(
    `${api.url}/dev/x`,
  );
});

test("what a function writes is logged without credentials and API keys", async () => {
  const model = loadApi(
    {
      routes: [{ route: "GET /leak", lambda: "leak" }],
      keys: { client: {} },
      functions: {
        leak: {
          source: `export const handler = async () => {
            console.log(JSON.stringify(process.env));
            process.stderr.write(process.env.AWS_SESSION_TOKEN + " and " + process.env.key + "\\n");
            const escaped = [...process.env.AWS_SECRET_ACCESS_KEY].map((each) => "\\\\u00" + each.charCodeAt(0).toString(16));
            console.log('{"message":"' + escaped.join("") + '"}');
            throw new Error(process.env.AWS_SECRET_ACCESS_KEY + process.env.AWS_SECRET_ACCESS_KEY);
          };`,
          properties: {
            environment: {
              variables: { key: "${aws_api_gateway_api_key.client.value}", word: "harmless" },
            },
          },
        },
      },
    },
    folder,
  );
  const lines: FunctionLogLine[] = [];
  const gateway = await start(model, { logFunction: (line) => lines.push(line) });
  const leak = await exchange(gateway.url, { ...ROOT, target: "/dev/leak" });
  expect(leak.status).toBe(502);
  const told = JSON.stringify([lines, gateway.log]);
  const { accessKeyId, secretAccessKey, sessionToken = "" } = gateway.credentials("leak");
  const [key] = model.apiKeys;
  for (const secret of [secretAccessKey, sessionToken, key?.value]) {
    expect(secret).toMatch(/^\w{20}/);
    expect(told).not.toContain(secret);
  }
  expect(told).not.toMatch(/u00[3-7]/);
  for (const word of ["harmless", accessKeyId, "[secret] and [secret]"]) expect(told).toContain(word);
});

test("what a client sends is logged without credentials and API keys, however it is spelled", async () => {
  const model = loadApi({
    routes: [{ route: "GET /" }, { route: "GET /x", authorization: "AWS_IAM" }],
    keys: { client: {} },
    roles: { reader: [] },
  });
  const gateway = await start(model);
  const { sessionToken = "", secretAccessKey } = gateway.credentials("reader");
  const [key] = model.apiKeys;
  const hex = (text: string, before: string) =>
    [...text].map((each) => before + each.charCodeAt(0).toString(16)).join("");
  const targets = [
    `/${sessionToken}`,
    `/dev/${sessionToken.slice(0, -1)}`,
    `/dev/${"x".repeat(20)}${sessionToken}`,
    `/dev/${hex(secretAccessKey, "%")}`,
    `/${hex(key?.value ?? "", "%25")}`,
    // Refused by the front end.
    `/dev/${secretAccessKey}?{`,
  ];
  for (const target of targets) await exchange(gateway.url, { ...ROOT, target });
  await exchange(gateway.url, { ...ROOT, headers: [["Host", `${sessionToken}.example`]] });
  await exchange(gateway.url, { ...ROOT, headers: [["X-HTTP-Method-Override", `a${sessionToken}`]] });
  const told = JSON.stringify(gateway.log);
  expect(gateway.log).toHaveLength(targets.length + 2);
  for (const secret of [sessionToken, secretAccessKey, key?.value ?? ""])
    for (const spelled of [secret, hex(secret, "%"), hex(secret, "%25")]) {
      expect(spelled.length).toBeGreaterThanOrEqual(20);
      expect(told).not.toContain(spelled.slice(0, spelled.length / 2));
    }
});

test("signatures are checked by the clock of the machine, also when it leaps", async () => {
  const gateway = await start(
    loadApi({
      routes: [{ route: "GET /x", authorization: "AWS_IAM" }],
      users: { user: [{ Effect: "Allow", Action: "execute-api:Invoke", Resource: "*" }] },
    }),
  );
  const { accessKeyId, secretAccessKey } = gateway.credentials("user");
  const send = (date?: string) =>
    sendWithAws4({
      method: "GET",
      url: `${gateway.url}/dev/x`,
      headers: { ...(date && { "X-Amz-Date": date }) },
      credentials: { accessKeyId, secretAccessKey },
    });
  const old = new Date().toISOString().replace(/[-:]|\.\d{3}/g, "");
  expect(await send()).toMatchObject({ status: 200 });

  const hour = Date.now() + 3_600_000;
  jest.spyOn(Date, "now").mockImplementation(() => hour);
  const then = new Date(hour).toISOString().replace(/[-:]|\.\d{3}/g, "");
  expect(await send(then)).toMatchObject({ status: 200 });
  expect(await send(old)).toMatchObject({ status: 403, body: expect.stringContaining("Signature expired") });
});
