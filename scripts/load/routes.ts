import { compileValidator } from "#gateway/gates/validate";
import type { Integration, Route } from "#model/rest-api";
import { unsupported } from "#terraform/problem";
import { describe } from "#terraform/value";
import { loadAuthorizer } from "./authorizers";
import { refuseContentTypes, refusedByAws } from "./aws-refusals";
import { loadModels, type Models } from "./body-models";
import type { OfMethod } from "./closed-routes";
import { loadIntegrations } from "./integrations";
import type { Resource, Stack } from "./stack";

/**
 * The API's methods, each with its path and integration.
 * @param api - with its root resource, which no resource of the stack makes
 */
export function loadRoutes(stack: Stack, api: Resource<"aws_api_gateway_rest_api">): readonly Route[] {
  const pathOf = loadPaths(stack, api.text("root_resource_id"));
  const integrationOf = loadIntegrations(stack);
  const models = loadModels(stack, api.text("id"));
  refuseResponseModels(stack, models);
  const readGates = (method: Method) => {
    const { values } = method;
    const gates = {
      operationName: values.operation_name,
      authorization: values.authorization,
      ...loadAuthorizer(stack, method),
      apiKeyRequired: values.api_key_required,
      requestParameters: loadRequestParameters(method),
      validator: loadValidator(stack, method),
      requestModels: loadRequestModels(method, models),
      referredModels: models.referredFrom(Object.values(values.request_models)),
    };
    refuseUnusableValidation({ ...placeOf(method), ...gates });
    return gates;
  };
  const placeOf = ({ address, values }: OfMethod) => ({
    address,
    resourceId: values.resource_id,
    resourcePath: pathOf(values.resource_id, `${address}.resource_id`),
    httpMethod: values.http_method,
  });
  const closedRoute = (method: OfMethod): Route => ({
    ...placeOf(method),
    ...UNREAD_METHOD,
    ...closedOr(stack, method, UNREAD_METHOD.authorization, undefined),
  });
  const routes = stack.problems.attemptEach(stack.all("aws_api_gateway_method"), (method) => {
    const integration = stack.closed.reasonFor(method)
      ? undefined
      : stack.closed.attempt(
          () => method,
          false,
          () => integrationOf(method),
        );
    const gates = stack.closed.attempt(
      () => method,
      true,
      () => readGates(method),
    );
    if (!gates) return closedRoute(method);
    return { ...placeOf(method), ...gates, ...closedOr(stack, method, gates.authorization, integration) };
  });
  const closed = stack.problems.attemptEach(stack.unreadMethods(), closedRoute);
  const all = [...routes, ...closed];
  const count = stack.all("aws_api_gateway_method").length + stack.unreadMethods().length;
  // Without its route, the requests of a method would go to a less specific one, whose gates can be open.
  if (all.length < count && stack.problems.list().length === 0)
    throw new Error("a method has neither a route nor a problem");
  return all;
}

/** Nothing is known of the gates of a method that could not be read. */
const UNREAD_METHOD = {
  authorization: "UNKNOWN",
  apiKeyRequired: false,
  requestParameters: {},
  validator: { body: false, parameters: false },
  requestModels: {},
} as const;

/** A method's integration; if its route is closed, that there is none, and why. */
function closedOr(
  stack: Stack,
  method: OfMethod,
  authorization: Route["authorization"],
  integration: Integration | undefined,
): Pick<Route, "integration" | "notServed"> {
  const notServed = stack.unknownGateOf(authorization) ?? stack.closed.reasonFor(method);
  if (integration) return notServed ? { integration, notServed } : { integration };
  return { integration: { type: "UNKNOWN", address: notServed?.address ?? method.address }, notServed };
}

type Method = Resource<"aws_api_gateway_method">;

/** Finds the path template of a resource by its id. */
function loadPaths(stack: Stack, rootId: string): (resourceId: string, address: string) => string {
  const templates = new Map<string, string>();
  const paths = new Map([[rootId, "/"]]);
  stack.problems.attemptEach(stack.all("aws_api_gateway_resource"), (resource) => {
    const { address, values } = resource;
    const path = resource.text("path");
    paths.set(resource.text("id"), path);
    if (values.parent_id !== rootId) {
      const parent = stack.find("aws_api_gateway_resource", "id", values.parent_id, `${address}.parent_id`);
      if (parent.values.path_part.endsWith("+}")) {
        throw unsupported(
          address,
          "a resource below a greedy one",
          "none",
          "a {name+} takes all of the path: move it",
        );
      }
    }
    // AWS allows one child of each name per resource, and one with a variable, greedy or not.
    // Source: https://github.com/localstack/localstack/pull/7746
    const template = path.replace(/\{[^/}]*\}$/, "{}");
    const same = templates.get(template);
    if (same !== undefined) {
      const isVariable = template.endsWith("{}");
      throw unsupported(
        `${address}.path_part`,
        `${isVariable ? "a variable beside that" : "the path"} of ${same}`,
        isVariable ? "one variable below a resource, greedy or not" : "a path for each",
        "change one of them: AWS refuses the second",
      );
    }
    templates.set(template, address);
  });
  return (resourceId, address) => {
    const path = paths.get(resourceId);
    if (path !== undefined) return path;
    throw stack.missing("aws_api_gateway_resource", {
      address,
      got: describe(resourceId),
      supported: "the id of an aws_api_gateway_resource of this stack, or the API's root_resource_id",
      action: "refer to one",
    });
  };
}

function loadValidator(stack: Stack, { address, values }: Method): Route["validator"] {
  const id = values.request_validator_id;
  if (id === undefined) return { body: false, parameters: false };
  const at = `${address}.request_validator_id`;
  const { values: validator } = stack.find("aws_api_gateway_request_validator", "id", id, at);
  return { body: validator.validate_request_body, parameters: validator.validate_request_parameters };
}

function loadRequestModels({ address, values }: Method, models: Models): Route["requestModels"] {
  const at = `${address}.request_models`;
  refuseContentTypes(values.request_models, at);
  return Object.fromEntries(
    Object.entries(values.request_models).map(([contentType, name]) => [
      contentType,
      models.schemaOf(name, `${at}.${JSON.stringify(contentType)}`),
    ]),
  );
}

/** The models of responses are only documentation, but AWS does not create a response whose model is missing. */
function refuseResponseModels(stack: Stack, models: Models): void {
  stack.problems.attemptEach(stack.all("aws_api_gateway_method_response"), ({ address, values }) => {
    const at = `${address}.response_models`;
    refuseContentTypes(values.response_models, at);
    for (const [contentType, name] of Object.entries(values.response_models)) {
      models.refuseUnknown(name, `${at}.${JSON.stringify(contentType)}`);
    }
  });
}

/**
 * The parameters of a method, whose names must be unique on AWS: a header and a query parameter cannot share one.
 * Source of the form: https://docs.aws.amazon.com/apigateway/latest/developerguide/request-response-data-mappings.html;
 *   of the messages: https://github.com/localstack/localstack/blob/8b9a79f05846835cf4dff63ab7eefdde9df83783/tests/aws/services/apigateway/test_apigateway_api.snapshot.json,
 *   test_method_request_parameters, and https://github.com/olegabu/cognito-helper/issues/13
 */
function loadRequestParameters({ address, values }: Method): Route["requestParameters"] {
  const mappings = new Map<string, string>();
  for (const mapping of Object.keys(values.request_parameters)) {
    const at = `${address}.request_parameters.${JSON.stringify(mapping)}`;
    const name = /^method\.request\.(?:querystring|header|path)\.([\w.$-]+)$/.exec(mapping)?.[1];
    if (name === undefined) {
      const form =
        "method.request.LOCATION.NAME, with querystring, header or path, and a name of letters, digits and ._$-";
      const answer = `Invalid mapping expression parameter specified: ${mapping}`;
      throw refusedByAws(at, describe(mapping), form, "correct it", answer);
    }
    const same = mappings.get(name);
    if (same !== undefined) {
      const answer = "Parameter names must be unique across querystring, header and path";
      throw refusedByAws(at, `the same name as ${same}`, "one of each", "rename one", answer);
    }
    mappings.set(name, mapping);
  }
  return values.request_parameters;
}

/** What the validator of a route could not check, it would let through. */
function refuseUnusableValidation(route: Omit<Route, "integration">): void {
  try {
    compileValidator(route);
  } catch (error) {
    const detail = (error as Error).message.replace(`${route.address}: `, "");
    throw unsupported(
      route.address,
      `a validation that is not possible (${detail})`,
      "JSON schema (draft 4)",
      "correct it",
    );
  }
}
