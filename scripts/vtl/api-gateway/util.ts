import type { Budget } from "../limits";
import { parseJsonValue } from "../values/parse-json";
import { type NativeMethod, type Value, VtlNative } from "../values/value";
import { VtlError } from "../vtl-error";

/**
 * `$util`: its six documented functions, each of a string. What they do with another value is not documented, and refused.
 * Source: https://docs.aws.amazon.com/apigateway/latest/developerguide/api-gateway-mapping-template-reference.html#util-template-reference
 */
export function createUtil(budget: Budget): VtlNative {
  const ofText =
    (call: (text: string) => Value): NativeMethod =>
    ([text, ...others]) => {
      if (typeof text !== "string" || others.length > 0) return undefined;
      budget.length(text.length);
      const result = call(text);
      return typeof result === "string" ? budget.text(result) : result;
    };
  return new VtlNative(
    "$util",
    new Map([
      ["escapeJavaScript", ofText(escapeJavaScript)],
      ["parseJson", ofText((text) => parseJson(text, budget))],
      ["urlEncode", ofText(urlEncode)],
      ["urlDecode", ofText(urlDecode)],
      ["base64Encode", ofText((text) => Buffer.from(wellFormed(text), "utf8").toString("base64"))],
      ["base64Decode", ofText(base64Decode)],
    ]),
  );
}

// ---------------------------------------------------------------------------------------------------- internal

const ESCAPES: ReadonlyMap<string, string> = new Map([
  ["\b", "\\b"],
  ["\n", "\\n"],
  ["\t", "\\t"],
  ["\f", "\\f"],
  ["\r", "\\r"],
  ["'", "\\'"],
  ['"', '\\"'],
  ["\\", "\\\\"],
  ["/", "\\/"],
]);

/**
 * As commons-lang's StringEscapeUtils, by whose single quotes, escaped as `\'`, AWS's documentation can be told.
 * Source: https://commons.apache.org/proper/commons-lang/javadocs/api-2.6/org/apache/commons/lang/StringEscapeUtils.html
 */
function escapeJavaScript(text: string): string {
  return text.replace(/[^ !#-&(-.0-[\]-~]/g, (character) => {
    const escaped = ESCAPES.get(character);
    if (escaped !== undefined || character === "\u007f") return escaped ?? character;
    return `\\u${character.charCodeAt(0).toString(16).toUpperCase().padStart(4, "0")}`;
  });
}

function parseJson(text: string, budget: Budget): Value {
  const value = parseJsonValue(text, budget);
  if (value === undefined) throw new VtlError("failed", "got a text for $util.parseJson that is not JSON");
  return value;
}

/** As Java's URLEncoder, which encodes a space as `+`. */
function urlEncode(text: string): string {
  return encodeURIComponent(wellFormed(text))
    .replace(/[!'()~]/g, (character) => `%${character.charCodeAt(0).toString(16).toUpperCase()}`)
    .replaceAll("%20", "+");
}

/** As Java's URLDecoder: bytes that are not UTF-8 become U+FFFD. */
function urlDecode(text: string): string {
  if (/%(?![0-9A-Fa-f]{2})/.test(text))
    throw new VtlError(
      "failed",
      "got a text for $util.urlDecode with a '%' that two hexadecimal digits do not follow",
    );
  return text
    .replaceAll("+", " ")
    .replace(/(?:%[0-9A-Fa-f]{2})+/g, (bytes) =>
      Buffer.from(bytes.replaceAll("%", ""), "hex").toString("utf8"),
    );
}

function base64Decode(text: string): string {
  if (text.length % 4 !== 0 || !/^[A-Za-z0-9+/]*={0,2}$/.test(text))
    throw new VtlError("failed", "got a text for $util.base64Decode that is not base64");
  return Buffer.from(text, "base64").toString("utf8");
}

/** Java writes half of a surrogate pair as a question mark. */
function wellFormed(text: string): string {
  return text.replace(/\p{Surrogate}/gu, "?");
}
