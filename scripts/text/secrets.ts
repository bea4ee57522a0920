import type { HeaderLine } from "#sigv4/request";
import { compileHider } from "./hide-secrets";
import { printable } from "./printable";

/** Takes secrets out of a text. */
export type Mask = (text: string) => string;

/** How much of a secret is shown: enough to tell two apart, from a length that leaves the rest unguessable. */
const SHOWN = 4;
const LEAST_TO_SHOW = 20;

/** A secret as it is shown: `IQoJ…(812 characters)`. */
export function maskSecret(secret: string): string {
  const start = secret.length < LEAST_TO_SHOW ? "" : secret.slice(0, SHOWN);
  return `${start}…(${secret.length} characters)`;
}

/**
 * Masks every occurrence of known secrets, whole or cut, as {@link compileHider} finds them: also percent-encoded, or
 * written as JSON. Values that are too short to be secrets of AWS stay: they would be found everywhere.
 */
export function createMask(secrets: readonly (string | undefined)[]): Mask {
  const shown = new Map<string, string>();
  for (const secret of secrets) {
    if (secret === undefined || secret.length < SHORTEST) continue;
    for (const spelling of spellingsOf(secret)) shown.set(spelling, maskSecret(secret));
  }
  return compileHider([...shown.keys()], (spelling) => shown.get(spelling) ?? maskSecret(spelling));
}

const SHORTEST = 12;

function spellingsOf(secret: string): string[] {
  const encoded = encodeURIComponent(secret);
  return [secret, encoded, encodeURIComponent(encoded), JSON.stringify(secret).slice(1, -1)];
}

/** Names of headers, in lower case, whose values are secrets. */
const SECRET_HEADERS = new Set([
  "authorization",
  "cookie",
  "proxy-authorization",
  "set-cookie",
  "x-amz-security-token",
  "x-api-key",
]);

/** A header's value as it is shown. A signature of AWS is not a secret for long, but serves its holder for minutes. */
export function maskHeader([name, value]: HeaderLine, showSignature: boolean): string {
  const lower = name.toLowerCase();
  if (!SECRET_HEADERS.has(lower)) return value;
  if (lower === "authorization" && value.startsWith("AWS4-")) {
    return showSignature ? value : value.replace(/(Signature=[0-9a-f]{8})[0-9a-f]+/, "$1…");
  }
  const [, scheme = "", rest = value] =
    (lower.endsWith("authorization") && /^(Basic|Bearer|Digest|Negotiate|Token) (.*)$/is.exec(value)) || [];
  return `${scheme}${scheme && " "}${maskSecret(rest)}`;
}

/** The secrets in headers, so that they can be masked wherever else they turn up. */
export function secretsInHeaders(headers: readonly HeaderLine[]): string[] {
  return headers
    .filter(([name, value]) => SECRET_HEADERS.has(name.toLowerCase()) && !value.startsWith("AWS4-"))
    .flatMap(([, value]) => [value, value.replace(/^\S+ /, "")]);
}

/**
 * Masks what a canonical request, or a text that holds one, shows of secret headers and of a token in the query. Line ends
 * may be those of JSON. What is masked already stays as it is.
 */
export function maskCanonical(text: string): string {
  return text.replace(SECRET_LINE, replaceSecret).replace(SECRET_PARAMETER, replaceSecret);
}

const SECRET_LINE =
  /((?:^|\\n)(?:authorization|cookie|proxy-authorization|x-amz-security-token|x-api-key):)(.+?)(?=\\n|$)/gm;
const SECRET_PARAMETER = /(X-Amz-Security-Token=)([^&\s'"]+)/g;

function replaceSecret(_: string, name: string, value: string): string {
  return name + (/…\(\d+/.test(value) ? value : maskSecret(value));
}

/** Writes a value as JSON, every text in it masked, the names of members too. */
export function maskedJson(value: unknown, mask: Mask): string {
  return `${printable(JSON.stringify(maskAll(value, mask), null, 2))}\n`;
}

function maskAll(value: unknown, mask: Mask): unknown {
  if (typeof value === "string") return mask(value);
  if (Array.isArray(value)) return value.map((item) => maskAll(item, mask));
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([name, item]) => [mask(name), maskAll(item, mask)]));
}
