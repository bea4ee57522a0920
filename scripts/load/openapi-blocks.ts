import { createHash } from "node:crypto";
import { parse } from "yaml";
import type { Block } from "#terraform/document";
import { isList, isObject, member, type ObjectValue, type Value } from "#terraform/value";

/** The API that an OpenAPI document belongs to. */
export interface DocumentedApi {
  /** Terraform address of the `aws_api_gateway_rest_api`. */
  readonly address: string;
  readonly id: string;
  readonly rootResourceId: string;
}

/**
 * The resources that stand for what API Gateway makes of an OpenAPI document (2.0 or 3.0) with its extensions, each as
 * Terraform would write it, so that the same rules read both. What is not understood of an operation is a property that no
 * rule knows, and so closes the operation's route.
 * @throws SyntaxError if it is neither JSON nor YAML, or has no paths
 * Source: https://docs.aws.amazon.com/apigateway/latest/developerguide/api-gateway-swagger-extensions.html
 */
export function openApiBlocks(text: string, api: DocumentedApi): readonly Block[] {
  const root = parseDocument(text);
  const at = (path: string): string => `${api.address}.body.${path}`;
  const blocks: Block[] = [];
  const add = (type: string, address: string, values: ObjectValue, assigned: ObjectValue = {}): void => {
    blocks.push({
      address: at(address),
      type,
      provider: "aws",
      arguments: { rest_api_id: api.id, ...values },
      assigned: { id: idOf(`${api.id} ${address}`), ...assigned },
    });
  };
  const ids = new Map([["/", api.rootResourceId]]);
  const resourceAt = (path: string): string => {
    const known = ids.get(path);
    if (known !== undefined) return known;
    const cut = path.lastIndexOf("/");
    const parent = resourceAt(path.slice(0, cut) || "/");
    const id = idOf(`${api.id} ${path}`);
    ids.set(path, id);
    const address = `resources.${JSON.stringify(path)}`;
    add(
      "aws_api_gateway_resource",
      address,
      { parent_id: parent, path_part: path.slice(cut + 1) },
      { id, path },
    );
    return id;
  };

  const models = new Map<string, string>();
  const schemas = new Map(entries(schemasOf(root)));
  /** Makes a model of a schema that a request has to fit, and of those that it refers to. */
  const modelOf = (schema: Value): string => {
    const reference = /^#\/(?:components\/schemas|definitions)\/(.+)$/.exec(
      textOf(get(schema, "$ref")) ?? "",
    )?.[1];
    const text = JSON.stringify(reference === undefined ? schema : (schemas.get(reference) ?? {}));
    const name = reference === undefined ? `Request${idOf(text)}` : modelName(reference);
    if (models.has(name)) return name;
    models.set(name, text);
    const referred = text.replace(REFERENCE, (_, other: string) => {
      modelOf({ $ref: `#/definitions/${other}` });
      return `"$ref":"${modelsUrl(api.id)}${modelName(other)}"`;
    });
    add("aws_api_gateway_model", `models.${name}`, { name, content_type: JSON_TYPE, schema: referred });
    return name;
  };
  for (const [name, validator] of entries(member(root, "x-amazon-apigateway-request-validators"))) {
    add(
      "aws_api_gateway_request_validator",
      `validators.${JSON.stringify(name)}`,
      {
        name,
        validate_request_body: get(validator, "validateRequestBody") === true,
        validate_request_parameters: get(validator, "validateRequestParameters") === true,
      },
      { id: `validator ${name}` },
    );
  }
  for (const [type, response] of entries(member(root, "x-amazon-apigateway-gateway-responses"))) {
    add("aws_api_gateway_gateway_response", `gateway-responses.${type}`, {
      response_type: type,
      ...optional("status_code", textOf(get(response, "statusCode"))),
      ...optional("response_parameters", get(response, "responseParameters")),
      ...optional("response_templates", get(response, "responseTemplates")),
    });
  }
  const policy = member(root, "x-amazon-apigateway-policy");
  if (policy !== undefined && policy !== null) {
    add("aws_api_gateway_rest_api_policy", "policy", { policy: JSON.stringify(policy) });
  }
  for (const [name, scheme] of entries(schemesOf(root))) {
    const authorizer = get(scheme, "x-amazon-apigateway-authorizer");
    if (isObject(authorizer))
      add("aws_api_gateway_authorizer", `authorizers.${name}`, authorizerOf(name, scheme, authorizer), {
        id: `authorizer ${name}`,
      });
  }
  for (const [path, item] of entries(member(root, "paths"))) {
    const resourceId = resourceAt(path === "/" ? path : path.replace(/\/$/, ""));
    for (const [verb, operation] of entries(item)) {
      const method = verb === "x-amazon-apigateway-any-method" ? "ANY" : verb.toUpperCase();
      if (!METHODS.has(method) || !isObject(operation)) continue;
      const key = { resource_id: resourceId, http_method: method };
      const place = `paths.${JSON.stringify(path)}.${verb}`;
      addOperation({ root, item, operation, modelOf }, (type, part, values) =>
        add(type, `${place}${part}`, { ...key, ...values }),
      );
    }
  }
  return blocks;
}

/** Settings of the API itself that a document makes: they take the place of the resource's own. */
export function openApiSettings(text: string): ObjectValue {
  const root = parseDocument(text);
  return {
    ...optional("api_key_source", member(root, "x-amazon-apigateway-api-key-source")),
    ...optional("binary_media_types", member(root, "x-amazon-apigateway-binary-media-types")),
  };
}

// ---------------------------------------------------------------------------------------------------- internal

const METHODS = new Set(["GET", "PUT", "POST", "DELETE", "PATCH", "HEAD", "OPTIONS", "ANY"]);
const JSON_TYPE = "application/json";

interface Operation {
  readonly root: ObjectValue;
  readonly item: Value;
  readonly operation: ObjectValue;
  /** The name of the model for a schema. */
  readonly modelOf: (schema: Value) => string;
}

type AddPart = (type: string, part: string, values: ObjectValue) => void;

function addOperation(op: Operation, add: AddPart): void {
  const { root, operation } = op;
  add("aws_api_gateway_method", "", {
    ...authorizationOf(op),
    ...requestOf(op),
    ...optional("operation_name", member(operation, "operationId")),
    ...validatorOf(root, operation),
  });
  const integration = resolve(root, member(operation, "x-amazon-apigateway-integration"));
  if (!isObject(integration)) return;
  add("aws_api_gateway_integration", ".integration", integrationOf(integration));
  const type = textOf(member(integration, "type"))?.toUpperCase() ?? "";
  const answers = entries(member(integration, "responses"));
  const isProxy = type.endsWith("_PROXY");
  const declared = new Map(entries(member(operation, "responses")));
  const statuses = isProxy
    ? []
    : [...new Set(answers.map(([, answer]) => textOf(get(answer, "statusCode")) ?? "200"))];
  for (const status of statuses) {
    const headers = entries(get(resolve(root, declared.get(status)), "headers")).map(([name]) => name);
    const mapped = answers
      .filter(([, answer]) => (textOf(get(answer, "statusCode")) ?? "200") === status)
      .flatMap(([, answer]) => entries(get(answer, "responseParameters")).map(([name]) => name));
    const names = new Set([...headers.map((name) => `method.response.header.${name}`), ...mapped]);
    add("aws_api_gateway_method_response", `.responses.${status}`, {
      status_code: status,
      response_parameters: Object.fromEntries([...names].map((name) => [name, false])),
    });
  }
  if (isProxy) return;
  for (const [pattern, answer] of answers) {
    add("aws_api_gateway_integration_response", `.integration.responses.${JSON.stringify(pattern)}`, {
      status_code: textOf(get(answer, "statusCode")) ?? "200",
      ...(pattern === "default" ? {} : { selection_pattern: pattern }),
      ...optional("response_parameters", get(answer, "responseParameters")),
      ...optional("response_templates", get(answer, "responseTemplates")),
      ...optional("content_handling", textOf(get(answer, "contentHandling"))?.toUpperCase()),
    });
  }
}

/** The names that the extension and Terraform have for the same, and how the value is written. */
const INTEGRATION: readonly (readonly [string, string, "text" | "upper" | "as-is"])[] = [
  ["type", "type", "upper"],
  ["uri", "uri", "text"],
  ["httpMethod", "integration_http_method", "upper"],
  ["credentials", "credentials", "text"],
  ["passthroughBehavior", "passthrough_behavior", "upper"],
  ["contentHandling", "content_handling", "upper"],
  ["timeoutInMillis", "timeout_milliseconds", "as-is"],
  ["requestParameters", "request_parameters", "as-is"],
  ["requestTemplates", "request_templates", "as-is"],
  ["connectionType", "connection_type", "upper"],
  ["connectionId", "connection_id", "text"],
  ["cacheKeyParameters", "cache_key_parameters", "as-is"],
  ["cacheNamespace", "cache_namespace", "text"],
  ["tlsConfig", "tls_config", "as-is"],
  ["responseTransferMode", "response_transfer_mode", "upper"],
];

function integrationOf(integration: ObjectValue): ObjectValue {
  const known = new Map(INTEGRATION.map(([from, to, form]) => [from, { to, form }]));
  const values: Record<string, Value> = {};
  for (const [name, value] of Object.entries(integration)) {
    if (name === "responses" || value === null) continue;
    const rule = known.get(name);
    const text = textOf(value);
    if (!rule) values[name] = value;
    else if (rule.form === "as-is" || text === undefined) values[rule.to] = value;
    else values[rule.to] = rule.form === "upper" ? text.toUpperCase() : text;
  }
  return values;
}

/** Who may call: what the operation says, else the document; a scheme that is not understood closes the route. */
function authorizationOf({ root, operation }: Operation): ObjectValue {
  const own = get(member(operation, "x-amazon-apigateway-auth"), "type");
  const security = member(operation, "security") ?? member(root, "security") ?? [];
  const requirements = isList(security) ? security.flatMap((each) => entries(each)) : [];
  const schemes = new Map(entries(schemesOf(root)));
  const values: Record<string, Value> = { authorization: textOf(own)?.toUpperCase() ?? "NONE" };
  for (const [name, scopes] of requirements) {
    const scheme = schemes.get(name);
    const type = textOf(get(scheme, "x-amazon-apigateway-authtype"))?.toLowerCase();
    const header = textOf(get(scheme, "name"))?.toLowerCase();
    const isSecond = values["authorization"] !== "NONE" && header !== "x-api-key";
    // Which of two API Gateway takes is not known.
    if (isSecond) values[`security.${name}`] = "a second authorization";
    else if (get(scheme, "type") === "apiKey" && header === "x-api-key") values["api_key_required"] = true;
    else if (type === "awssigv4") values["authorization"] = "AWS_IAM";
    else if (isObject(get(scheme, "x-amazon-apigateway-authorizer"))) {
      values["authorization"] = type === "cognito_user_pools" ? "COGNITO_USER_POOLS" : "CUSTOM";
      values["authorizer_id"] = `authorizer ${name}`;
      if (isList(scopes) && scopes.length > 0) values["authorization_scopes"] = scopes;
    } else values[`security.${name}`] = scheme ?? "not defined";
  }
  return values;
}

function authorizerOf(name: string, scheme: Value | undefined, authorizer: ObjectValue): ObjectValue {
  const header = textOf(get(scheme, "name"));
  const isCognito =
    textOf(get(scheme, "x-amazon-apigateway-authtype"))?.toLowerCase() === "cognito_user_pools";
  const ttl = member(authorizer, "authorizerResultTtlInSeconds");
  return {
    name,
    type: isCognito ? "COGNITO_USER_POOLS" : (textOf(member(authorizer, "type"))?.toUpperCase() ?? "TOKEN"),
    ...optional("authorizer_uri", member(authorizer, "authorizerUri")),
    ...optional("authorizer_credentials", member(authorizer, "authorizerCredentials")),
    ...optional("identity_validation_expression", member(authorizer, "identityValidationExpression")),
    ...optional("provider_arns", member(authorizer, "providerARNs")),
    ...optional("authorizer_result_ttl_in_seconds", ttl),
    ...optional(
      "identity_source",
      member(authorizer, "identitySource") ??
        (header === undefined ? undefined : `method.request.header.${header}`),
    ),
  };
}

/** Parameters and models of the request. */
function requestOf({ root, item, operation, modelOf }: Operation): ObjectValue {
  const parameters = [get(item, "parameters"), member(operation, "parameters")]
    .flatMap((list) => (list !== undefined && list !== null && isList(list) ? list : []))
    .map((parameter) => resolve(root, parameter));
  const named = parameters.flatMap((parameter): [string, boolean][] => {
    const location = LOCATIONS.get(textOf(get(parameter, "in")) ?? "");
    const name = textOf(get(parameter, "name"));
    if (location === undefined || name === undefined) return [];
    return [[`method.request.${location}.${name}`, get(parameter, "required") === true]];
  });
  const body = parameters.find((parameter) => get(parameter, "in") === "body");
  const content = entries(get(resolve(root, member(operation, "requestBody")), "content"));
  const schemas: [string, Value][] = body
    ? [[JSON_TYPE, get(body, "schema") ?? {}]]
    : content.map(([type, media]) => [type, get(media, "schema") ?? {}]);
  return {
    ...(named.length > 0 && { request_parameters: Object.fromEntries(named) }),
    ...(schemas.length > 0 && {
      request_models: Object.fromEntries(schemas.map(([type, schema]) => [type, modelOf(schema)])),
    }),
  };
}

const LOCATIONS = new Map([
  ["header", "header"],
  ["query", "querystring"],
  ["path", "path"],
]);

const REFERENCE = /"\$ref":"#\/(?:components\/schemas|definitions)\/([^"]+)"/g;

/** API Gateway takes letters and digits. */
function modelName(name: string): string {
  const letters = name.replaceAll(/[^A-Za-z0-9]/g, "");
  return letters === "Empty" || letters === "Error" ? `${letters}OfBody` : letters;
}

function validatorOf(root: ObjectValue, operation: ObjectValue): ObjectValue {
  const extension = "x-amazon-apigateway-request-validator";
  const name = textOf(member(operation, extension) ?? member(root, extension));
  return name === undefined ? {} : { request_validator_id: `validator ${name}` };
}

function schemasOf(root: ObjectValue): Value | undefined {
  return get(member(root, "components"), "schemas") ?? member(root, "definitions");
}

function schemesOf(root: ObjectValue): Value | undefined {
  return get(member(root, "components"), "securitySchemes") ?? member(root, "securityDefinitions");
}

function parseDocument(text: string): ObjectValue {
  const root: unknown = parse(text, { maxAliasCount: 100 });
  if (isObject(root as Value)) return root as ObjectValue;
  throw new SyntaxError("it is not an object");
}

/** What a reference within the document leads to; anything else as it is. */
function resolve(root: ObjectValue, value: Value | undefined): Value | undefined {
  const reference = textOf(get(value, "$ref"));
  if (!reference?.startsWith("#/")) return value;
  let found: Value | undefined = root;
  for (const name of reference.slice(2).split("/")) {
    found = get(found, name.replaceAll("~1", "/").replaceAll("~0", "~"));
  }
  return found;
}

function get(value: Value | undefined, name: string): Value | undefined {
  return value !== undefined && isObject(value) ? (member(value, name) ?? undefined) : undefined;
}

function entries(value: Value | undefined): [string, Value][] {
  return value !== undefined && isObject(value) ? Object.entries(value) : [];
}

function optional(name: string, value: Value | undefined): ObjectValue {
  return value === undefined || value === null ? {} : { [name]: value };
}

function textOf(value: Value | undefined): string | undefined {
  return typeof value === "string" || typeof value === "number" ? String(value) : undefined;
}

function modelsUrl(apiId: string): string {
  return `https://apigateway.amazonaws.com/restapis/${apiId}/models/`;
}

function idOf(name: string): string {
  const digest = createHash("sha256").update(name).digest("hex");
  return BigInt(`0x${digest.slice(0, 16)}`)
    .toString(36)
    .padStart(10, "0")
    .slice(-10);
}
