import type {
  AwsIntegration,
  HttpIntegration,
  HttpProxyIntegration,
  Integration,
  IntegrationCredentials,
  IntegrationResponse,
  LambdaIntegration,
  LambdaProxyIntegration,
  MappedIntegration,
  MockIntegration,
} from "#model/rest-api";
import { notFollowed } from "#terraform/problem";
import { describe } from "#terraform/value";
import { refusedByAws } from "./aws-refusals";
import { findTarget } from "./functions";
import { refuseMappings, refuseTemplates } from "./mappings";
import type { Resource, Stack } from "./stack";

type IntegrationResource = Resource<"aws_api_gateway_integration">;
type Method = Resource<"aws_api_gateway_method">;

/**
 * Reads one integration. What is not understood of it concerns the one route that it answers.
 * Source: https://docs.aws.amazon.com/apigateway/latest/api/API_PutIntegration.html
 *
 * @throws Unsupported
 */
export function readIntegration(
  stack: Stack,
  resource: IntegrationResource,
  method: Method,
  responses: readonly IntegrationResponse[],
): Integration {
  refuseMappings(resource);
  switch (resource.values.type) {
    case "MOCK":
      return readMock(resource, responses);
    case "HTTP":
      return {
        type: "HTTP",
        ...readMapped(resource, responses),
        ...readEndpoint(resource),
      } satisfies HttpIntegration;
    case "HTTP_PROXY":
      return readHttpProxy(resource);
    case "AWS":
      return isLambda(resource)
        ? readLambda(stack, resource, method, responses)
        : readService(stack, resource, responses);
    case "AWS_PROXY":
      return readLambdaProxy(stack, resource, method);
  }
}

// ---------------------------------------------------------------------------------------------------- internal

function readMapped(
  { address, values }: IntegrationResource,
  responses: readonly IntegrationResponse[],
): MappedIntegration {
  refuseTemplates(values.request_templates, `${address}.request_templates`);
  return {
    address,
    passthroughBehavior: values.passthrough_behavior,
    contentHandling: values.content_handling,
    ...mappingsOf(values),
    requestTemplates: values.request_templates,
    responses,
  };
}

function mappingsOf({ request_parameters }: IntegrationResource["values"]) {
  return Object.keys(request_parameters).length > 0 ? { requestParameters: request_parameters } : {};
}

function readMock(resource: IntegrationResource, responses: readonly IntegrationResponse[]): MockIntegration {
  const { address, values } = resource;
  if (values.credentials !== undefined) {
    throw notFollowed(
      `${address}.credentials`,
      describe(values.credentials),
      "nothing with MOCK",
      "remove it: a mock invokes nothing",
    );
  }
  for (const of of [{ address, contentHandling: values.content_handling }, ...responses]) {
    if (of.contentHandling !== "CONVERT_TO_BINARY") continue;
    throw notFollowed(
      `${of.address}.content_handling`,
      describe(of.contentHandling),
      '"CONVERT_TO_TEXT", or nothing, with MOCK',
      "templates are text: use one of these",
    );
  }
  return { type: "MOCK", ...readMapped(resource, responses) };
}

function readEndpoint(resource: IntegrationResource) {
  const { address, values } = resource;
  const uri = values.uri ?? "";
  if (!/^https?:\/\/./.test(uri)) {
    const answer = "Invalid HTTP endpoint specified for URI";
    throw refusedByAws(
      `${address}.uri`,
      describe(values.uri ?? null),
      "an http:// or https:// URL",
      "correct it",
      answer,
    );
  }
  return {
    uri,
    integrationHttpMethod: httpMethodOf(resource),
    timeoutMilliseconds: values.timeout_milliseconds,
  };
}

/** API Gateway ignores the templates of a proxy, and its responses. */
function readHttpProxy(resource: IntegrationResource): HttpProxyIntegration {
  const { address, values } = resource;
  if (values.content_handling !== undefined) {
    throw notFollowed(
      `${address}.content_handling`,
      describe(values.content_handling),
      "nothing with HTTP_PROXY",
      "remove it: what it does to a proxy is not known",
    );
  }
  return { type: "HTTP_PROXY", address, ...readEndpoint(resource), ...mappingsOf(values) };
}

function httpMethodOf({ address, values }: IntegrationResource): string {
  if (values.integration_http_method !== undefined) return values.integration_http_method;
  const answer = "Enumeration value for HttpMethod must be non-empty";
  throw refusedByAws(
    `${address}.integration_http_method`,
    "nothing",
    "a method such as POST",
    "set it",
    answer,
  );
}

function isLambda({ values }: IntegrationResource): boolean {
  return /^arn:[^:]*:apigateway:[^:]*:lambda:path\//.test(values.uri ?? "");
}

function readLambda(
  stack: Stack,
  resource: IntegrationResource,
  method: Method,
  responses: readonly IntegrationResponse[],
): LambdaIntegration {
  return { type: "AWS_LAMBDA", ...readMapped(resource, responses), ...readFunction(stack, resource, method) };
}

function readFunction(stack: Stack, resource: IntegrationResource, method: Method) {
  const { address, values } = resource;
  return {
    ...functionOf(stack, values.uri ?? "", `${address}.uri`),
    integrationHttpMethod: httpMethodOf(resource),
    timeoutMilliseconds: values.timeout_milliseconds,
    credentials:
      values.credentials === undefined
        ? undefined
        : readCredentials(stack, values.credentials, `${address}.credentials`, method),
  };
}

/**
 * The ARN of a function, or one with stage variables in it, which decide for each stage.
 * Source: https://docs.aws.amazon.com/apigateway/latest/developerguide/aws-api-gateway-stage-variables-reference.html
 */
function functionOf(
  stack: Stack,
  uri: string,
  address: string,
): Pick<LambdaProxyIntegration, "functionArn" | "qualifier"> {
  const { partition, region } = stack.attributes.account;
  const prefix = `arn:${partition}:apigateway:${region}:lambda:path/2015-03-31/functions/`;
  const variable = /^arn:.*\$\{stageVariables\.\w+\}.*(?=\/invocations$)/.exec(uri.slice(prefix.length))?.[0];
  if (variable !== undefined && uri.startsWith(prefix)) return { functionArn: variable };
  const { lambda, qualifier } = findTarget(stack, uri, address);
  return { functionArn: lambda.text("arn"), ...(qualifier !== undefined && { qualifier }) };
}

/**
 * API Gateway ignores templates, the passthrough and the content handling of a proxy integration.
 * Source: https://docs.aws.amazon.com/apigateway/latest/developerguide/set-up-lambda-proxy-integrations.html
 */
function readLambdaProxy(
  stack: Stack,
  resource: IntegrationResource,
  method: Method,
): LambdaProxyIntegration {
  const { address, values } = resource;
  return { type: "AWS_PROXY", address, ...readFunction(stack, resource, method), ...mappingsOf(values) };
}

/** `arn:aws:apigateway:REGION:SERVICE:action/OPERATION`, or `…:path/PATH`; a service can have a subdomain before it. */
const SERVICE_URI = /^arn:[^:]+:apigateway:([^:]+):((?:[\w-]+\.)?[\w-]+):(action|path)\/(.*)$/s;

function readService(
  stack: Stack,
  resource: IntegrationResource,
  responses: readonly IntegrationResponse[],
): AwsIntegration {
  const { address, values } = resource;
  const [, region, service, kind, value = ""] = SERVICE_URI.exec(values.uri ?? "") ?? [];
  if (region === undefined || service === undefined) {
    const form = "arn:aws:apigateway:REGION:SERVICE:action/OPERATION, or :path/PATH";
    const answer = "Invalid ARN specified in the request";
    throw refusedByAws(`${address}.uri`, describe(values.uri ?? null), form, "correct it", answer);
  }
  if (service.includes(".") || service.endsWith("-api")) {
    throw notFollowed(
      `${address}.uri`,
      `the service ${describe(service)}`,
      "a service without a subdomain",
      "call it from a Lambda",
    );
  }
  if (region !== stack.attributes.account.region) {
    throw notFollowed(
      `${address}.uri`,
      `the region ${describe(region)}`,
      describe(stack.attributes.account.region),
      "call a service of the stack's region",
    );
  }
  if (values.credentials === undefined) {
    const answer = "Role ARN must be specified for AWS integrations";
    throw refusedByAws(`${address}.credentials`, "nothing", "the ARN of a role", "refer to a role", answer);
  }
  return {
    type: "AWS",
    ...readMapped(resource, responses),
    service,
    region,
    target: { kind: kind === "action" ? "action" : "path", value },
    integrationHttpMethod: httpMethodOf(resource),
    timeoutMilliseconds: values.timeout_milliseconds,
    roleArn: roleOf(stack, values.credentials, `${address}.credentials`),
  };
}

function roleOf(stack: Stack, arn: string, address: string): string {
  const role = stack.findOptional("aws_iam_role", "arn", arn);
  if (role) return role.text("arn");
  throw stack.missing("aws_iam_role", {
    address,
    got: describe(arn),
    supported: "the arn of an aws_iam_role of this stack",
    action: "refer to one: aws_iam_role.NAME.arn",
    notFollowed: true,
  });
}

function readCredentials(
  stack: Stack,
  credentials: string,
  address: string,
  { values }: Method,
): IntegrationCredentials {
  if (credentials !== `arn:${stack.attributes.account.partition}:iam::*:user/*`) {
    return { kind: "role", roleArn: roleOf(stack, credentials, address) };
  }
  if (values.authorization === "AWS_IAM") return { kind: "caller" };
  throw notFollowed(
    address,
    `${describe(credentials)} (the caller's own) with authorization ${describe(values.authorization)}`,
    'authorization "AWS_IAM", or a role of this stack',
    "let callers sign: without a signature there is no identity to pass through",
  );
}
