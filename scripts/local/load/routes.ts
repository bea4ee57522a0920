import { compileValidator } from "../gates/validate";
import type { Route } from "../model";
import { unsupported } from "../terraform/problem";
import { describe, isObject } from "../terraform/value";
import { loadIntegrations } from "./integrations";
import type { Resource, Stack } from "./stack";

/**
 * The API's methods, each with its path and integration.
 * @param rootId - id of the API's root resource
 */
export function loadRoutes(stack: Stack, rootId: string): readonly Route[] {
  const pathOf = loadPaths(stack, rootId);
  const integrationOf = loadIntegrations(stack);
  return stack.problems.attemptEach(stack.all("aws_api_gateway_method"), (method) => {
    const { address, values } = method;
    const route: Route = {
      address,
      resourceId: values.resource_id,
      resourcePath: pathOf(values.resource_id, `${address}.resource_id`),
      httpMethod: values.http_method,
      operationName: values.operation_name,
      authorization: values.authorization,
      apiKeyRequired: values.api_key_required,
      requestParameters: values.request_parameters,
      validator: loadValidator(stack, method),
      requestModels: loadModels(stack, method),
      integration: integrationOf(method),
    };
    refuseUnusableValidation(route);
    return route;
  });
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
    // AWS lets a resource have one child of each name, and one with a variable, greedy or not.
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

/**
 * The models that every API has.
 * Source: https://github.com/localstack/localstack/blob/8b9a79f05846835cf4dff63ab7eefdde9df83783/tests/aws/services/apigateway/test_apigateway_api.snapshot.json,
 *   test_model_lifecycle
 */
const BUILT_IN_MODELS: ReadonlyMap<string, unknown> = new Map([
  ["Empty", { type: "object" }],
  ["Error", { type: "object", properties: { message: { type: "string" } } }],
]);

function loadModels(stack: Stack, { address, values }: Method): Route["requestModels"] {
  return Object.fromEntries(
    Object.entries(values.request_models).map(([contentType, name]) => {
      const own = stack.findOptional("aws_api_gateway_model", "name", name);
      if (own) return [contentType, readSchema(own)];
      if (BUILT_IN_MODELS.has(name)) return [contentType, BUILT_IN_MODELS.get(name)];
      throw stack.missing("aws_api_gateway_model", {
        address: `${address}.request_models.${JSON.stringify(contentType)}`,
        got: describe(name),
        supported: "the name of an aws_api_gateway_model of this stack, Empty or Error",
        action: "refer to one: aws_api_gateway_model.NAME.name",
      });
    }),
  );
}

function readSchema({ address, values }: Resource<"aws_api_gateway_model">): unknown {
  try {
    const schema: unknown = JSON.parse(values.schema ?? "{}");
    if (isObject(schema)) return schema;
  } catch {
    // Told below, as is JSON that is no object.
  }
  throw unsupported(
    `${address}.schema`,
    "text that is no JSON object",
    "a JSON schema (draft 4)",
    "correct it",
  );
}

/** What the validator of a route could not check, it would let through. */
function refuseUnusableValidation(route: Route): void {
  try {
    compileValidator(route);
  } catch (error) {
    const detail = (error as Error).message.replace(`${route.address}: `, "");
    throw unsupported(
      route.address,
      `a validation that cannot be done (${detail})`,
      "JSON schema (draft 4)",
      "correct it",
    );
  }
}
