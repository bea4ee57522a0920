import { randomUUID } from "node:crypto";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { DynamoDBClient, ScanCommand } from "@aws-sdk/client-dynamodb";
import { unmarshall } from "@aws-sdk/util-dynamodb";
import { signedFetch } from "#functions/lib/sigv4";
import { createFunction } from "#lambda/function";
import { stackFolder } from "#stage/cdktf-out";
import { loadStage } from "#stage/load-stage";
import { SEED } from "../../support/local-gateway";
import { reasonsIn, verdictIn } from "../../support/review-text";
import { copyForDeployment, type DeployedCopy } from "../deployed-copy";

/**
 * Reviews, deploys, plans again and destroys `examples/orders` with the real Terraform, and hands its functions what a
 * stream, a queue and a schedule would.
 */

const STACK = "orders-dev";
const ACCOUNT = "555566667777";
const REGION = "us-east-1";
const CREDENTIALS = { accessKeyId: "test", secretAccessKey: "test", sessionToken: "test" };

jest.setTimeout(900_000);

let copy: DeployedCopy;

beforeAll(async () => {
  copy = await copyForDeployment(ACCOUNT, join("examples", "orders"));
});
afterAll(() => copy?.close());

test("the review of its first plan says what a person has to look at", async () => {
  await copy.make("synth");
  const script = ["--require", "../../scripts/cli/typescript.cjs", "../../scripts/plan-review.ts"];
  const { out, err } = await copy.run([process.execPath, ...script]);
  expect([err, verdictIn(out)]).toEqual(["", "needs care"]);
  expect(reasonsIn(out).map((reason) => reason.replace(/API `api` \S+\)/g, "API"))).toEqual([
    "`GET /rates/{currency}` is new and is public",
    "**everyone** gains `execute-api:Invoke` on API/dev/GET/health` and 2 more",
    "account `222233334444` **(another account)** gains `execute-api:Invoke` on API/dev/GET/orders`",
    "role `announce-orders` gains `dynamodb:ListStreams` on `*` **(wildcard)**",
    expect.stringContaining("items whose time is over are deleted"),
    expect.stringContaining("new WAF `edge-dev`: it lets in what no rule names"),
    "`GET /health` is new and is public",
  ]);
  expect(out).toContain("`CUSTOM` by `tracking`");
});

test("it deploys, and a plan afterwards changes only what the emulator forgets", async () => {
  await copy.make("deploy");
  const plan = ["plan", "-no-color", "-input=false"];
  const { out } = await copy.run(["terraform", `-chdir=cdktf.out/stacks/${STACK}`, ...plan]);
  const changes = [...out.matchAll(/^ {2}# (\S+?)(?:_[0-9A-F]{8})? (will|must) be (.*)$/gm)];
  expect(changes.map(([, address, , what]) => `${address} ${what}`)).toEqual([
    // moto 5 keeps no validation expression.
    "aws_api_gateway_authorizer.tracking_authorizer updated in-place",
  ]);
  expect(out).toMatch(/~ redrive_policy +=.*whitespace changes/);
  expect(out).toContain("+ identity_validation_expression");
});

describe("what follows from an order", () => {
  const invoke = async (name: string, event: unknown): Promise<unknown> => {
    const terraform = join(stackFolder(STACK, join(copy.folder, "cdktf.out")), "cdk.tf.json");
    const { functions } = loadStage({ done: true, terraform }, SEED);
    const fn = functions.find((each) => each.name === `${STACK}-${name}`);
    if (!fn) throw new Error(`no function ${name}`);
    const settings = {
      fn,
      region: REGION,
      credentials: CREDENTIALS,
      localEnvironment: { AWS_ENDPOINT_URL: copy.endpoint },
    };
    const created = createFunction(settings, { log: () => undefined });
    try {
      const outcome = await created.invoke(event, { requestId: randomUUID(), functionArn: fn.arn });
      return outcome.kind === "result" ? JSON.parse(outcome.payload) : outcome;
    } finally {
      await created.close();
    }
  };
  const receive = async (): Promise<{ readonly MessageId: string; readonly Body: string }[]> => {
    const send = signedFetch(fetch, { credentials: CREDENTIALS, region: REGION, service: "sqs" });
    const answer = await send(copy.endpoint, {
      method: "POST",
      headers: {
        "content-type": "application/x-amz-json-1.0",
        "x-amz-target": "AmazonSQS.ReceiveMessage",
      },
      body: JSON.stringify({ QueueUrl: `${copy.endpoint}/${ACCOUNT}/${STACK}-placed-orders` }),
    });
    return ((await answer.json()) as { readonly Messages: { MessageId: string; Body: string }[] }).Messages;
  };
  const invoices = async () => {
    const client = new DynamoDBClient({ endpoint: copy.endpoint, region: REGION, credentials: CREDENTIALS });
    const { Items = [] } = await client.send(new ScanCommand({ TableName: `${STACK}-invoices` }));
    client.destroy();
    return Items.map((item) => unmarshall(item));
  };

  test("goes from the stream to the queue, from there to an invoice, and is counted the next day", async () => {
    const image = { id: { S: "o1" }, customer: { S: "ada" }, placed: { S: "2026-01-31T12:00:00.000Z" } };
    const record = { eventName: "INSERT", dynamodb: { SequenceNumber: "1", NewImage: image } };
    const changed = { eventName: "MODIFY", dynamodb: { SequenceNumber: "2", NewImage: image } };
    expect(await invoke("announce-orders", { Records: [record, changed] })).toEqual({
      batchItemFailures: [],
    });
    const messages = await receive();
    expect(messages.map(({ Body }) => JSON.parse(Body))).toEqual([
      { id: "o1", customer: "ada", placed: "2026-01-31T12:00:00.000Z" },
    ]);
    const Records = [
      ...messages.map(({ MessageId, Body }) => ({ messageId: MessageId, body: Body })),
      { messageId: "broken", body: '{"id":1}' },
    ];
    expect(await invoke("write-invoice", { Records })).toEqual({
      batchItemFailures: [{ itemIdentifier: "broken" }],
    });
    expect(await invoices()).toEqual([
      { order: "o1", customer: "ada", day: "2026-01-31", expires: expect.any(Number) },
    ]);
    expect(await invoke("check-day", { time: "2026-02-01T06:00:00Z" })).toEqual({ count: 1 });
  });
});

test("it is destroyed", async () => {
  const { out } = await copy.make("destroy");
  expect(out).toContain("Destroy complete!");
  expect(() => readFileSync(join(copy.folder, ".state", `${STACK}.outputs.json`))).toThrow("ENOENT");
});
