import { toList } from "#iam/policy";
import { type Changes, load } from "./minimal-stack";

/** What AWS gives a value and the gateway has none for: no request depends on it, or nothing is allowed by it. */

const UNKNOWN = "${aws_lambda_function.read.last_modified}";

describe("an output", () => {
  const outputs = (value: unknown) => {
    const model = load({ "output.x": { value } });
    return { x: model.outputs["x"]?.value, notRun: model.notRun ?? [] };
  };

  test("without a local value is left out, and listed", () => {
    expect(outputs(`at ${UNKNOWN}`)).toEqual({ x: undefined, notRun: ["output.x"] });
  });

  test("with one is there", () => {
    expect(outputs("${aws_lambda_function.read.version}")).toEqual({ x: "$LATEST", notRun: [] });
  });
});

describe("a policy", () => {
  const statement = (resource: string) => ({
    Version: "2012-10-17",
    Statement: [{ Effect: "Allow", Action: "dynamodb:GetItem", Resource: ["*", resource] }],
  });
  const effects = (changes: Changes) => {
    const { principals, notRun = [] } = load(changes);
    const role = principals.find(({ address }) => address === "aws_iam_role.read");
    const statements = role?.identityPolicies.flatMap(({ document }) => toList(document.Statement));
    return { does: statements?.map(({ Effect, Action }) => `${Effect} ${Action}`), notRun };
  };
  const byText = (resource: string): Changes => ({
    "aws_iam_role_policy.read": { policy: JSON.stringify(statement(resource)) },
  });
  const byDocument = (resource: string): Changes => ({
    "data.aws_iam_policy_document.d": {
      statement: [{ effect: "Allow", actions: ["dynamodb:GetItem"], resources: ["*", resource] }],
    },
    "aws_iam_role_policy.read": { policy: "${data.aws_iam_policy_document.d.json}" },
  });

  test.each([
    ["its text", byText],
    ["a document", byDocument],
  ])("whose resource is not known from %s allows nothing, and is listed", (_, changes) => {
    expect(effects(changes(UNKNOWN))).toEqual({ does: ["Deny *"], notRun: ["aws_iam_role_policy.read"] });
    expect(effects(changes("arn:aws:dynamodb:eu-west-1:123456789012:table/u"))).toEqual({
      does: ["Allow dynamodb:GetItem"],
      notRun: [],
    });
  });
});

test("a table's stream has an ARN if the table has a stream", () => {
  const arn = (enabled: boolean) =>
    load({
      "aws_dynamodb_table.products": {
        stream_enabled: enabled,
        stream_view_type: enabled ? "NEW_IMAGE" : undefined,
      },
      "output.x": { value: "${aws_dynamodb_table.products.stream_arn}" },
    }).outputs["x"]?.value;
  expect(arn(true)).toMatch(/^arn:aws:dynamodb:eu-west-1:123456789012:table\/[\w-]+\/stream\/[\d:.T-]+$/);
  expect(arn(false)).toBe("");
});
