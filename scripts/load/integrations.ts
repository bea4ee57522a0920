import { isLiteralTemplate } from "#gateway/integrate/literal-template";
import type { Integration, LambdaProxyIntegration, MockIntegration, MockResponse } from "#model/rest-api";
import { unsupported } from "#terraform/problem";
import { describe } from "#terraform/value";
import { refuseContentTypes } from "./aws-refusals";
import { headerParameters } from "./header-parameters";
import type { Resource, Stack } from "./stack";

/** Finds a method's integration. @throws Unsupported if it has none, or one that could not be read */
export type FindIntegration = (method: Resource<"aws_api_gateway_method">) => Integration;

/** Reads the integrations of the API's methods, with their responses. */
export function loadIntegrations(stack: Stack): FindIntegration {
  const integrations = byKey(stack, "aws_api_gateway_integration", methodKey);
  const responses = loadMockResponses(stack, integrations);
  refuseStrays(stack, integrations);
  return (method) => {
    const integration = integrations.get(methodKey(method));
    if (!integration) {
      throw stack.missing("aws_api_gateway_integration", {
        address: method.address,
        got: "a method without an integration",
        supported: "AWS_PROXY (a Lambda) or MOCK",
        action: "add an aws_api_gateway_integration: AWS deploys no method without one",
      });
    }
    return integration.values.type === "MOCK"
      ? loadMock(integration, responses.get(methodKey(integration)) ?? [])
      : loadLambdaProxy(stack, integration, method);
  };
}

type IntegrationResource = Resource<"aws_api_gateway_integration">;
type IntegrationResponse = Resource<"aws_api_gateway_integration_response">;

interface OfMethod {
  readonly values: { readonly resource_id: string; readonly http_method: string };
}

interface OfMethodAndStatus {
  readonly values: OfMethod["values"] & { readonly status_code: string };
}

function methodKey({ values }: OfMethod): string {
  return `${values.resource_id} ${values.http_method}`;
}

function statusKey(resource: OfMethodAndStatus): string {
  return `${methodKey(resource)} ${resource.values.status_code}`;
}

/** Resources of a type by the key under which API Gateway keeps only one. */
function byKey<
  T extends
    | "aws_api_gateway_method"
    | "aws_api_gateway_integration"
    | "aws_api_gateway_method_response"
    | "aws_api_gateway_integration_response",
>(stack: Stack, type: T, keyOf: (resource: Resource<T>) => string): ReadonlyMap<string, Resource<T>> {
  const keyed = new Map<string, Resource<T>>();
  stack.problems.attemptEach(stack.all(type), (resource) => {
    const same = keyed.get(keyOf(resource));
    if (same)
      throw unsupported(resource.address, `the same method as ${same.address}`, "one of each", "remove one");
    keyed.set(keyOf(resource), resource);
  });
  return keyed;
}

/** Notes integrations of methods that are not there, which AWS refuses to create. */
function refuseStrays(stack: Stack, integrations: ReadonlyMap<string, IntegrationResource>): void {
  const methods = byKey(stack, "aws_api_gateway_method", methodKey);
  stack.problems.attemptEach(integrations, ([key, { address, values }]) => {
    if (methods.has(key)) return;
    throw stack.missing("aws_api_gateway_method", {
      address,
      got: `an integration of ${values.http_method}, a method that its resource does not have`,
      supported: "the integration of a method of this stack",
      action: "refer to the method: aws_api_gateway_method.NAME.http_method and .resource_id",
    });
  });
}

/**
 * API Gateway ignores the templates and the passthrough behaviour of a proxy integration, but their author expects an
 * effect.
 */
function loadLambdaProxy(
  stack: Stack,
  { address, values }: IntegrationResource,
  method: Resource<"aws_api_gateway_method">,
): LambdaProxyIntegration {
  if (values.content_handling !== undefined) {
    throw unsupported(
      `${address}.content_handling`,
      describe(values.content_handling),
      "nothing with AWS_PROXY",
      "remove it: binary bodies reach the function as base64 anyway",
    );
  }
  if (Object.keys(values.request_templates).length > 0 || values.passthrough_behavior !== "WHEN_NO_MATCH") {
    throw unsupported(address, "a template or passthrough_behavior", "neither with AWS_PROXY", "remove it");
  }
  if (values.integration_http_method === undefined) {
    throw unsupported(
      `${address}.integration_http_method`,
      "nothing",
      '"POST"',
      "set it: Lambda is invoked by POST",
    );
  }
  const uri = values.uri ?? "";
  const lambda = stack.find("aws_lambda_function", "invoke_arn", uri, `${address}.uri`);
  return {
    type: "AWS_PROXY",
    address,
    functionArn: lambda.text("arn"),
    integrationHttpMethod: values.integration_http_method,
    timeoutMilliseconds: values.timeout_milliseconds,
    credentials:
      values.credentials === undefined
        ? undefined
        : loadCredentials(stack, values.credentials, `${address}.credentials`, method),
  };
}

/** Source: https://docs.aws.amazon.com/apigateway/latest/api/API_PutIntegration.html */
function loadCredentials(
  stack: Stack,
  credentials: string,
  address: string,
  { values }: Resource<"aws_api_gateway_method">,
): LambdaProxyIntegration["credentials"] {
  if (credentials !== `arn:${stack.attributes.account.partition}:iam::*:user/*`) {
    const role = stack.find("aws_iam_role", "arn", credentials, address);
    return { kind: "role", roleArn: role.text("arn") };
  }
  if (values.authorization === "AWS_IAM") return { kind: "caller" };
  throw unsupported(
    address,
    `${describe(credentials)} (the caller's own) with authorization ${describe(values.authorization)}`,
    'authorization "AWS_IAM", or a role of this stack',
    "let callers sign: without a signature there is no identity to pass through",
  );
}

function loadMock(
  { address, values }: IntegrationResource,
  responses: readonly MockResponse[],
): MockIntegration {
  refuseProgram(values.request_templates, `${address}.request_templates`);
  if (values.credentials !== undefined) {
    throw unsupported(
      `${address}.credentials`,
      describe(values.credentials),
      "nothing with MOCK",
      "remove it: a mock invokes nothing",
    );
  }
  return {
    type: "MOCK",
    address,
    passthroughBehavior: values.passthrough_behavior,
    contentHandling: convertToText(values.content_handling, address),
    requestTemplates: values.request_templates,
    responses,
  };
}

/** Responses of mock integrations by method. */
function loadMockResponses(
  stack: Stack,
  integrations: ReadonlyMap<string, IntegrationResource>,
): ReadonlyMap<string, MockResponse[]> {
  const methodResponses = byKey(stack, "aws_api_gateway_method_response", statusKey);
  const responses = new Map<string, MockResponse[]>();
  stack.problems.attemptEach(
    byKey(stack, "aws_api_gateway_integration_response", statusKey).values(),
    (response) => {
      const declared = methodResponses.get(statusKey(response));
      if (!declared) {
        throw stack.missing("aws_api_gateway_method_response", {
          address: response.address,
          got: `status ${response.values.status_code}, which its method does not declare`,
          supported: "the status of an aws_api_gateway_method_response of the method",
          action: "add one: AWS refuses to create this one without it",
        });
      }
      // API Gateway creates integration responses of a proxy integration, but ignores them.
      refuseContentTypes(response.values.response_templates, `${response.address}.response_templates`);
      if (integrations.get(methodKey(response))?.values.type !== "MOCK") return;
      const read = loadMockResponse(response, declared);
      responses.set(methodKey(response), [...(responses.get(methodKey(response)) ?? []), read]);
    },
  );
  return responses;
}

function loadMockResponse(
  { address, values }: IntegrationResponse,
  declared: Resource<"aws_api_gateway_method_response">,
): MockResponse {
  refuseProgram(values.response_templates, `${address}.response_templates`);
  refusePattern(values.selection_pattern, `${address}.selection_pattern`);
  // The text of a mock is text already: https://docs.aws.amazon.com/apigateway/latest/developerguide/api-gateway-payload-encodings-workflow.html
  convertToText(values.content_handling, address);
  const at = `${address}.response_parameters`;
  const undeclared = Object.keys(values.response_parameters).find(
    (name) => !Object.hasOwn(declared.values.response_parameters, name),
  );
  if (undeclared !== undefined) {
    throw unsupported(
      `${at}.${JSON.stringify(undeclared)}`,
      "a header that the method response does not declare",
      `those of ${declared.address}`,
      "declare it there: AWS refuses it otherwise",
    );
  }
  return {
    address,
    statusCode: Number(values.status_code),
    selectionPattern: values.selection_pattern,
    responseParameters: headerParameters(values.response_parameters, "method.response.header.", at).literal,
    responseTemplates: values.response_templates,
  };
}

/** The effect of a conversion to binary on a template's text is not known. */
function convertToText(
  contentHandling: IntegrationResource["values"]["content_handling"],
  address: string,
): MockIntegration["contentHandling"] {
  if (contentHandling !== "CONVERT_TO_BINARY") return contentHandling;
  throw unsupported(
    `${address}.content_handling`,
    describe(contentHandling),
    '"CONVERT_TO_TEXT", or nothing',
    "templates are text: use one of these",
  );
}

function refuseProgram(templates: Readonly<Record<string, string>>, address: string): void {
  refuseContentTypes(templates, address);
  for (const [contentType, template] of Object.entries(templates)) {
    if (isLiteralTemplate(template)) continue;
    throw unsupported(
      `${address}.${JSON.stringify(contentType)}`,
      "a template in Velocity (VTL)",
      "literal text",
      "write the literal answer, or answer from a Lambda",
    );
  }
}

/**
 * API Gateway uses Java's regular expressions; a pattern that JavaScript's stricter syntax accepts means the same in
 * both.
 */
function refusePattern(pattern: string | undefined, address: string): void {
  try {
    new RegExp(pattern ?? "", "u");
  } catch {
    throw unsupported(address, describe(pattern), "a regular expression", "write it in a simpler way");
  }
}
