import { isSendable } from "#gateway/http/response-headers";
import { notFollowed, unsupported } from "#terraform/problem";
import { describe } from "#terraform/value";

type Parameters = Readonly<Record<string, string>>;

/** Header mappings: those with a literal value, without its single quotes, and those with an expression. */
export interface HeaderParameters {
  readonly literal: Parameters;
  readonly mapped: Parameters;
}

/**
 * Reads header mappings, such as `method.response.header.NAME` → `'value'`.
 * @param prefix - of the names: `method.response.header.`
 * @param isMapping - whether an expression that is not literal is supported. @default none is supported
 * @throws Unsupported if a parameter is not a header, HTTP cannot carry it, or its expression is not understood
 * Source: https://docs.aws.amazon.com/apigateway/latest/developerguide/request-response-data-mappings.html
 */
export function headerParameters(
  parameters: Parameters,
  prefix: string,
  address: string,
  isMapping: (expression: string) => boolean = () => false,
): HeaderParameters {
  const literal: Record<string, string> = {};
  const mapped: Record<string, string> = {};
  for (const [name, expression] of Object.entries(parameters)) {
    const at = `${address}.${JSON.stringify(name)}`;
    const header = name.slice(prefix.length);
    if (!name.startsWith(prefix) || header === "") {
      throw unsupported(at, "a parameter that is not a header", `${prefix}NAME`, "name a header");
    }
    const value = /^'([^'\r\n]*)'$/.exec(expression)?.[1];
    if (value === undefined && !isMapping(expression)) {
      throw notFollowed(at, describe(expression), "text in single quotes", "write the value itself: 'value'");
    }
    if (!isSendable([header, value ?? ""])) {
      throw unsupported(at, "a header that HTTP cannot carry", "a token and text in Latin-1", "correct it");
    }
    if (value === undefined) mapped[name] = expression;
    else literal[name] = value;
  }
  return { literal, mapped };
}
