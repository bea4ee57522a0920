import { unsupported } from "#terraform/problem";
import { describe, isObject } from "#terraform/value";
import { refuseContentType, refusedByAws } from "./aws-refusals";
import type { Resource, Stack } from "./stack";

/** The models of an API, by name. @throws Unsupported if there is no such model; `address` is that of the reference */
export interface Models {
  /** The model's JSON schema. @throws Unsupported, also if it is not a JSON schema */
  schemaOf(name: string, address: string): unknown;
  /** Refuses a name that no model has. */
  refuseUnknown(name: string, address: string): void;
  /**
   * The models that others refer to by URL, directly or indirectly: URL → JSON schema; undefined if there are none.
   * @throws Unsupported if a reference does not lead to a model
   */
  referredFrom(names: readonly string[]): Readonly<Record<string, unknown>> | undefined;
}

/**
 * Reads the models of the API, and refuses those that AWS would not create. A model refers to another one of the API by the
 * URL `https://apigateway.amazonaws.com/restapis/{id}/models/{name}`. No other
 * document is available.
 * Source: https://docs.aws.amazon.com/apigateway/latest/developerguide/models-mappings-models.html
 */
export function loadModels(stack: Stack, restApiId: string): Models {
  const base = `https://apigateway.amazonaws.com/restapis/${restApiId}/models/`;
  const models = new Map<string, Model>();
  const readable: Model[] = [];
  stack.problems.attemptEach(stack.all("aws_api_gateway_model"), (model) => {
    const { name, content_type } = model.values;
    const same = models.get(name);
    if (!same) models.set(name, model);
    refuseName(model, same);
    refuseContentType(content_type, `${model.address}.content_type`);
    refuseNoSchema(model);
    // The schema of another type is not parsed, as long as no body is validated against it.
    if (content_type !== "application/json") return;
    readSchema(model);
    readable.push(model);
  });
  const refuseUnknown = (name: string, address: string): void => {
    if (models.has(name) || BUILT_IN_MODELS.has(name)) return;
    throw stack.missing("aws_api_gateway_model", {
      address,
      got: describe(name),
      supported: "the name of an aws_api_gateway_model of this stack, Empty or Error",
      action: "refer to one: aws_api_gateway_model.NAME.name",
    });
  };
  const schemaOf = (name: string, address: string): unknown => {
    refuseUnknown(name, address);
    const own = models.get(name);
    return own ? readSchema(own) : BUILT_IN_MODELS.get(name);
  };
  const refer = (name: string): readonly string[] => {
    const own = models.get(name);
    return own ? referencesOf(readSchema(own)).map((url) => nameIn(url, own)) : [];
  };
  const nameIn = (url: string, { address }: Model): string => {
    const name = url.startsWith(base) ? url.slice(base.length) : "";
    if (models.has(name) || BUILT_IN_MODELS.has(name)) return name;
    throw stack.missing("aws_api_gateway_model", {
      address: `${address}.schema`,
      got: `the reference ${describe(url)}`,
      supported: `"#/…", or ${base} and the name of a model of this stack`,
      action: "refer to one: ${aws_api_gateway_rest_api.NAME.id} and ${aws_api_gateway_model.NAME.name}",
    });
  };
  const referredFrom = (names: readonly string[]): Readonly<Record<string, unknown>> | undefined => {
    const referred = new Set<string>();
    const next = names.flatMap(refer);
    for (let name = next.pop(); name !== undefined; name = next.pop()) {
      if (referred.has(name)) continue;
      referred.add(name);
      next.push(...refer(name));
    }
    if (referred.size === 0) return undefined;
    return Object.fromEntries([...referred].map((name) => [base + name, schemaOf(name, base + name)]));
  };
  // Read here too, so that a broken reference is reported even in a model that no method uses.
  stack.problems.attemptEach(readable, ({ values }) => refer(values.name));
  return { schemaOf, refuseUnknown, referredFrom };
}

// ---------------------------------------------------------------------------------------------------- internal

type Model = Resource<"aws_api_gateway_model">;

/**
 * The models that every API has.
 * Source: https://github.com/localstack/localstack/blob/8b9a79f05846835cf4dff63ab7eefdde9df83783/tests/aws/services/apigateway/test_apigateway_api.snapshot.json,
 *   test_model_lifecycle
 */
const BUILT_IN_MODELS: ReadonlyMap<string, unknown> = new Map([
  ["Empty", { type: "object" }],
  ["Error", { type: "object", properties: { message: { type: "string" } } }],
]);

/** Source of the second message: https://github.com/edx/api-manager/pull/259; of the others, test_model_validation there */
function refuseName({ address, values: { name } }: Model, same: Model | undefined): void {
  const at = `${address}.name`;
  if (name === "") {
    throw refusedByAws(at, '""', "a name", "name it", "Model name must be non-empty");
  }
  if (!/^[A-Za-z0-9]+$/.test(name)) {
    const answer = `Model name must be alphanumeric: ${name}`;
    throw refusedByAws(at, describe(name), "letters and digits", "rename it", answer);
  }
  const owner = same?.address ?? (BUILT_IN_MODELS.has(name) ? "the model that every API has" : undefined);
  if (owner !== undefined) {
    const answer = "Model name already exists for this REST API";
    throw refusedByAws(at, `the same name as ${owner}`, "one of each", "rename it", answer);
  }
}

function refuseNoSchema({ address, values: { schema } }: Model): void {
  if (schema) return;
  throw refusedByAws(
    `${address}.schema`,
    schema === undefined ? "nothing" : '""',
    "a JSON schema (draft 4)",
    'write one, {"type": "object"} at least',
    "Model schema must have at least 1 property or array items defined",
  );
}

function readSchema({ address, values }: Model): unknown {
  try {
    const schema: unknown = JSON.parse(values.schema ?? "");
    if (isObject(schema)) return schema;
  } catch {
    // Reported below, as is JSON that is not an object.
  }
  throw unsupported(
    `${address}.schema`,
    "text that is not a JSON object",
    "a JSON schema (draft 4)",
    "correct it",
  );
}

/** The `$ref`s of a schema that refer to other documents. */
function referencesOf(schema: unknown): string[] {
  if (typeof schema !== "object" || schema === null) return [];
  const own = "$ref" in schema && typeof schema.$ref === "string" ? [schema.$ref] : [];
  const inner = Object.values(schema).flatMap(referencesOf);
  return [...own.filter((reference) => !reference.startsWith("#")), ...inner];
}
