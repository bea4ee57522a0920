import { checkInvokePermission } from "#gateway/integrate/permission";
import type { InvokePermission } from "#model/lambda-function";
import { anApi, aRoute, aStage } from "../../../support/gateway-model";

const API = { partition: "aws", region: "us-east-1", accountId: "111122223333", api: anApi([]) };
const PRODUCT = "GET /products/{code}";
const ARN = "arn:aws:execute-api:us-east-1:111122223333:abc123";

const permission = (over: Partial<InvokePermission> = {}): InvokePermission => ({
  address: "aws_lambda_permission.invoke",
  principal: "apigateway.amazonaws.com",
  action: "lambda:InvokeFunction",
  ...over,
});

function check(permissions: InvokePermission[], line = PRODUCT) {
  return checkInvokePermission(API, aStage(), aRoute(line), {
    address: "aws_lambda_function.f",
    permissions,
  });
}

test.each<[string, Partial<InvokePermission>, string?]>([
  ["the exact method", { sourceArn: `${ARN}/dev/GET/products/*` }],
  ["every stage and method", { sourceArn: `${ARN}/*/*` }],
  ["single-character wildcards", { sourceArn: `${ARN}/de?/GET/products/?` }],
  ["every source", {}],
  ["every API of the account", { sourceArn: "arn:aws:execute-api:*:111122223333:*" }],
  ["the account", { sourceAccount: "111122223333" }],
  ["every Lambda action", { action: "lambda:*" }],
  ["a method ANY by every method", { sourceArn: `${ARN}/dev/*/any` }, "ANY /any"],
  ["a greedy path", { sourceArn: `${ARN}/dev/GET/*` }, "GET /{proxy+}"],
  ["the root", { sourceArn: `${ARN}/dev/GET/` }, "GET /"],
])("a permission for %s lets API Gateway in", (_, over, line = PRODUCT) => {
  expect(check([permission(over)], line)).toBeUndefined();
});

test.each<[string, Partial<InvokePermission>, string?]>([
  ["another method", { sourceArn: `${ARN}/dev/PUT/products/*` }],
  ["another path", { sourceArn: `${ARN}/dev/GET/product` }],
  ["another stage", { sourceArn: `${ARN}/prod/GET/products/*` }],
  ["another API", { sourceArn: "arn:aws:execute-api:us-east-1:111122223333:other/*" }],
  ["another account's API", { sourceArn: "arn:aws:execute-api:us-east-1:444455556666:abc123/*" }],
  ["a path that spells the parameter", { sourceArn: `${ARN}/dev/GET/products/{code}` }],
  ["one value of the parameter", { sourceArn: `${ARN}/dev/GET/products/a1` }],
  ["one method of ANY", { sourceArn: `${ARN}/dev/GET/any` }, "ANY /any"],
  ["the text ANY", { sourceArn: `${ARN}/dev/ANY/any` }, "ANY /any"],
  ["less than a whole ARN", { sourceArn: "arn:aws:execute-api:*" }],
  ["another service", { principal: "events.amazonaws.com" }],
  ["another account", { sourceAccount: "444455556666" }],
  ["another action", { action: "lambda:GetFunction" }],
])("a permission for %s does not", (_, over, line = PRODUCT) => {
  expect(check([permission(over)], line)?.status).toBe(500);
});

test("one of several is enough, and none is a 500 that names what is missing", () => {
  const other = permission({ sourceArn: `${ARN}/dev/PUT/*` });
  expect(check([other, permission({ sourceArn: `${ARN}/dev/GET/*` })])).toBeUndefined();
  expect(check([other])).toEqual({
    gate: "integration",
    response: "INTEGRATION_FAILURE",
    status: 500,
    errorType: "InternalServerErrorException",
    message: "Internal server error",
    reason:
      "no aws_lambda_permission lets apigateway.amazonaws.com invoke aws_lambda_function.f for " +
      "arn:aws:execute-api:us-east-1:111122223333:abc123/dev/GET/products/*",
  });
});
