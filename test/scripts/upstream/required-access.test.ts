import type { AwsCall } from "#upstream/aws-call";
import { requiredAccess } from "#upstream/required-access";

const LOCATION = { partition: "aws", region: "eu-west-1", accountId: "111122223333" };

function access(service: string, over: Partial<Omit<AwsCall, "body">> & { body?: string }) {
  return requiredAccess(
    {
      service,
      region: "eu-west-1",
      method: "POST",
      path: "/",
      query: [],
      headers: [],
      roleArn: "",
      timeoutMilliseconds: 1,
      ...over,
      body: Buffer.from(over.body ?? ""),
    },
    LOCATION,
  );
}

const JSON_TARGET = (target: string) => ({ headers: [["X-Amz-Target", target]] as const });

test.each([
  [
    "sqs",
    { path: "/111122223333/q", query: [["Action", "SendMessage"]] as const },
    "sqs:SendMessage",
    "arn:aws:sqs:eu-west-1:111122223333:q",
  ],
  [
    "sns",
    {
      query: [
        ["Action", "Publish"],
        ["TopicArn", "arn:t"],
      ] as const,
    },
    "sns:Publish",
    "arn:t",
  ],
  [
    "states",
    { ...JSON_TARGET("AWSStepFunctions.StartExecution"), body: '{"stateMachineArn": "arn:m"}' },
    "states:StartExecution",
    "arn:m",
  ],
  [
    "kinesis",
    { ...JSON_TARGET("Kinesis_20131202.PutRecord"), body: '{"StreamName": "s"}' },
    "kinesis:PutRecord",
    "arn:aws:kinesis:eu-west-1:111122223333:stream/s",
  ],
  ["s3", { method: "GET", path: "/bucket/a/b.txt" }, "s3:GetObject", "arn:aws:s3:::bucket/a/b.txt"],
])("%s: %j asks for %s", (service, call, action, resource) => {
  expect(access(service, call)).toEqual([{ action, resource }]);
});

const target = (name: string, input: object) => ({
  headers: [["X-Amz-Target", name]] as const,
  body: JSON.stringify(input),
});
const ARN = (service: string, resource: string) => `arn:aws:${service}:eu-west-1:111122223333:${resource}`;
const KEY = "1234abcd-12ab-34cd-56ef-1234567890ab";

test.each<[string, Parameters<typeof access>[1], string, readonly string[]]>([
  [
    "sqs",
    target("AmazonSQS.SendMessageBatch", { QueueUrl: "http://127.0.0.1:1/111122223333/q" }),
    "SendMessage",
    [ARN("sqs", "q")],
  ],
  ["sqs", target("AmazonSQS.GetQueueUrl", { QueueName: "q.fifo" }), "GetQueueUrl", [ARN("sqs", "q.fifo")]],
  [
    "sqs",
    target("AmazonSQS.GetQueueUrl", { QueueName: "q", QueueOwnerAWSAccountId: "999999999999" }),
    "GetQueueUrl",
    ["arn:aws:sqs:eu-west-1:999999999999:q"],
  ],
  ["ssm", target("AmazonSSM.GetParameter", { Name: "/a/b" }), "GetParameter", [ARN("ssm", "parameter/a/b")]],
  [
    "ssm",
    target("AmazonSSM.GetParameters", { Names: ["a", "/b"] }),
    "GetParameters",
    [ARN("ssm", "parameter/a"), ARN("ssm", "parameter/b")],
  ],
  [
    "secretsmanager",
    target("secretsmanager.GetSecretValue", { SecretId: "arn:s" }),
    "GetSecretValue",
    ["arn:s"],
  ],
  [
    "events",
    target("AWSEvents.PutEvents", { Entries: [{}, { EventBusName: "own" }] }),
    "PutEvents",
    [ARN("events", "event-bus/default"), ARN("events", "event-bus/own")],
  ],
  ["kms", target("TrentService.Encrypt", { KeyId: KEY }), "Encrypt", [ARN("kms", `key/${KEY}`)]],
])("%s: %j asks for %s on each resource", (service, call, action, resources) => {
  expect(access(service, call)).toEqual(
    resources.map((resource) => ({ action: `${service}:${action}`, resource })),
  );
});

test.each<[Parameters<typeof access>[1], string, string]>([
  [{ method: "GET", path: "/bucket/a%20b", query: [["x-id", "GetObject"]] }, "s3:GetObject", "bucket/a b"],
  [
    { method: "PUT", path: "/bucket/a", headers: [["x-amz-checksum-crc32", "AAAAAA=="]] },
    "s3:PutObject",
    "bucket/a",
  ],
  [
    {
      method: "GET",
      path: "/bucket",
      query: [
        ["list-type", "2"],
        ["prefix", "a/"],
      ],
    },
    "s3:ListBucket",
    "bucket",
  ],
])("s3: %j asks for %s on %s", (call, action, resource) => {
  expect(access("s3", call)).toEqual([{ action, resource: `arn:aws:s3:::${resource}` }]);
});

test.each<[string, string, Parameters<typeof access>[1]]>([
  [
    "another service's target",
    "sqs",
    target("AmazonSSM.GetParameter", { QueueUrl: "http://h/111122223333/q" }),
  ],
  [
    "two targets",
    "ssm",
    {
      headers: [
        ["X-Amz-Target", "AmazonSSM.GetParameter"],
        ["x-amz-target", "AmazonSSM.PutParameter"],
      ],
      body: '{"Name":"a"}',
    },
  ],
  [
    "a path that could name another operation",
    "ssm",
    { ...target("AmazonSSM.GetParameter", { Name: "a" }), path: "/x" },
  ],
  ["a version of a parameter", "ssm", target("AmazonSSM.GetParameter", { Name: "a:3" })],
  ["one unreadable name of several", "ssm", target("AmazonSSM.GetParameters", { Names: ["a", 1] })],
  ["no names", "ssm", target("AmazonSSM.GetParameters", { Names: [] })],
  ["an operation on documents", "ssm", target("AmazonSSM.SendCommand", { Name: "a" })],
  [
    "a secret's name, whose ARN is not known",
    "secretsmanager",
    target("secretsmanager.GetSecretValue", { SecretId: "s" }),
  ],
  ["a rule", "events", target("AWSEvents.PutRule", { Name: "r" })],
  ["an alias", "kms", target("TrentService.Encrypt", { KeyId: "alias/a" })],
  ["two keys", "kms", target("TrentService.ReEncrypt", { KeyId: KEY })],
  ["no key", "kms", target("TrentService.Decrypt", { CiphertextBlob: "" })],
  [
    "a role that is passed on",
    "states",
    target("AWSStepFunctions.UpdateStateMachine", { stateMachineArn: "arn:m", roleArn: "arn:r" }),
  ],
  ["an encoded path", "s3", { method: "GET", path: "/bucket/a%252F" }],
  ["a version of an object", "s3", { method: "GET", path: "/bucket/a", query: [["versionId", "1"]] }],
  ["a list of versions", "s3", { method: "GET", path: "/bucket", query: [["versions", ""]] }],
  ["a service without a table", "iam", { body: "Action=CreateUser&UserName=u" }],
])("%s is not known: %s %j", (_, service, call) => {
  expect(access(service, call)).toBeUndefined();
});

test.each<[string, Parameters<typeof access>[1]]>([
  ["sqs", { path: "/111122223333/q" }],
  [
    "sqs",
    {
      path: "/111122223333/q",
      query: [
        ["Action", "SendMessage"],
        ["Action", "DeleteQueue"],
      ],
    },
  ],
  [
    "sqs",
    {
      path: "/111122223333/q",
      query: [
        ["Action", "SendMessage"],
        ["QueueUrl", "http://h/111122223333/other"],
      ],
    },
  ],
  ["sns", { query: [["Action", "Publish"]] }],
  [
    "kinesis",
    {
      headers: [["X-Amz-Target", "Kinesis_20131202.PutRecord"]],
      query: [["Action", "DeleteStream"]],
      body: '{"StreamName": "s"}',
    },
  ],
  ["s3", { method: "GET", path: "/bucket/a/../../other/b" }],
  ["s3", { method: "GET", path: "/bucket/a%2F..%2Fb" }],
  ["s3", { method: "PUT", path: "/bucket/a", query: [["acl", ""]] }],
  ["s3", { method: "PUT", path: "/bucket/a", headers: [["x-amz-copy-source", "/other/b"]] }],
  ["s3", { method: "GET", path: "/bucket" }],
  [
    "secretsmanager",
    { headers: [["X-Amz-Target", "secretsmanager.GetSecretValue"]], body: '{"SecretId": "s"}' },
  ],
])("what %s asks for with %j is not known", (service, call) => {
  expect(access(service, call)).toBeUndefined();
});
