import { queryParameters, splitTarget } from "#sigv4/target";

/**
 * The query parameters of a request target as API Gateway reads them, the values of each name in their order: decoded,
 * `+` a space, and split at `;` as well as at `&` (the documentation's known issues). A signature covers the raw query
 * instead, which {@link splitTarget} gives.
 * Source: https://docs.aws.amazon.com/apigateway/latest/developerguide/api-gateway-known-issues.html
 */
export function readQuery(target: string): Map<string, string[]> {
  const parameters = new Map<string, string[]>();
  for (const [rawName, rawValue] of queryParameters(splitTarget(target).query.replaceAll(";", "&"))) {
    const name = utf8(rawName);
    const values = parameters.get(name);
    if (values) values.push(utf8(rawValue));
    else parameters.set(name, [utf8(rawValue)]);
  }
  return parameters;
}

/** The text of a byte string; bytes that are not UTF-8 become U+FFFD. */
function utf8(bytes: string): string {
  return /^[\0-\x7f]*$/.test(bytes) ? bytes : Buffer.from(bytes, "latin1").toString("utf8");
}
