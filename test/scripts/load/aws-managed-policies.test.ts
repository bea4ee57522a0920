import { readFileSync } from "node:fs";
import { join } from "node:path";
import { callerKeys, toCaller } from "#iam/caller";
import { evaluate } from "#iam/evaluate";
import type { Principal } from "#iam/identity";
import { parsePolicy } from "#iam/parse-policy";
import { createContext } from "#iam/request-context";
import { awsManagedPolicies } from "#load/aws-managed-policies";
import { type Changes, load, problemsOf } from "./minimal-stack";

const FILE = join(__dirname, "../../../scripts/load/aws-managed-policies.json");
const ARN = "arn:aws:iam::aws:policy/";
const NAMES = [...awsManagedPolicies("aws").values()].map(({ arn, document }) => [arn, document] as const);

test("the file says where its policies are from, under which license and from when", () => {
  const { source, license, date, policies } = JSON.parse(readFileSync(FILE, "utf8"));
  expect([source, license, date]).toEqual([
    expect.stringContaining("https://docs.aws.amazon.com/aws-managed-policy/"),
    expect.stringContaining("Apache-2.0"),
    expect.stringMatching(/^\d{4}-\d\d-\d\d$/),
  ]);
  for (const policy of Object.values(policies)) {
    expect(policy).toEqual({
      path: expect.stringMatching(/^\/([\w-]+\/)*$/),
      version: expect.stringMatching(/^v\d+$/),
      date: expect.stringMatching(/^\d{4}-\d\d-\d\d$/),
      document: expect.any(Object),
    });
  }
});

test.each(NAMES)("%s is understood as a whole", (arn, document) => {
  expect(parsePolicy(JSON.stringify(document), arn, "identity")).toEqual(document);
});

test.each([
  `${ARN}service-role/AWSLambdaBasicExecutionRole`,
  `${ARN}service-role/AWSLambdaVPCAccessExecutionRole`,
  `${ARN}service-role/AWSLambdaDynamoDBExecutionRole`,
  `${ARN}service-role/AWSLambdaSQSQueueExecutionRole`,
  `${ARN}service-role/AWSLambdaKinesisExecutionRole`,
  `${ARN}service-role/AWSLambdaRole`,
  `${ARN}service-role/AmazonAPIGatewayPushToCloudWatchLogs`,
  `${ARN}AWSLambda_FullAccess`,
  `${ARN}AWSXRayDaemonWriteAccess`,
  `${ARN}AWSXrayWriteOnlyAccess`,
  `${ARN}AmazonAPIGatewayInvokeFullAccess`,
  `${ARN}AmazonDynamoDBReadOnlyAccess`,
  `${ARN}AmazonDynamoDBFullAccess`,
  `${ARN}AmazonS3ReadOnlyAccess`,
  `${ARN}AmazonSSMReadOnlyAccess`,
  `${ARN}CloudWatchLambdaInsightsExecutionRolePolicy`,
  `${ARN}AdministratorAccess`,
  `${ARN}PowerUserAccess`,
  `${ARN}ReadOnlyAccess`,
])("%s can be attached, and nothing that only looks like it", (policy_arn) => {
  const attach = (arn: string) =>
    problemsOf({ "aws_iam_role_policy_attachment.reader": { role: "reader", policy_arn: arn } });
  const at = "aws_iam_role_policy_attachment.reader.policy_arn";
  expect(attach(policy_arn)).toEqual([]);
  const [, got] = attach(`${policy_arn}2`)[0] ?? [];
  expect(got).toBe(JSON.stringify(`${policy_arn}2`).slice(0, 80));
  const ofAccount = policy_arn.replace("::aws:", "::123456789012:");
  expect(attach(ofAccount)).toEqual([[at, expect.stringContaining(":123456789012:")]]);
});

describe("what a role may do with one", () => {
  const rolesWith = (...names: string[]): Principal => {
    const managed_policy_arns = names.map((name) => ARN + name);
    const { principals } = load({ "aws_iam_role.reader": { managed_policy_arns } });
    return principals.find(({ name }) => name === "reader") as Principal;
  };
  const mayDo = (principal: Principal, action: string, resource: string): boolean => {
    const caller = toCaller(principal, "local");
    const context = createContext(() => callerKeys(caller));
    const request = { caller, action, resource, resourceAccountId: "123456789012", context };
    return evaluate(request, { identity: principal.identityPolicies }).decision === "Allowed";
  };
  const TABLE = "arn:aws:dynamodb:eu-west-1:123456789012:table/products";
  const PUT = "arn:aws:execute-api:eu-west-1:123456789012:abc/dev/PUT/products";

  test.each([
    ["AmazonDynamoDBReadOnlyAccess", "dynamodb:GetItem", TABLE, true],
    ["AmazonDynamoDBReadOnlyAccess", "dynamodb:PutItem", TABLE, false],
    ["AmazonDynamoDBFullAccess", "dynamodb:PutItem", TABLE, true],
    ["AmazonDynamoDBFullAccess", "execute-api:Invoke", PUT, false],
    ["AmazonAPIGatewayInvokeFullAccess", "execute-api:Invoke", PUT, true],
    ["AmazonAPIGatewayInvokeFullAccess", "dynamodb:GetItem", TABLE, false],
    ["AdministratorAccess", "execute-api:Invoke", PUT, true],
    ["PowerUserAccess", "dynamodb:DeleteTable", TABLE, true],
    ["PowerUserAccess", "iam:CreateRole", "arn:aws:iam::123456789012:role/x", false],
    ["ReadOnlyAccess", "dynamodb:GetItem", TABLE, true],
    ["ReadOnlyAccess", "dynamodb:PutItem", TABLE, false],
    ["service-role/AWSLambdaRole", "lambda:InvokeFunction", "arn:aws:lambda:eu-west-1:1:function:f", true],
    ["service-role/AWSLambdaBasicExecutionRole", "dynamodb:GetItem", TABLE, false],
  ])("%s: %s on %s is %s", (name, action, resource, expected) => {
    expect(mayDo(rolesWith(name), action, resource)).toBe(expected);
  });
});

describe("another partition", () => {
  const known = [...awsManagedPolicies("aws-cn").keys()];

  test("has those that name no resource of the partition aws", () => {
    expect(known).toContain("arn:aws-cn:iam::aws:policy/service-role/AWSLambdaBasicExecutionRole");
    expect(known.filter((arn) => arn.includes("CodeDeploy"))).toEqual([]);
  });

  test("has its own ARNs", () => {
    const role = "aws_iam_role_policy_attachment.reader";
    const attach = (policy_arn: string) =>
      problemsOf({ "provider.aws": { region: "cn-north-1" }, [role]: { role: "reader", policy_arn } });
    expect(attach("arn:aws-cn:iam::aws:policy/AdministratorAccess")).toEqual([]);
    expect(attach(`${ARN}AdministratorAccess`)).toEqual([
      [`${role}.policy_arn`, `"${ARN}AdministratorAccess"`],
    ]);
  });
});

describe("the data source aws_iam_policy", () => {
  const attached = (data: Record<string, unknown>): Changes => ({
    "data.aws_iam_policy.p": data,
    "aws_iam_role_policy_attachment.reader": {
      role: "reader",
      policy_arn: "${data.aws_iam_policy.p.arn}",
    },
    "output.p": { value: "${data.aws_iam_policy.p.name} ${data.aws_iam_policy.p.path}" },
  });

  test.each([
    [{ name: "AWSLambdaBasicExecutionRole" }],
    [{ arn: `${ARN}service-role/AWSLambdaBasicExecutionRole` }],
  ])("finds one of AWS's by %j", (data) => {
    const { principals, outputs } = load(attached(data));
    const role = principals.find(({ name }) => name === "reader");
    expect(role?.identityPolicies.map(({ name }) => name)).toEqual(["AWSLambdaBasicExecutionRole"]);
    expect(outputs["p"]?.value).toBe("AWSLambdaBasicExecutionRole /service-role/");
  });

  test.each([
    [{ name: "AmazonEC2FullAccess" }, "data.aws_iam_policy.p.name", '"AmazonEC2FullAccess"'],
    [{ arn: `${ARN}AmazonEC2FullAccess` }, "data.aws_iam_policy.p.arn", `"${ARN}AmazonEC2FullAccess"`],
    [{}, "data.aws_iam_policy.p.name", "nothing"],
  ])("refuses %j", (data, address, got) => {
    expect(problemsOf(attached(data))).toContainEqual([address, got]);
  });
});
