import { isNestedBeyond } from "#sigv4/json-nesting";

/**
 * The maximum depth of JSON. API Gateway's limit is not known; this is the limit of Jackson, the parser of most
 * services in Java.
 * Source: https://javadoc.io/doc/com.fasterxml.jackson.core/jackson-core/latest/com/fasterxml/jackson/core/StreamReadConstraints.html
 */
export const DEEPEST_JSON = 1_000;

/** The value of a text in JSON; undefined, which no JSON is, if it is not JSON or too deep. */
export function parseJson(text: string): unknown {
  if (isNestedBeyond(DEEPEST_JSON, text)) return undefined;
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
