import type { Integration, IntegrationResponse } from "#model/rest-api";
import { unsupported } from "#terraform/problem";
import { refuseContentTypes } from "./aws-refusals";
import { methodKey, type OfMethod } from "./closed-routes";
import { headerParameters } from "./header-parameters";
import { isResponseMapping, refusePattern, refuseTemplates } from "./mappings";
import { readIntegration } from "./read-integration";
import type { Resource, Stack } from "./stack";

/** Finds a method's integration. @throws Unsupported if it has none, or one that could not be read */
export type FindIntegration = (method: Resource<"aws_api_gateway_method">) => Integration;

/** Reads the integrations of the API's methods, with their responses. */
export function loadIntegrations(stack: Stack): FindIntegration {
  const integrations = byKey(stack, "aws_api_gateway_integration", methodKey);
  const responses = loadResponses(stack, integrations);
  refuseStrays(stack, integrations);
  return (method) => {
    const integration = integrations.get(methodKey(method));
    if (!integration) {
      throw stack.missing("aws_api_gateway_integration", {
        address: method.address,
        got: "a method without an integration",
        supported: "AWS_PROXY, AWS, HTTP_PROXY, HTTP or MOCK",
        action: "add an aws_api_gateway_integration: AWS deploys no method without one",
      });
    }
    return readIntegration(stack, integration, method, responses.get(methodKey(integration)) ?? []);
  };
}

type IntegrationResource = Resource<"aws_api_gateway_integration">;
type ResponseResource = Resource<"aws_api_gateway_integration_response">;

interface OfMethodAndStatus extends OfMethod {
  readonly values: OfMethod["values"] & { readonly status_code: string };
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
    stack.closed.attempt(
      () => resource as unknown as OfMethod,
      type === "aws_api_gateway_method",
      () => {
        if (!same) return;
        const got = `the same method as ${same.address}`;
        throw unsupported(resource.address, got, "one of each", "take one away");
      },
    );
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
 * Responses by method. API Gateway creates those of a proxy integration, and ignores them. It also creates one whose
 * status the method does not declare.
 * Source: `test_lambda_aws_integration` of localstack/localstack, validated on AWS: the integration response comes first
 */
function loadResponses(
  stack: Stack,
  integrations: ReadonlyMap<string, IntegrationResource>,
): ReadonlyMap<string, IntegrationResponse[]> {
  const methodResponses = byKey(stack, "aws_api_gateway_method_response", statusKey);
  const responses = new Map<string, IntegrationResponse[]>();
  stack.problems.attemptEach(
    byKey(stack, "aws_api_gateway_integration_response", statusKey).values(),
    (response) => {
      const declared = methodResponses.get(statusKey(response));
      refuseContentTypes(response.values.response_templates, `${response.address}.response_templates`);
      if (integrations.get(methodKey(response))?.values.type.endsWith("_PROXY") !== false) return;
      const read = stack.closed.attempt(
        () => response,
        false,
        () => readResponse(response, declared),
      );
      if (!read) return;
      responses.set(methodKey(response), [...(responses.get(methodKey(response)) ?? []), read]);
    },
  );
  return responses;
}

function readResponse(
  { address, values }: ResponseResource,
  declared: Resource<"aws_api_gateway_method_response"> | undefined,
): IntegrationResponse {
  refuseTemplates(values.response_templates, `${address}.response_templates`);
  refusePattern(values.selection_pattern, `${address}.selection_pattern`);
  const at = `${address}.response_parameters`;
  const undeclared = Object.keys(values.response_parameters).find(
    (name) => !Object.hasOwn(declared?.values.response_parameters ?? {}, name),
  );
  if (undeclared !== undefined) {
    throw unsupported(
      `${at}.${JSON.stringify(undeclared)}`,
      "a header that the method response does not declare",
      declared ? `those of ${declared.address}` : "none, since the method does not declare the status",
      "declare it there: AWS refuses it otherwise",
    );
  }
  const { literal, mapped } = headerParameters(
    values.response_parameters,
    "method.response.header.",
    at,
    isResponseMapping,
  );
  return {
    address,
    statusCode: Number(values.status_code),
    ...(!declared && { isUndeclared: true }),
    selectionPattern: values.selection_pattern,
    contentHandling: values.content_handling,
    responseParameters: literal,
    ...(Object.keys(mapped).length > 0 && { mappedParameters: mapped }),
    responseTemplates: values.response_templates,
  };
}
