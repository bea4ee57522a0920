import { execFile } from "node:child_process";
import { join } from "node:path";
import { issueCredentials } from "#local/credentials";
import { type ServiceGate, startServiceGate } from "#services/service-gate";
import { ACCOUNT_ID, loadApi, REGION } from "../../support/api-terraform";
import { HAS_MOTO, type Moto, startMoto } from "../../support/moto";

/** boto3 through the gate to moto, which asks no policies: what a role may do, and the same of a role without a policy. */

type Call = readonly [service: string, operation: string, input: object];

const arn = (service: string, resource: string) => `arn:aws:${service}:${REGION}:${ACCOUNT_ID}:${resource}`;
const TOPIC = arn("sns", "news");
const STEPS = arn("states", "stateMachine:steps");
const KEY = "11111111-2222-3333-4444-555555555555";
/** The ARN that the stack has; moto assigns another ending. */
const SECRET = arn("secretsmanager", "secret:token-AbCdEf");

/** Each call of the gate, what it is for, and what moto answers. */
const CALLS: readonly (readonly [call: Call, action: string, resource: string, answer: unknown])[] = [
  [
    [
      "sqs",
      "send_message",
      { QueueUrl: `https://sqs.${REGION}.amazonaws.com/${ACCOUNT_ID}/jobs`, MessageBody: "b" },
    ],
    "sqs:SendMessage",
    arn("sqs", "jobs"),
    expect.objectContaining({ MessageId: expect.any(String) }),
  ],
  [
    ["sns", "publish", { TopicArn: TOPIC, Message: "m" }],
    "sns:Publish",
    TOPIC,
    expect.objectContaining({ MessageId: expect.any(String) }),
  ],
  [
    ["ssm", "get_parameter", { Name: "/app/limit" }],
    "ssm:GetParameter",
    arn("ssm", "parameter/app/limit"),
    { Parameter: expect.objectContaining({ Value: "100" }) },
  ],
  [
    ["secretsmanager", "get_secret_value", { SecretId: SECRET }],
    "secretsmanager:GetSecretValue",
    SECRET,
    expect.objectContaining({ Name: "token", SecretString: "s" }),
  ],
  [
    ["s3", "put_object", { Bucket: "files", Key: "a b/c.txt", Body: "text" }],
    "s3:PutObject",
    "arn:aws:s3:::files/a b/*",
    expect.objectContaining({ ETag: expect.any(String) }),
  ],
  [
    ["s3", "get_object", { Bucket: "files", Key: "a b/c.txt" }],
    "s3:GetObject",
    "arn:aws:s3:::files/a b/*",
    "text",
  ],
  [
    ["s3", "list_objects_v2", { Bucket: "files" }],
    "s3:ListBucket",
    "arn:aws:s3:::files",
    expect.objectContaining({ KeyCount: 1 }),
  ],
  [
    ["events", "put_events", { Entries: [{ Source: "a", DetailType: "b", Detail: "{}" }] }],
    "events:PutEvents",
    arn("events", "event-bus/default"),
    expect.objectContaining({ FailedEntryCount: 0 }),
  ],
  [
    ["kms", "encrypt", { KeyId: KEY, Plaintext: "x" }],
    "kms:Encrypt",
    arn("kms", `key/${KEY}`),
    // moto asks no policies, and has no such key: the call has come through.
    "NotFoundException",
  ],
  [
    ["stepfunctions", "start_execution", { stateMachineArn: STEPS, input: "{}" }],
    "states:StartExecution",
    STEPS,
    expect.objectContaining({ executionArn: expect.stringContaining(":execution:steps:") }),
  ],
  [
    ["kinesis", "put_record", { StreamName: "log", Data: "x", PartitionKey: "p" }],
    "kinesis:PutRecord",
    arn("kinesis", "stream/log"),
    expect.objectContaining({ ShardId: expect.any(String) }),
  ],
];

const SETUP: readonly Call[] = [
  ["sqs", "create_queue", { QueueName: "jobs" }],
  ["sns", "create_topic", { Name: "news" }],
  ["ssm", "put_parameter", { Name: "/app/limit", Value: "100", Type: "String" }],
  ["secretsmanager", "create_secret", { Name: "token", SecretString: "s" }],
  ["s3", "create_bucket", { Bucket: "files", CreateBucketConfiguration: { LocationConstraint: REGION } }],
  ["kinesis", "create_stream", { StreamName: "log", ShardCount: 1 }],
  [
    "stepfunctions",
    "create_state_machine",
    { name: "steps", definition: "{}", roleArn: `arn:aws:iam::${ACCOUNT_ID}:role/steps` },
  ],
];

const model = loadApi({
  routes: [{ route: "GET /" }],
  roles: {
    may: CALLS.map(([, Action, Resource]) => ({ Effect: "Allow", Action, Resource })),
    mayNot: CALLS.map(([, Action]) => ({ Effect: "Allow", Action, Resource: "arn:aws:s3:::elsewhere" })),
  },
});
const issued = issueCredentials(model, "seed".repeat(16), "");

function call(url: string, calls: readonly Call[], profile?: string): Promise<unknown[]> {
  const found = issued.find((each) => each.profile === profile);
  const env = {
    PATH: process.env["PATH"],
    HOME: "/nonexistent",
    AWS_ENDPOINT_URL: url,
    AWS_DEFAULT_REGION: REGION,
    AWS_ACCESS_KEY_ID: found?.accessKeyId ?? "test",
    AWS_SECRET_ACCESS_KEY: found?.secretAccessKey ?? "test",
    ...(found?.sessionToken !== undefined && { AWS_SESSION_TOKEN: found.sessionToken }),
  };
  const script = join(__dirname, "../../support/call-services.py");
  return new Promise((resolve, reject) => {
    const child = execFile("python3", [script], { env }, (error, stdout, stderr) =>
      error ? reject(new Error(stderr)) : resolve(JSON.parse(stdout)),
    );
    child.stdin?.end(JSON.stringify(calls));
  });
}

(HAS_MOTO ? describe : describe.skip)("boto3 through the gate to moto", () => {
  let moto: Moto;
  let gate: ServiceGate;
  beforeAll(async () => {
    moto = await startMoto();
    await call(moto.url, SETUP);
    gate = await startServiceGate({ emulator: moto.url, now: Date.now });
    const secrets = [{ address: "aws_secretsmanager_secret.token", name: "token", arn: SECRET }];
    gate.admit({ partition: "aws", accountId: ACCOUNT_ID, credentials: issued, secrets });
  }, 120_000);
  afterAll(async () => {
    await gate.close();
    await moto.close();
  });

  test("what the role may do is done", async () => {
    const outcomes = await call(
      gate.url,
      CALLS.map(([each]) => each),
      "may",
    );
    expect(outcomes).toEqual(CALLS.map(([, , , answer]) => answer));
  }, 120_000);

  test("what it may not do elsewhere than there is denied, in each service's words, though moto would do it", async () => {
    const outcomes = await call(
      gate.url,
      CALLS.map(([each]) => each),
      "mayNot",
    );
    const words = { sqs: "AccessDenied", s3: "AccessDenied", sns: "AuthorizationError" } as const;
    expect(outcomes).toEqual(
      CALLS.map(([[service]]) => words[service as keyof typeof words] ?? "AccessDeniedException"),
    );
  }, 120_000);

  test("who calls is answered here, as the role", async () => {
    expect(await call(gate.url, [["sts", "get_caller_identity", {}]], "mayNot")).toEqual([
      expect.objectContaining({ Arn: `arn:aws:sts::${ACCOUNT_ID}:assumed-role/mayNot/local` }),
    ]);
  }, 120_000);
});
