import { createHash } from "node:crypto";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { GetQueueUrlCommand, SendMessageCommand, SQSClient } from "@aws-sdk/client-sqs";
import { issueCredentials } from "#local/credentials";
import { type ServiceGate, startServiceGate } from "#services/service-gate";
import { ACCOUNT_ID, loadApi, REGION } from "../../support/api-terraform";
import { exchange } from "../../support/raw-exchange";

/** What functions ask of AWS services, with the SDK's own client, and an emulator that lets everything pass. */

const JOBS = `arn:aws:sqs:${REGION}:${ACCOUNT_ID}:jobs`;
const model = loadApi({
  routes: [{ route: "GET /" }],
  roles: {
    writer: [{ Effect: "Allow", Action: ["sqs:SendMessage", "sqs:GetQueueUrl"], Resource: JOBS }],
    reader: [],
    denied: [
      { Effect: "Allow", Action: "*", Resource: "*" },
      { Effect: "Deny", Action: "sqs:SendMessage", Resource: JOBS },
    ],
  },
});
const issued = issueCredentials(model, "seed".repeat(16), "");
const callers = { partition: "aws", accountId: ACCOUNT_ID, credentials: issued, secrets: [] };

const seen: { readonly headers: Readonly<Record<string, unknown>>; readonly body: string }[] = [];
const log: string[] = [];
const emulator = createServer(async (incoming, outgoing) => {
  const chunks: Buffer[] = [];
  for await (const chunk of incoming) chunks.push(chunk);
  seen.push({ headers: incoming.headers, body: Buffer.concat(chunks).toString() });
  outgoing.setHeader("Content-Type", "application/x-amz-json-1.0");
  outgoing.end(
    JSON.stringify({
      QueueUrl: "http://emulator.example:4566/123456789012/jobs",
      MessageId: "m1",
      MD5OfMessageBody: createHash("md5").update("hello").digest("hex"),
    }),
  );
});
let gate: ServiceGate;
let alone: ServiceGate;
beforeAll(async () => {
  await new Promise<void>((done) => emulator.listen(0, "127.0.0.1", done));
  const { port } = emulator.address() as AddressInfo;
  const options = { now: Date.now, log: (line: string) => log.push(line) };
  gate = await startServiceGate({ ...options, emulator: `http://127.0.0.1:${port}` });
  alone = await startServiceGate(options);
  gate.admit(callers);
  alone.admit(callers);
});
afterAll(async () => {
  await Promise.all([gate.close(), alone.close()]);
  emulator.close();
  emulator.closeAllConnections();
});
beforeEach(() => {
  seen.length = 0;
  log.length = 0;
});

function credentialsOf(profile: string) {
  const found = issued.find((each) => each.profile === profile);
  if (!found?.sessionToken) throw new Error(`no role ${profile}`);
  const { accessKeyId, secretAccessKey, sessionToken } = found;
  return { accessKeyId, secretAccessKey, sessionToken };
}

/** A client as a function has it: the endpoint of the environment, and the queue's URL as endpoint of what is for the queue. */
function client(profile: string, over: object = {}, url = gate.url): SQSClient {
  process.env["AWS_ENDPOINT_URL"] = url;
  return new SQSClient({ region: REGION, credentials: credentialsOf(profile), ...over });
}
const message = (url = gate.url) =>
  new SendMessageCommand({ QueueUrl: `${url}/${ACCOUNT_ID}/jobs`, MessageBody: "hello" });
afterEach(() => {
  delete process.env["AWS_ENDPOINT_URL"];
});

test("a call that the role may make is signed anew and sent on", async () => {
  expect(await client("writer").send(message())).toMatchObject({ MessageId: "m1" });
  expect(seen).toEqual([
    {
      headers: expect.objectContaining({
        "x-amz-target": "AmazonSQS.SendMessage",
        authorization: expect.stringMatching(/^AWS4-HMAC-SHA256 Credential=ASIA\w+\/\d+\/eu-west-1\/sqs\//),
        host: expect.stringMatching(/^127\.0\.0\.1:/),
      }),
      body: expect.stringContaining("hello"),
    },
  ]);
  expect(log).toEqual([]);
});

test("the URL of a queue that the emulator names leads here, too, so that the next call is checked", async () => {
  const { QueueUrl } = await client("writer").send(new GetQueueUrlCommand({ QueueName: "jobs" }));
  expect(QueueUrl).toBe(`${gate.url}/123456789012/jobs`);
});

test.each([
  ["reader", "because no identity-based policy allows the sqs:SendMessage action"],
  ["denied", "with an explicit deny in an identity-based policy"],
])("the role %s is refused in AWS's words, and the emulator hears nothing of it", async (role, why) => {
  await expect(client(role).send(message())).rejects.toMatchObject({
    name: "AccessDenied",
    message: `User: arn:aws:sts::123456789012:assumed-role/${role}/local is not authorized to perform: sqs:SendMessage on resource: ${JOBS} ${why}`,
    $metadata: { httpStatusCode: 403, attempts: 1 },
  });
  expect(seen).toEqual([]);
  expect(log).toEqual([expect.stringMatching(/^sqs: .*sqs:SendMessage on arn:aws:sqs/)]);
});

test("without an emulator a call fails at once, by name, with what to do", async () => {
  await expect(client("writer", {}, alone.url).send(message(alone.url))).rejects.toMatchObject({
    name: "NotServedLocally",
    message: expect.stringMatching(
      /^nothing here stands in for 'sqs' \(AmazonSQS\.SendMessage\): start an emulator .* --aws URL/,
    ),
    $metadata: { httpStatusCode: 501, attempts: 1 },
  });
});

test.each<[string, object]>([
  ["another secret", { credentials: () => ({ ...credentialsOf("writer"), secretAccessKey: "other" }) }],
  ["no session token", { credentials: () => ({ ...credentialsOf("writer"), sessionToken: undefined }) }],
  ["keys of the developer", { credentials: () => ({ accessKeyId: "AKIADEVELOPER", secretAccessKey: "x" }) }],
])("with %s nothing is sent", async (_, { credentials }: { credentials?: () => object }) => {
  const signed = client("writer", { credentials: await credentials?.() });
  await expect(signed.send(message())).rejects.toMatchObject({ $metadata: { httpStatusCode: 403 } });
  expect(seen).toEqual([]);
});

const unsigned = (headers: readonly (readonly [string, string])[], url = gate.url) =>
  exchange(url, { method: "POST", target: "/", headers: [...headers], body: Buffer.from("{}") });

test("an unsigned call is refused", async () => {
  const answer = await unsigned([["Host", new URL(gate.url).host]]);
  expect([answer.status, seen]).toEqual([403, []]);
});

test.each<[string, readonly (readonly [string, string])[]]>([
  ["a name that a web page can own", [["Host", "evil.example"]]],
  ["another port", [["Host", "127.0.0.1:1"]]],
])("%s as Host is refused before anything is read", async (_, headers) => {
  expect((await unsigned(headers)).status).toBe(403);
  expect(log).toEqual([]);
});

test("an Origin is refused, whatever the signature", async () => {
  const page = client("writer");
  page.middlewareStack.add(
    (next) => (args) => {
      (args.request as { headers: Record<string, string> }).headers["origin"] = "https://evil.example";
      return next(args);
    },
    { step: "build" },
  );
  await expect(page.send(message())).rejects.toMatchObject({ $metadata: { httpStatusCode: 403 } });
  expect(seen).toEqual([]);
});

test("what is not known is refused by name, also of a role that may do everything", async () => {
  const { ListQueuesCommand } = await import("@aws-sdk/client-sqs");
  await expect(client("denied").send(new ListQueuesCommand({}))).rejects.toMatchObject({
    name: "NotServedLocally",
    message: expect.stringContaining("the action and resource of AmazonSQS.ListQueues of sqs are not known"),
  });
  expect(seen).toEqual([]);
});

test("an emulator that does not answer is named", async () => {
  const lost = await startServiceGate({ emulator: "http://127.0.0.1:1", now: Date.now });
  lost.admit(callers);
  await expect(client("writer", {}, lost.url).send(message(lost.url))).rejects.toMatchObject({
    name: "NotServedLocally",
    message: expect.stringContaining(
      "the emulator at http://127.0.0.1:1 gave no answer to sqs: ECONNREFUSED",
    ),
  });
  await lost.close();
});
