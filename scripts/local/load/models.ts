import { unsupported } from "../terraform/problem";
import { describe, isObject } from "../terraform/value";
import { refuseContentType, refusedByAws } from "./aws-refusals";
import type { Resource, Stack } from "./stack";

/** The models of an API, by name. @throws Unsupported if there is no such model; `address` is of what refers to it */
export interface Models {
  /** The model's JSON schema. @throws Unsupported also if it is not one */
  schemaOf(name: string, address: string): unknown;
  /** Refuses a name that no model has. */
  refuseUnknown(name: string, address: string): void;
}

/** Reads the models of the API, and refuses those that AWS would not create. */
export function loadModels(stack: Stack): Models {
  const models = new Map<string, Model>();
  stack.problems.attemptEach(stack.all("aws_api_gateway_model"), (model) => {
    const { name, content_type } = model.values;
    const same = models.get(name);
    if (!same) models.set(name, model);
    refuseName(model, same);
    refuseContentType(content_type, `${model.address}.content_type`);
    refuseNoSchema(model);
    // What the schema of another type is made of is not known, as long as no body is validated by it.
    if (content_type === "application/json") readSchema(model);
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
  return { schemaOf, refuseUnknown };
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
    // Reported below, as is JSON that is no object.
  }
  throw unsupported(
    `${address}.schema`,
    "text that is no JSON object",
    "a JSON schema (draft 4)",
    "correct it",
  );
}
