import { HTTP_METHODS } from "../../model";
import { unsupported } from "../../terraform/problem";
import {
  block,
  blocks,
  flag,
  ignored,
  listOf,
  mapOf,
  matching,
  number,
  oneOf,
  only,
  optional,
  otherwise,
  type Reader,
  refused,
  required,
  text,
  whole,
} from "../properties";

const METHODS = [...HTTP_METHODS, "ANY"] as const;
const STATUS_CODE = matching(/^[1-5]\d\d$/, "a status such as 200");
const CONTENT_HANDLING = optional(oneOf(["CONVERT_TO_TEXT", "CONVERT_TO_BINARY"]));
const CACHE = "the local gateway has no cache: take it away";

/** Source: https://docs.aws.amazon.com/apigateway/latest/developerguide/supported-gateway-response-types.html */
const GATEWAY_RESPONSE_TYPES = [
  "ACCESS_DENIED",
  "API_CONFIGURATION_ERROR",
  "AUTHORIZER_CONFIGURATION_ERROR",
  "AUTHORIZER_FAILURE",
  "BAD_REQUEST_BODY",
  "BAD_REQUEST_PARAMETERS",
  "DEFAULT_4XX",
  "DEFAULT_5XX",
  "EXPIRED_TOKEN",
  "INTEGRATION_FAILURE",
  "INTEGRATION_TIMEOUT",
  "INVALID_API_KEY",
  "INVALID_SIGNATURE",
  "MISSING_AUTHENTICATION_TOKEN",
  "QUOTA_EXCEEDED",
  "REQUEST_TOO_LARGE",
  "RESOURCE_NOT_FOUND",
  "THROTTLED",
  "UNAUTHORIZED",
  "UNSUPPORTED_MEDIA_TYPE",
  "WAF_FILTERED",
] as const;

/**
 * AWS's words as recorded by
 * https://github.com/localstack/localstack/blob/8b9a79f05846835cf4dff63ab7eefdde9df83783/tests/aws/services/apigateway/test_apigateway_api.snapshot.json,
 * test_create_rest_api_with_endpoint_configuration
 */
const oneEndpointType: Reader<"REGIONAL" | "EDGE"> = (value, at) => {
  const types = listOf(oneOf(["REGIONAL", "EDGE"], "a private API is reached from its VPC only"))(value, at);
  const [type, second] = types;
  if (type !== undefined && second === undefined) return type;
  const answer =
    type === undefined
      ? "REGIONAL Configuration and EDGE Configuration cannot be both DISABLED."
      : "Cannot create an api with multiple Endpoint Types.";
  throw unsupported(
    at.address,
    JSON.stringify(types),
    "a list of one type",
    `name one: AWS says "${answer}"`,
  );
};

/** Properties that say which method a resource belongs to. */
const METHOD_KEY = {
  region: optional(text),
  rest_api_id: required(text),
  resource_id: required(text),
  http_method: required(oneOf(METHODS)),
  id: ignored,
};

/** @see https://registry.terraform.io/providers/hashicorp/aws/latest/docs/resources/api_gateway_rest_api */
export const API_GATEWAY_TABLES = {
  aws_api_gateway_rest_api: {
    region: optional(text),
    name: required(text),
    api_key_source: only(text, "HEADER", "the other source, AUTHORIZER, needs a Lambda authorizer"),
    binary_media_types: otherwise(listOf(text), []),
    policy: optional(text),
    disable_execute_api_endpoint: only(flag, false, "without it the API answers on a custom domain only"),
    minimum_compression_size: only(text, "-1", "the local gateway compresses nothing: take it away"),
    endpoint_configuration: block({
      types: required(oneEndpointType),
      ip_address_type: ignored,
      vpc_endpoint_ids: refused("a private API is reached from its VPC only"),
    }),
    body: refused("write the routes as resources, methods and integrations instead of an OpenAPI document"),
    parameters: refused("they belong to an OpenAPI document, which is not supported"),
    put_rest_api_mode: ignored,
    fail_on_warnings: ignored,
    description: ignored,
    tags: ignored,
    tags_all: ignored,
    id: ignored,
  },
  aws_api_gateway_rest_api_policy: {
    region: optional(text),
    rest_api_id: required(text),
    policy: required(text),
    id: ignored,
  },
  aws_api_gateway_resource: {
    region: optional(text),
    rest_api_id: required(text),
    parent_id: required(text),
    path_part: required(
      matching(
        /^(?:[A-Za-z0-9._:~-]+|\{[A-Za-z0-9._-]+\+?\})$/,
        "letters, digits and ._:~-, or {name} or {name+}",
      ),
    ),
    id: ignored,
  },
  aws_api_gateway_method: {
    ...METHOD_KEY,
    authorization: required(oneOf(["NONE", "AWS_IAM"], "Lambda and Cognito authorizers do not run locally")),
    api_key_required: otherwise(flag, false),
    request_parameters: otherwise(mapOf(flag), {}),
    request_models: otherwise(mapOf(text), {}),
    request_validator_id: optional(text),
    authorizer_id: refused("Lambda and Cognito authorizers do not run locally"),
    authorization_scopes: refused("scopes belong to a Cognito authorizer, which does not run locally"),
    operation_name: optional(text),
  },
  aws_api_gateway_method_response: {
    ...METHOD_KEY,
    status_code: required(STATUS_CODE),
    response_parameters: otherwise(mapOf(flag), {}),
    response_models: ignored,
  },
  aws_api_gateway_method_settings: {
    region: optional(text),
    rest_api_id: required(text),
    stage_name: required(text),
    method_path: required(text),
    settings: block({
      throttling_rate_limit: otherwise(number(-1, Number.MAX_SAFE_INTEGER), -1),
      throttling_burst_limit: otherwise(whole(-1), -1),
      caching_enabled: only(flag, false, CACHE),
      cache_data_encrypted: ignored,
      cache_ttl_in_seconds: ignored,
      require_authorization_for_cache_control: ignored,
      unauthorized_cache_control_header_strategy: ignored,
      data_trace_enabled: ignored,
      logging_level: ignored,
      metrics_enabled: ignored,
    }),
    id: ignored,
  },
  aws_api_gateway_integration: {
    ...METHOD_KEY,
    type: required(oneOf(["AWS_PROXY", "MOCK"], "call a Lambda by proxy, or answer from a mock")),
    uri: optional(text),
    integration_http_method: optional(oneOf(METHODS)),
    timeout_milliseconds: otherwise(whole(50, 300_000), 29_000),
    passthrough_behavior: otherwise(oneOf(["WHEN_NO_MATCH", "WHEN_NO_TEMPLATES", "NEVER"]), "WHEN_NO_MATCH"),
    request_templates: otherwise(mapOf(text), {}),
    request_parameters: refused("request mappings do not run locally"),
    credentials: refused("let the function be invoked by an aws_lambda_permission instead of a role"),
    connection_type: only(text, "INTERNET", "VPC links do not run locally"),
    connection_id: refused("VPC links do not run locally"),
    integration_target: refused("VPC links do not run locally"),
    content_handling: CONTENT_HANDLING,
    response_transfer_mode: only(text, "BUFFERED", "streamed answers do not run locally"),
    tls_config: ignored,
    cache_key_parameters: refused(CACHE),
    cache_namespace: ignored,
  },
  aws_api_gateway_integration_response: {
    ...METHOD_KEY,
    status_code: required(STATUS_CODE),
    selection_pattern: optional(text),
    response_parameters: otherwise(mapOf(text), {}),
    response_templates: otherwise(mapOf(text), {}),
    content_handling: CONTENT_HANDLING,
  },
  aws_api_gateway_deployment: {
    region: optional(text),
    rest_api_id: required(text),
    stage_name: refused("name the stage in an aws_api_gateway_stage"),
    canary_settings: refused("a canary answers some requests from another deployment"),
    variables: ignored,
    stage_description: ignored,
    triggers: ignored,
    description: ignored,
    id: ignored,
  },
  aws_api_gateway_stage: {
    region: optional(text),
    rest_api_id: required(text),
    deployment_id: required(text),
    stage_name: required(matching(/^[A-Za-z0-9_-]{1,128}$/, "letters, digits, _ and -")),
    variables: otherwise(mapOf(text), {}),
    canary_settings: refused("a canary answers some requests from another deployment"),
    cache_cluster_enabled: only(flag, false, CACHE),
    cache_cluster_size: ignored,
    client_certificate_id: ignored,
    access_log_settings: ignored,
    xray_tracing_enabled: ignored,
    documentation_version: ignored,
    description: ignored,
    tags: ignored,
    tags_all: ignored,
    id: ignored,
  },
  aws_api_gateway_api_key: {
    region: optional(text),
    name: required(text),
    value: optional(text),
    enabled: otherwise(flag, true),
    customer_id: ignored,
    description: ignored,
    tags: ignored,
    tags_all: ignored,
    id: ignored,
  },
  aws_api_gateway_usage_plan: {
    region: optional(text),
    name: required(text),
    api_stages: blocks({
      api_id: required(text),
      stage: required(text),
      throttle: blocks({
        path: required(text),
        rate_limit: optional(number(0, Number.MAX_SAFE_INTEGER)),
        burst_limit: optional(whole(0)),
      }),
    }),
    throttle_settings: block({
      rate_limit: optional(number(0, Number.MAX_SAFE_INTEGER)),
      burst_limit: optional(whole(0)),
    }),
    quota_settings: block({
      limit: required(whole(1)),
      offset: otherwise(whole(0), 0),
      period: required(oneOf(["DAY", "WEEK", "MONTH"])),
    }),
    product_code: ignored,
    description: ignored,
    tags: ignored,
    tags_all: ignored,
    id: ignored,
  },
  aws_api_gateway_usage_plan_key: {
    region: optional(text),
    key_id: required(text),
    key_type: required(oneOf(["API_KEY"])),
    usage_plan_id: required(text),
    id: ignored,
  },
  aws_api_gateway_gateway_response: {
    region: optional(text),
    rest_api_id: required(text),
    response_type: required(oneOf(GATEWAY_RESPONSE_TYPES)),
    status_code: optional(STATUS_CODE),
    response_parameters: otherwise(mapOf(text), {}),
    response_templates: otherwise(mapOf(text), {}),
    id: ignored,
  },
  aws_api_gateway_request_validator: {
    region: optional(text),
    rest_api_id: required(text),
    name: required(text),
    validate_request_body: otherwise(flag, false),
    validate_request_parameters: otherwise(flag, false),
    id: ignored,
  },
  aws_api_gateway_model: {
    region: optional(text),
    rest_api_id: required(text),
    name: required(text),
    content_type: required(text),
    schema: optional(text),
    description: ignored,
    id: ignored,
  },
} as const;
