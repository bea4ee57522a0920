import { unsupported } from "../terraform/problem";
import { describe } from "../terraform/value";

/**
 * Header mappings whose values are literal, with the single quotes taken off.
 * @param prefix - of the names: `method.response.header.`
 * @throws Unsupported where a value is mapped from the request, the integration or the context
 * Source: https://docs.aws.amazon.com/apigateway/latest/developerguide/request-response-data-mappings.html
 */
export function literalParameters(
  parameters: Readonly<Record<string, string>>,
  prefix: string,
  address: string,
): Readonly<Record<string, string>> {
  return Object.fromEntries(
    Object.entries(parameters).map(([name, value]) => {
      const at = `${address}.${JSON.stringify(name)}`;
      if (!name.startsWith(prefix) || name.length === prefix.length) {
        throw unsupported(at, "a parameter that is no header", `${prefix}NAME`, "name a header");
      }
      const literal = /^'([^'\r\n]*)'$/.exec(value)?.[1];
      if (literal !== undefined) return [name, literal];
      throw unsupported(at, describe(value), "text in single quotes", "write the value itself: 'value'");
    }),
  );
}
