import { PROPERTY_TABLES, TYPES_WITHOUT_LOCAL_EFFECT } from "#load/tables/index";
import { adviceOn } from "#load/unsupported-types";

const GENERAL = "remove it from the stack, or teach scripts/load what it does";

test.each([
  ["aws_cognito_user_pool", /AWS_IAM/],
  ["aws_api_gateway_domain_name", /custom domains/],
  ["aws_api_gateway_base_path_mapping", /custom domains/],
  ["aws_acm_certificate", /custom domains/],
  ["data.aws_route53_zone", /custom domains/],
  ["aws_api_gateway_vpc_link", /VPC/],
  ["data.aws_vpc", /VPC/],
  ["aws_wafv2_web_acl_association", /web ACL/],
  ["aws_apigatewayv2_api", /REST API/],
  ["aws_lambda_alias", /invoke_arn/],
  ["aws_lambda_layer_version", /bundle/],
  ["aws_lambda_function_url", /route/],
  ["aws_iam_group_policy", /groups/],
  ["data.archive_file", /TerraformAsset/],
])("%s: %s", (type, advice) => {
  expect(adviceOn(type)).toMatch(advice);
  expect(adviceOn(type)).not.toBe(GENERAL);
});

test("what is not foreseen is reported in general", () => {
  expect(adviceOn("aws_sqs_queue")).toBe(GENERAL);
  expect(adviceOn("aws_lambda_event_source_mapping")).toBe(GENERAL);
});

test("nothing that is supported is advised against", () => {
  const supported = [...Object.keys(PROPERTY_TABLES), ...TYPES_WITHOUT_LOCAL_EFFECT];
  expect(supported.filter((type) => adviceOn(type) !== GENERAL)).toEqual([]);
});
