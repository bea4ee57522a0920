import { percentDecode } from "./percent-encoding";

/**
 * The path rule: the path that the signature is verified for, the route is matched with, policies are evaluated for and
 * the function receives is one and the same, the one that was sent.
 *
 * SigV4 takes dot segments and repeated slashes out of the path before it signs, so a signature for `/dev/products` also
 * fits `/dev/products/.`, `/dev//products` and `/dev/x/../products`. Which of these paths API Gateway then routes, and
 * names in the method's ARN, is neither documented nor recorded (that the receiving side of MediaStore strips slashes is:
 * the third source). So a signed request is refused if normalizing would change its path, and policies on open routes
 * see the path both as sent and normalized.
 * Source: https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_sigv-create-signed-request.html#create-canonical-request,
 *   https://www.rfc-editor.org/rfc/rfc3986#section-6.2.2, https://github.com/aws/aws-sdk-js-v3/pull/3408
 *
 * @param path - the path as sent, without query
 */
export function isNormalized(path: string): boolean {
  return !MAY_CHANGE.test(path) || resolvePath(path) === normalizeEncoding(path);
}

/**
 * The path as a reader that normalizes sees it: percent-encoding normalized, `\` taken for a slash (it is not a character
 * of a URI, and the URL parsers of browsers and Node read it so), dot segments and repeated slashes removed. `%2F` and
 * `%5C` stay data: API Gateway verifies them undecoded, and clients put whole URLs into a segment that way.
 */
export function resolvePath(path: string): string {
  return normalizePath(normalizeEncoding(path).replaceAll("\\", "/"));
}

/** Removes dot segments and repeated slashes, as SigV4 does before it encodes; a slash at the end stays. */
export function normalizePath(path: string): string {
  if (!HAS_EMPTY_OR_DOT.test(path)) return path;
  const segments: string[] = [];
  for (const segment of path.split("/")) {
    if (segment === "..") segments.pop();
    else if (segment !== "" && segment !== ".") segments.push(segment);
  }
  const end = segments.length > 0 && path.endsWith("/") ? "/" : "";
  return `/${segments.join("/")}${end}`;
}

/** Percent-encoding as RFC 3986, section 6.2.2 normalizes it: unreserved characters bare, hex digits upper-case. */
export function normalizeEncoding(path: string): string {
  return path.replace(/%[0-9A-Fa-f]{2}/g, (encoded) => {
    const character = percentDecode(encoded);
    return /[A-Za-z0-9\-._~]/.test(character) ? character : encoded.toUpperCase();
  });
}

// ---------------------------------------------------------------------------------------------------- internal

const MAY_CHANGE = /\/\/|\/\.|%2e|\\/i;
const HAS_EMPTY_OR_DOT = /\/\/|\/\./;
