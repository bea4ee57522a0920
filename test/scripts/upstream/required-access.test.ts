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
  expect(access(service, call)).toEqual({ action, resource });
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
