import { join } from "node:path";
import { LoadError, loadModel } from "#load/load-model";
import type { Model } from "#model/model";

export type Properties = Readonly<Record<string, unknown>>;

/**
 * What a test alters in the minimal stack, by address: properties to set (undefined takes one away), or null to take the
 * resource away. An address that is not there is added; `output.x`, `locals`, `provider.aws` and the like are sections.
 */
export type Changes = Readonly<Record<string, Properties | null>>;

export const IDENTITY = { accountId: "123456789012", seed: "a seed of the tests" };

/** Loads the minimal stack with changes. @throws LoadError */
export function load(changes: Changes = {}): Model {
  const directory = join(__dirname, "../../fixtures/terraform");
  return loadModel({ terraform: minimalStack(changes), directory, identity: IDENTITY });
}

/** Address and cause of each problem of the minimal stack with changes; none where it can be loaded. */
export function problemsOf(changes: Changes): (readonly [address: string, got: string])[] {
  try {
    load(changes);
    return [];
  } catch (error) {
    if (!(error instanceof LoadError)) throw error;
    return error.problems.map(({ address, got }) => [address, got]);
  }
}

/** The Terraform JSON of a small stack with one of everything, as CDKTF writes it, with changes. */
export function minimalStack(changes: Changes = {}): Record<string, unknown> {
  const blocks = structuredClone(MINIMAL) as Record<string, Properties>;
  for (const [address, properties] of Object.entries(changes)) {
    if (properties === null) delete blocks[address];
    else {
      const merged = Object.entries({ ...blocks[address], ...properties });
      blocks[address] = Object.fromEntries(merged.filter(([, value]) => value !== undefined));
    }
  }
  const document: Record<string, unknown> = {};
  for (const [address, properties] of Object.entries(blocks)) {
    const path = address.startsWith("aws_") ? `resource.${address}` : address;
    const names = path.split(".");
    const last = names.pop() as string;
    let section = document;
    for (const name of names) {
      section[name] ??= {};
      section = section[name] as Record<string, unknown>;
    }
    section[last] = address === "provider.aws" ? [properties] : properties;
  }
  return document;
}

const READ = {
  rest_api_id: "${aws_api_gateway_rest_api.api.id}",
  resource_id: "${aws_api_gateway_resource.product.id}",
  http_method: "${aws_api_gateway_method.read.http_method}",
};

const MOCK = {
  rest_api_id: "${aws_api_gateway_rest_api.api.id}",
  resource_id: "${aws_api_gateway_rest_api.api.root_resource_id}",
  http_method: "${aws_api_gateway_method.mock.http_method}",
};

const MINIMAL: Readonly<Record<string, Properties>> = {
  "//": { metadata: { backend: "local", stackName: "minimal", version: "0.21.0" } },
  terraform: { required_providers: { aws: { source: "aws", version: "6.25.0" } } },
  "provider.aws": { region: "eu-west-1" },
  "data.aws_caller_identity.caller": {},

  "aws_api_gateway_rest_api.api": {
    "//": { metadata: { path: "minimal/api", uniqueId: "api" } },
    name: "api",
    endpoint_configuration: { types: ["REGIONAL"] },
  },
  "aws_api_gateway_resource.products": {
    rest_api_id: "${aws_api_gateway_rest_api.api.id}",
    parent_id: "${aws_api_gateway_rest_api.api.root_resource_id}",
    path_part: "products",
  },
  "aws_api_gateway_resource.product": {
    rest_api_id: "${aws_api_gateway_rest_api.api.id}",
    parent_id: "${aws_api_gateway_resource.products.id}",
    path_part: "{code}",
  },
  "aws_api_gateway_method.read": { ...READ, http_method: "GET", authorization: "AWS_IAM" },
  "aws_api_gateway_integration.read": {
    ...READ,
    type: "AWS_PROXY",
    integration_http_method: "POST",
    uri: "${aws_lambda_function.read.invoke_arn}",
  },
  "aws_api_gateway_method.mock": {
    ...MOCK,
    http_method: "GET",
    authorization: "NONE",
    api_key_required: true,
  },
  "aws_api_gateway_integration.mock": {
    ...MOCK,
    type: "MOCK",
    request_templates: { "application/json": '{"statusCode":200}' },
  },
  "aws_api_gateway_method_response.mock": {
    ...MOCK,
    status_code: "200",
    response_parameters: { "method.response.header.Cache-Control": true },
  },
  "aws_api_gateway_integration_response.mock": {
    ...MOCK,
    status_code: "${aws_api_gateway_method_response.mock.status_code}",
    response_parameters: { "method.response.header.Cache-Control": "'no-store'" },
    response_templates: { "application/json": '{"message":"success"}' },
    depends_on: ["aws_api_gateway_integration.mock"],
  },
  "aws_api_gateway_deployment.deployment": {
    rest_api_id: "${aws_api_gateway_rest_api.api.id}",
    triggers: { redeployment: '${filesha1("not/read/locally")}' },
    lifecycle: { create_before_destroy: true },
    depends_on: ["aws_api_gateway_integration.read", "aws_api_gateway_integration.mock"],
  },
  "aws_api_gateway_stage.stage": {
    rest_api_id: "${aws_api_gateway_rest_api.api.id}",
    deployment_id: "${aws_api_gateway_deployment.deployment.id}",
    stage_name: "dev",
  },
  "aws_api_gateway_method_settings.all": {
    rest_api_id: "${aws_api_gateway_rest_api.api.id}",
    stage_name: "${aws_api_gateway_stage.stage.stage_name}",
    method_path: "*/*",
    settings: { throttling_rate_limit: 50, throttling_burst_limit: 100 },
  },
  "aws_api_gateway_api_key.client": { name: "client" },
  "aws_api_gateway_usage_plan.plan": {
    name: "plan",
    api_stages: [
      { api_id: "${aws_api_gateway_rest_api.api.id}", stage: "${aws_api_gateway_stage.stage.stage_name}" },
    ],
    throttle_settings: { rate_limit: 5, burst_limit: 10 },
    quota_settings: { limit: 1000, period: "DAY" },
  },
  "aws_api_gateway_usage_plan_key.client": {
    key_id: "${aws_api_gateway_api_key.client.id}",
    key_type: "API_KEY",
    usage_plan_id: "${aws_api_gateway_usage_plan.plan.id}",
  },

  "aws_lambda_function.read": {
    function_name: "read",
    role: "${aws_iam_role.read.arn}",
    filename: "function.zip",
    handler: "index.handler",
    runtime: "nodejs24.x",
    environment: { variables: { products_table: "${aws_dynamodb_table.products.name}" } },
  },
  "aws_lambda_permission.read": {
    function_name: "${aws_lambda_function.read.function_name}",
    action: "lambda:InvokeFunction",
    principal: "apigateway.amazonaws.com",
    source_arn: "${aws_api_gateway_rest_api.api.execution_arn}/dev/GET/products/*",
  },
  "aws_dynamodb_table.products": {
    name: "products",
    billing_mode: "PAY_PER_REQUEST",
    hash_key: "code",
    attribute: [{ name: "code", type: "S" }],
  },

  "aws_iam_role.read": {
    name: "read",
    assume_role_policy: policy({ Principal: { Service: "lambda.amazonaws.com" }, Action: "sts:AssumeRole" }),
  },
  "aws_iam_role_policy.read": {
    name: "function",
    role: "${aws_iam_role.read.name}",
    policy: policy({ Action: "dynamodb:GetItem", Resource: "${aws_dynamodb_table.products.arn}" }),
  },
  "aws_iam_role.reader": {
    name: "reader",
    assume_role_policy: policy({
      Principal: { AWS: "arn:aws:iam::${data.aws_caller_identity.caller.account_id}:root" },
      Action: "sts:AssumeRole",
    }),
  },
  "aws_iam_policy.reader": {
    name: "reader",
    policy: policy({
      Action: "execute-api:Invoke",
      Resource: "${aws_api_gateway_rest_api.api.execution_arn}/dev/GET/*",
    }),
  },
  "aws_iam_role_policy_attachment.reader": {
    role: "${aws_iam_role.reader.name}",
    policy_arn: "${aws_iam_policy.reader.arn}",
  },

  "output.key": { value: "${aws_api_gateway_api_key.client.value}", sensitive: true },
};

/** The text of a policy document with one statement, which allows. */
export function policy(statement: Properties): string {
  return JSON.stringify({ Version: "2012-10-17", Statement: [{ Effect: "Allow", ...statement }] });
}
