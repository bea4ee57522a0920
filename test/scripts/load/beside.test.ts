import { standingOf } from "#load/beside";
import { type Changes, load } from "./minimal-stack";

/** What no request passes stops nothing; what could open or close access closes the routes that it concerns. */

const READ = "GET /products/{code}";
const MOCK = "GET /";

function closedBy(changes: Changes): string[] {
  return load(changes)
    .api.routes.filter(({ notServed }) => notServed?.isGate)
    .map(({ httpMethod, resourcePath }) => `${httpMethod} ${resourcePath}`)
    .sort();
}

test.each([
  ["aws_sqs_queue", {}],
  ["aws_scheduler_schedule", { provisioner: undefined }],
  ["aws_lambda_event_source_mapping", {}],
  ["aws_route53_record", {}],
  ["aws_api_gateway_domain_name", {}],
  ["null_resource", {}],
  ["aws_iam_instance_profile", {}],
])("%s is listed, and closes nothing", (type, properties) => {
  const changes = { [`resource.${type}.a`]: properties };
  expect(load(changes).notRun).toEqual([`${type}.a`]);
  expect(closedBy(changes)).toEqual([]);
});

test("a data source of any type is listed, and closes nothing", () => {
  const changes = { "data.aws_ssm_parameter.p": { name: "/p" } };
  expect(load(changes).notRun).toEqual(["data.aws_ssm_parameter.p"]);
  expect(closedBy(changes)).toEqual([]);
});

test("without such resources nothing is listed", () => {
  expect(load().notRun).toBeUndefined();
});

test.each([
  ["aws_api_gateway_domain_name_access_association", [MOCK, READ]],
  ["aws_iam_group_policy", [READ]],
  ["aws_iam_user_group_membership", [READ]],
])("%s could change who may call: it closes %j", (type, routes) => {
  expect(closedBy({ [`resource.${type}.a`]: {} })).toEqual(routes);
});

test("a web ACL is reported for each request, and closes nothing", () => {
  const changes = { "resource.aws_wafv2_web_acl_association.a": {} };
  expect(load(changes).api.restrictions).toEqual([
    "aws_wafv2_web_acl_association.a is not in force here: AWS refuses requests by it",
  ]);
  expect(closedBy(changes)).toEqual([]);
  expect(load().api.restrictions).toBeUndefined();
});

test.each<[string, Changes]>([
  ["a private API", { "aws_api_gateway_rest_api.api": { endpoint_configuration: { types: ["PRIVATE"] } } }],
  ["a disabled endpoint", { "aws_api_gateway_rest_api.api": { disable_execute_api_endpoint: true } }],
])("%s is told for each request", (_, changes) => {
  expect(load(changes).api.restrictions).toHaveLength(1);
});

test("every unknown type of API Gateway and IAM is a gate", () => {
  expect(standingOf("aws_api_gateway_new_thing")).toBe("gate");
  expect(standingOf("aws_iam_new_thing")).toBe("signed-gate");
  expect(standingOf("data.aws_iam_new_thing")).toBe("beside");
});
