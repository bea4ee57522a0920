import type { HeaderLine } from "#sigv4/request";
import { type Expression, evaluateExpression, readExpression } from "./expressions";
import type { RequestSources } from "./sources";
import type { Overrides } from "./templates";

/** Where in the request to the integration a mapping puts its value. */
const LOCATIONS = ["header", "querystring", "path"] as const;
type Location = (typeof LOCATIONS)[number];

/** Mapped parameters by location; several values of a query parameter are sent one by one. */
export type RequestParameters = Readonly<Record<Location, ReadonlyMap<string, readonly string[]>>>;

/** @throws NotJson for a member of a body that is not JSON */
export type MapParameters = (sources: RequestSources) => RequestParameters;

/**
 * Prepares the mappings of an integration's request: `integration.request.header.NAME` → expression.
 * A parameter without a value, or with an empty one, is not sent.
 * Source: https://docs.aws.amazon.com/apigateway/latest/developerguide/request-response-data-mappings.html; of the empty value,
 *   `test_http_proxy_integration_request_data_mappings` of localstack/localstack, recorded from AWS
 *
 * @throws Error for a mapping that API Gateway does not have
 */
export function compileParameters(
  mappings: Readonly<Record<string, string>>,
  address: string,
): MapParameters {
  const compiled = Object.entries(mappings).map(([target, text]): [Location, string, Expression] => {
    const [location, name] = readTarget(target) ?? [];
    const expression = readExpression(text);
    if (location === undefined || name === undefined || expression === undefined)
      throw new Error(`${address}: '${target}' = ${text} is not a mapping`);
    return [location, name, expression];
  });
  return (sources) => {
    const mapped = { header: new Map(), querystring: new Map(), path: new Map() };
    for (const [location, name, expression] of compiled) {
      const value = evaluateExpression(expression, sources);
      const values = typeof value === "string" ? [value] : (value ?? []);
      if (values.some((each) => each !== "")) mapped[location].set(name, values);
    }
    return mapped;
  };
}

/** The location and name that a mapping sets; undefined if it sets nothing of a request. */
export function readTarget(target: string): readonly [location: Location, name: string] | undefined {
  const [, location, name] =
    /^integration\.request\.(header|querystring|path)\.([\w.$-]+)$/.exec(target) ?? [];
  return location === undefined || name === undefined ? undefined : [location as Location, name];
}

/**
 * The mapped parameters with those in their place that a template set in `$context.requestOverride`.
 * Source: https://docs.aws.amazon.com/apigateway/latest/developerguide/apigateway-override-request-response-parameters.html
 */
export function withOverrides(mapped: RequestParameters, { requestOverride }: Overrides): RequestParameters {
  const override = (location: Location): ReadonlyMap<string, readonly string[]> => {
    const set = memberOf(requestOverride, location);
    if (typeof set !== "object" || set === null || Array.isArray(set)) return mapped[location];
    const names = new Map(mapped[location]);
    for (const [name, value] of Object.entries(set)) {
      for (const other of [...names.keys()]) if (isSame(location, other, name)) names.delete(other);
      const values = (Array.isArray(value) ? value : [value]).filter(isScalar).map(String);
      if (values.length > 0) names.set(name, values);
    }
    return names;
  };
  return { header: override("header"), querystring: override("querystring"), path: override("path") };
}

/** Parameters as lines: values of a header in one, of a query parameter one by one. */
export function headerLinesOf(headers: RequestParameters["header"]): HeaderLine[] {
  return [...headers].map(([name, values]): HeaderLine => [name, values.join(",")]);
}

// ---------------------------------------------------------------------------------------------------- internal

function memberOf(value: unknown, name: string): unknown {
  return typeof value === "object" && value !== null && Object.hasOwn(value, name)
    ? (value as Record<string, unknown>)[name]
    : undefined;
}

function isSame(location: Location, left: string, right: string): boolean {
  return location === "header" ? left.toLowerCase() === right.toLowerCase() : left === right;
}

function isScalar(value: unknown): value is string | number | boolean {
  return ["string", "number", "boolean"].includes(typeof value);
}
