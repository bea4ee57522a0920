import Ajv, { type FuncKeywordDefinition } from "ajv-draft-04";
import type { Route } from "#model/rest-api";
import { isNestedBeyond } from "#sigv4/json-nesting";
import { type HeaderLine, headerValue, type RawRequest } from "#sigv4/request";
import { DEEPEST_JSON } from "#text/parse-json";
import { clip } from "#text/printable";
import { contentTypeOf } from "../media-type";
import { readQuery } from "../query";
import type { Refusal } from "../refusal";
import type { Matched } from "./match";
import { NOT_JSON, validationError } from "./validation-error";

export type Validator = (request: RawRequest, match: Matched) => Refusal | undefined;

/**
 * Prepares a route's request validator: required parameters first, then the body against the model of its content type.
 * A route without validation gets a validator that passes everything.
 *
 * A required parameter must be included and not blank; names are case-sensitive, also those of headers. The model is
 * the one for the request's content type (`application/json` without the header), otherwise the one for `$default`. As
 * AWS documents, a body is not validated if its type has no model. An empty body is not JSON, and does not match any
 * model.
 *
 * @throws Error if a model is not a JSON schema of draft 4, or refers to a document that is not among the route's
 * Source: https://docs.aws.amazon.com/apigateway/latest/developerguide/api-gateway-method-request-validation.html
 */
export function compileValidator(route: Checked): Validator {
  const required = route.validator.parameters ? requiredParameters(route) : [];
  const models = route.validator.body ? compileModels(route) : new Map<string, ModelCheck>();
  return (request, match) => {
    const missing = required.length === 0 ? [] : missingParameters(required, request, match);
    if (missing.length > 0) return missingParametersRefusal(missing);
    return models.size === 0 ? undefined : checkBody(models, request);
  };
}

// ---------------------------------------------------------------------------------------------------- internal

interface RequiredParameter {
  /** `method.request.header.x-trace` */
  readonly mapping: string;
  readonly location: "header" | "path" | "querystring";
  /** `x-trace` */
  readonly name: string;
}

/** What of a route says how its requests are checked. */
type Checked = Omit<Route, "integration">;

/** In the order of the full mapping names, in which the message lists them. */
function requiredParameters(route: Checked): RequiredParameter[] {
  return Object.keys(route.requestParameters)
    .filter((mapping) => route.requestParameters[mapping])
    .sort()
    .map((mapping) => {
      const [, location, name] = /^method\.request\.(header|path|querystring)\.(.+)$/.exec(mapping) ?? [];
      if (!location || !name) {
        throw new Error(
          `${route.address}: request parameter '${mapping}' is not of the form method.request.LOCATION.NAME`,
        );
      }
      return { mapping, location: location as RequiredParameter["location"], name };
    });
}

function missingParameters(
  required: readonly RequiredParameter[],
  request: RawRequest,
  match: Matched,
): RequiredParameter[] {
  const query = required.some(({ location }) => location === "querystring")
    ? readQuery(request.target)
    : undefined;
  const isPresent = ({ location, name }: RequiredParameter): boolean => {
    if (location === "header") return hasHeader(request.headers, name);
    const values = location === "path" ? [match.pathParameters[name]] : query?.get(name);
    return values?.some((value) => value !== undefined && value.trim() !== "") ?? false;
  };
  return required.filter((parameter) => !isPresent(parameter));
}

function hasHeader(headers: readonly HeaderLine[], name: string): boolean {
  return headers.some(([candidate, value]) => candidate === name && value.trim() !== "");
}

function missingParametersRefusal(missing: readonly RequiredParameter[]): Refusal {
  const names = missing.map(({ name }) => name).join(", ");
  return {
    gate: "validation",
    response: "BAD_REQUEST_PARAMETERS",
    errorType: "BadRequestException",
    message: `Missing required request parameters: [${names}]`,
    reason: `required and missing or blank: ${missing.map(({ mapping }) => mapping).join(", ")}`,
  };
}

/** What is wrong with a value, for the log and in API Gateway's words; undefined if it is valid. */
type ModelCheck = (value: unknown) => Fault | undefined;

interface Fault {
  readonly reason: string;
  readonly validationError: string;
}

const TOO_DEEP: Fault = {
  reason: "body is nested too deeply to be validated",
  validationError: "[body is nested too deeply to be validated]",
};

function compileModels(route: Checked): Map<string, ModelCheck> {
  const models = new Map<string, ModelCheck>();
  for (const [contentType, schema] of Object.entries(route.requestModels)) {
    models.set(contentType.toLowerCase(), compileModel(route, contentType, schema));
  }
  return models;
}

/** It can contain a member's name, which comes from the client. */
const LONGEST_REASON = 500;

/** As a validator of draft 4 does, API Gateway ignores keywords and formats that it does not know. */
const OPTIONS = { strict: false, validateFormats: false, logger: false } as const;

/** Ajv compiles the schema of schemas once for each instance, when it checks the first: this one checks all. */
const schemas = new Ajv(OPTIONS);

/** @throws Error if it is not a schema: Ajv writes code from what it takes for one */
function checkSchema(schema: unknown): void {
  if (schema === null) throw new Error("schema must be object or boolean");
  schemas.validateSchema(schema as object, true);
}

function compileModel(route: Checked, contentType: string, schema: unknown): ModelCheck {
  const ajv = new Ajv({ ...OPTIONS, verbose: true, validateSchema: false });
  ajv.removeKeyword("uniqueItems").addKeyword(uniqueItems);
  try {
    for (const [url, referred] of Object.entries(route.referredModels ?? {})) {
      checkSchema(referred);
      ajv.addSchema(referred as object, url);
    }
    checkSchema(schema);
    const validate = ajv.compile(schema as object);
    return (value) => {
      try {
        if (validate(value)) return undefined;
        const [error] = validate.errors ?? [];
        const reason = clip(ajv.errorsText(validate.errors, { dataVar: "body" }), LONGEST_REASON);
        return { reason, validationError: error ? validationError(error) : "" };
      } catch {
        // A model that refers to itself follows a nested body until the call stack is exhausted.
        return TOO_DEEP;
      }
    };
  } catch (cause) {
    const detail = cause instanceof Error ? cause.message : String(cause);
    throw new Error(
      `${route.address}: the model for ${contentType} is not a usable JSON schema (draft 4): ${detail}`,
      {
        cause,
      },
    );
  }
}

function checkBody(models: ReadonlyMap<string, ModelCheck>, request: RawRequest): Refusal | undefined {
  const contentType = contentTypeOf(headerValue(request.headers, "content-type"));
  const model = models.get(contentType) ?? models.get("$default");
  if (!model) return undefined;
  const text = Buffer.from(request.body.buffer, request.body.byteOffset, request.body.byteLength).toString();
  if (isNestedBeyond(DEEPEST_JSON, text)) return invalidBody(TOO_DEEP);
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return invalidBody({ reason: "it is not JSON", validationError: NOT_JSON });
  }
  const fault = model(value);
  return fault === undefined ? undefined : invalidBody(fault);
}

function invalidBody({ reason, validationError }: Fault): Refusal {
  return {
    gate: "validation",
    response: "BAD_REQUEST_BODY",
    errorType: "BadRequestException",
    message: "Invalid request body",
    validationError,
    reason: `the body does not fit its model: ${reason}`,
  };
}

/**
 * `uniqueItems` in the time that it takes to read the list. Ajv compares each item with each: a body of 10 MB would keep
 * the gateway for hours.
 * Source: https://json-schema.org/draft-04/draft-fge-json-schema-validation-00#rfc.section.5.3.4
 */
const uniqueItems: FuncKeywordDefinition = {
  keyword: "uniqueItems",
  type: "array",
  schemaType: "boolean",
  error: { message: "must NOT have duplicate items" },
  validate: (mustBeUnique: boolean, items: readonly unknown[]) =>
    !mustBeUnique || new Set(items.map(canonicalJson)).size === items.length,
};

/** Equal values have the same text: numbers by value, members in any order. */
function canonicalJson(value: unknown): string {
  return JSON.stringify(value, (_name, each: unknown) => {
    if (typeof each !== "object" || each === null || Array.isArray(each)) return each;
    return Object.fromEntries(Object.entries(each).sort(([one], [other]) => (one < other ? -1 : 1)));
  });
}
