import { isSendable } from "../response-headers";
import { unsupported } from "../terraform/problem";
import { describe } from "../terraform/value";

/**
 * Header mappings whose values are literal, with the single quotes taken off.
 * @param prefix - of the names: `method.response.header.`
 * @throws Unsupported where a value is mapped from the request, the integration or the context, or HTTP cannot carry it
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
      const header = name.slice(prefix.length);
      if (!name.startsWith(prefix) || header === "") {
        throw unsupported(at, "a parameter that is no header", `${prefix}NAME`, "name a header");
      }
      const literal = /^'([^'\r\n]*)'$/.exec(value)?.[1];
      if (literal === undefined) {
        throw unsupported(at, describe(value), "text in single quotes", "write the value itself: 'value'");
      }
      if (!isSendable([header, literal])) {
        throw unsupported(at, "a header that HTTP cannot carry", "a token and text in Latin-1", "correct it");
      }
      return [name, literal];
    }),
  );
}
