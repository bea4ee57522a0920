import { compileTableGate } from "#dynamodb/gate";
import type { LocalCredentials, NamedPolicy } from "#iam/identity";
import type { PolicyStatement } from "#iam/policy";
import type { RawRequest } from "#sigv4/request";
import { signTableRequest, type TableRequest } from "../../support/table-request";

const LOCATION = { partition: "aws", region: "eu-west-1", accountId: "111122223333" };
const TABLES = "arn:aws:dynamodb:eu-west-1:111122223333:table/";
const NOW = new Date("2026-11-22T10:15:30Z");
const SESSION = "arn:aws:sts::111122223333:assumed-role/reader/local";

function policy(address: string, ...Statement: PolicyStatement[]): NamedPolicy {
  return { address, name: address, document: { Version: "2012-10-17", Statement } };
}

const ON_PRODUCTS = policy(
  "aws_iam_role_policy.reader",
  { Sid: "Logs", Effect: "Allow", Action: "logs:*", Resource: "*" },
  {
    Sid: "Read",
    Effect: "Allow",
    Action: ["dynamodb:GetItem", "dynamodb:BatchGetItem", "dynamodb:Query"],
    Resource: [`${TABLES}products`, `${TABLES}orders`],
  },
);

function reader(over: Partial<LocalCredentials["principal"]> = {}): LocalCredentials {
  return {
    profile: "reader",
    accessKeyId: "ASIAREADER0000000000",
    secretAccessKey: "a secret of nobody",
    sessionToken: "a token of nobody",
    sessionName: "local",
    principal: {
      address: "aws_iam_role.reader",
      kind: "role",
      name: "reader",
      arn: "arn:aws:iam::111122223333:role/reader",
      uniqueId: "AROAREADER",
      identityPolicies: [ON_PRODUCTS],
      tags: {},
      ...over,
    },
  };
}

type Asked = Partial<TableRequest> & { readonly principal?: Partial<LocalCredentials["principal"]> };

function ask(asked: Asked = {}, change: (request: RawRequest) => RawRequest = (request) => request) {
  const credentials = reader(asked.principal);
  const gate = compileTableGate({ location: LOCATION, credentials: [credentials] });
  const request = signTableRequest({
    operation: "GetItem",
    input: { TableName: "products", Key: { code: { S: "a" } } },
    region: LOCATION.region,
    date: "20261122T101530Z",
    credentials,
    ...asked,
  });
  return gate(change(request), NOW);
}

function withHeader(name: string, value: string) {
  return (request: RawRequest): RawRequest => ({
    ...request,
    headers: request.headers.map((line) => (line[0].toLowerCase() === name ? [line[0], value] : line)),
  });
}

function withoutHeader(name: string) {
  return (request: RawRequest): RawRequest => ({
    ...request,
    headers: request.headers.filter(([candidate]) => candidate.toLowerCase() !== name),
  });
}

describe("passes", () => {
  test.each<{ name: string } & Asked>([
    { name: "an action that is allowed" },
    { name: "the table by its ARN", input: { TableName: `${TABLES}products` } },
    {
      name: "a batch over tables that are all allowed",
      operation: "BatchGetItem",
      input: { RequestItems: { products: { Keys: [] }, orders: { Keys: [] } } },
    },
    {
      name: "a signature that is nearly too old",
      date: "20261122T101030Z",
    },
  ])("$name", ({ name: _, ...asked }) => {
    expect(ask(asked)).toBeUndefined();
  });
});

describe("refuses a signature", () => {
  const mismatch = expect.stringMatching(/^The request signature we calculated does not match/);
  test.each<{
    name: string;
    asked?: Asked;
    change?: (request: RawRequest) => RawRequest;
    errorType: string;
    message: unknown;
  }>([
    {
      name: "none",
      change: withoutHeader("authorization"),
      errorType: "MissingAuthenticationTokenException",
      message: "Request is missing Authentication Token",
    },
    {
      name: "of a key that does not exist",
      asked: { credentials: { accessKeyId: "local", secretAccessKey: "local" } },
      errorType: "UnrecognizedClientException",
      message: "The security token included in the request is invalid.",
    },
    {
      name: "with another secret",
      asked: { credentials: { ...reader(), secretAccessKey: "another" } },
      errorType: "InvalidSignatureException",
      message: mismatch,
    },
    {
      name: "with another token",
      asked: { credentials: { ...reader(), sessionToken: "another" } },
      errorType: "UnrecognizedClientException",
      message: "The security token included in the request is invalid",
    },
    {
      name: "for another region",
      asked: { region: "us-east-1" },
      errorType: "InvalidSignatureException",
      message: "Credential should be scoped to a valid region. ",
    },
    {
      name: "for another service",
      asked: { service: "execute-api" },
      errorType: "InvalidSignatureException",
      message: "Credential should be scoped to correct service: 'dynamodb'. ",
    },
    {
      name: "that is too old",
      asked: { date: "20261122T101029Z" },
      errorType: "InvalidSignatureException",
      message: expect.stringMatching(/^Signature expired: /),
    },
    {
      name: "of another body",
      change: (request) => ({ ...request, body: Buffer.from('{"TableName":"orders"}') }),
      errorType: "InvalidSignatureException",
      message: mismatch,
    },
    {
      name: "of another operation",
      change: withHeader("x-amz-target", "DynamoDB_20120810.Query"),
      errorType: "InvalidSignatureException",
      message: mismatch,
    },
  ])("$name", ({ asked, change, errorType, message }) => {
    expect(ask(asked, change)).toEqual({ errorType, message, reason: expect.any(String) });
  });

  test("that does not cover the operation", () => {
    const target = ["X-Amz-Target", "DynamoDB_20120810.GetItem"] as const;
    const added = ask({ operation: undefined }, (request) => ({
      ...request,
      headers: [...request.headers, target],
    }));
    expect(added).toMatchObject({
      errorType: "InvalidSignatureException",
      reason: "x-amz-target names the operation and is not among the signed headers: sign it",
    });
  });
});

describe("refuses an operation", () => {
  test.each<[name: string, change: (request: RawRequest) => RawRequest, errorType: string]>([
    ["without a target", withoutHeader("x-amz-target"), "UnknownOperationException"],
    ["of the old API", withHeader("x-amz-target", "DynamoDB_20111205.GetItem"), "UnknownOperationException"],
    [
      "that is not known",
      withHeader("x-amz-target", "DynamoDB_20120810.DropTable"),
      "UnknownOperationException",
    ],
    [
      "of another service",
      withHeader("x-amz-target", "DynamoDBStreams_20120810.GetRecords"),
      "UnknownOperationException",
    ],
    ["that is no JSON", (request) => ({ ...request, body: Buffer.from("{") }), "SerializationException"],
    ["without a body", (request) => ({ ...request, body: Buffer.alloc(0) }), "SerializationException"],
  ])("%s", (_, change, errorType) => {
    expect(ask({}, change)).toEqual({ errorType, reason: expect.any(String) });
  });

  test("that names no table, once it is signed", () => {
    const asked = { input: { Key: {} } };
    expect(ask(asked)).toMatchObject({ errorType: "ValidationException" });
    expect(ask(asked, withoutHeader("authorization"))).toMatchObject({
      errorType: "MissingAuthenticationTokenException",
    });
  });

  test("that is allowed and that the embedded DynamoDB does not have", () => {
    const asked = {
      operation: "TransactGetItems",
      input: { TransactItems: [{ Get: { TableName: "products" } }] },
    };
    expect(ask(asked)).toEqual({
      errorType: "UnknownOperationException",
      reason: "TransactGetItems is allowed, but the embedded DynamoDB does not support it",
    });
    expect(ask({ ...asked, principal: { identityPolicies: [] } })).toMatchObject({
      errorType: "AccessDeniedException",
    });
  });
});

describe("denies", () => {
  const because = (action: string) => `because no identity-based policy allows the ${action} action`;
  test.each<{ name: string; action: string; resource: string; why: string } & Asked>([
    {
      name: "an action that nothing allows",
      operation: "DeleteItem",
      action: "dynamodb:DeleteItem",
      resource: "products",
      why: because("dynamodb:DeleteItem"),
    },
    {
      name: "another table",
      input: { TableName: "others" },
      action: "dynamodb:GetItem",
      resource: "others",
      why: because("dynamodb:GetItem"),
    },
    {
      name: "an index of a table that is allowed",
      operation: "Query",
      input: { TableName: "products", IndexName: "by-day" },
      action: "dynamodb:Query",
      resource: "products/index/by-day",
      why: because("dynamodb:Query"),
    },
    {
      name: "a batch for one of its tables",
      operation: "BatchGetItem",
      input: { RequestItems: { products: { Keys: [] }, others: { Keys: [] }, more: { Keys: [] } } },
      action: "dynamodb:BatchGetItem",
      resource: "others",
      why: because("dynamodb:BatchGetItem"),
    },
    {
      name: "a list of all tables to who may use some",
      operation: "ListTables",
      input: {},
      action: "dynamodb:ListTables",
      resource: "*",
      why: because("dynamodb:ListTables"),
    },
    {
      name: "what a Deny speaks of",
      principal: {
        identityPolicies: [
          ON_PRODUCTS,
          policy("aws_iam_policy.deny", { Effect: "Deny", Action: "dynamodb:Get*", Resource: "*" }),
        ],
      },
      action: "dynamodb:GetItem",
      resource: "products",
      why: "with an explicit deny in an identity-based policy",
    },
    {
      name: "what a boundary does not allow",
      principal: {
        permissionsBoundary: policy("aws_iam_policy.boundary", {
          Effect: "Allow",
          Action: "dynamodb:Query",
          Resource: "*",
        }),
      },
      action: "dynamodb:GetItem",
      resource: "products",
      why: "because no permissions boundary allows the dynamodb:GetItem action",
    },
  ])("$name", ({ name: _, action, resource, why, ...asked }) => {
    expect(ask(asked)).toMatchObject({
      errorType: "AccessDeniedException",
      message: `User: ${SESSION} is not authorized to perform: ${action} on resource: ${TABLES}${resource} ${why}`,
      reason: expect.stringContaining(action),
    });
  });

  test("and says which statement came nearest", () => {
    expect(ask({ operation: "Scan" })?.reason).toBe(
      `no identity-based policy of ${SESSION} allows dynamodb:Scan on ${TABLES}products; nearest is statement 1 ("Read") of aws_iam_role_policy.reader, but these do not match: Action; to allow it, add dynamodb:Scan on ${TABLES}products to aws_iam_role_policy.reader`,
    );
  });
});

describe("conditions", () => {
  type Condition = NonNullable<PolicyStatement["Condition"]>;
  const only = (Effect: "Allow" | "Deny", Condition: Condition): Asked => ({
    principal: {
      identityPolicies: [
        policy("aws_iam_role_policy.x", { Effect, Action: "dynamodb:*", Resource: "*", Condition }),
        ...(Effect === "Deny" ? [ON_PRODUCTS] : []),
      ],
    },
  });

  test.each<[name: string, condition: Condition, holds: boolean]>([
    ["the time", { DateGreaterThan: { "aws:CurrentTime": "2026-11-22T10:00:00Z" } }, true],
    ["the time", { DateLessThan: { "aws:CurrentTime": "2026-11-22T10:00:00Z" } }, false],
    ["the region", { StringEquals: { "aws:RequestedRegion": "eu-west-1" } }, true],
    ["the transport", { Bool: { "aws:SecureTransport": "true" } }, true],
    ["the role", { ArnLike: { "aws:PrincipalArn": "arn:aws:iam::*:role/reader" } }, true],
    ["no transaction", { Null: { "dynamodb:EnclosingOperation": "true" } }, true],
  ])("by %s: %j", (_, condition, holds) => {
    expect(ask(only("Allow", condition)) === undefined).toBe(holds);
    expect(ask(only("Deny", condition)) === undefined).toBe(!holds);
  });

  test("by the transaction that encloses an action", () => {
    const asked = {
      ...only("Allow", {
        "ForAnyValue:StringEquals": { "dynamodb:EnclosingOperation": ["TransactGetItems"] },
      }),
      operation: "TransactGetItems",
      input: { TransactItems: [{ Get: { TableName: "products" } }] },
    };
    expect(ask(asked)).toMatchObject({ errorType: "UnknownOperationException" });
    expect(ask({ ...asked, operation: "GetItem", input: { TableName: "products" } })).toMatchObject({
      errorType: "AccessDeniedException",
    });
  });

  test.each<[name: string, condition: Condition]>([
    ["the items' keys", { "ForAllValues:StringEquals": { "dynamodb:LeadingKeys": ["a"] } }],
    ["the attributes", { "ForAllValues:StringEquals": { "dynamodb:Attributes": ["code"] } }],
    ["what is returned", { StringEqualsIfExists: { "dynamodb:ReturnValues": ["NONE"] } }],
    ["the address", { IpAddress: { "aws:SourceIp": "0.0.0.0/0" } }],
    ["a tag of the table", { StringEquals: { "aws:ResourceTag/team": "a" } }],
  ])("by what is not known here, %s, allow nothing and deny", (_, condition) => {
    expect(ask(only("Allow", condition))).toMatchObject({
      errorType: "AccessDeniedException",
      reason: expect.stringContaining("is assumed not to allow: condition key"),
    });
    expect(ask(only("Deny", condition))).toMatchObject({
      errorType: "AccessDeniedException",
      reason: expect.stringContaining("is assumed to deny: condition key"),
    });
  });
});
