import { byteStringOf } from "#sigv4/bytes";
import { canonicalUri, EXECUTE_API_PATH } from "#sigv4/canonical-request";
import { mistakesBetween } from "#sigv4/mistakes";
import { percentDecode } from "#sigv4/percent-encoding";
import type { Claim, Signing } from "#sigv4/signing";
import { agrees, type CanonicalPart, type CanonicalRequest, type ComparedLine } from "./compare-canonical";
import type { MismatchCause } from "./diagnosis";
import { headerCause } from "./header-cause";
import { told } from "./told";

/**
 * The cause of the first line that differs, except that a body which is another one explains the headers about it too.
 *
 * @param lines - of both canonical requests
 * @param body - the body that was sent, if it is known
 * @returns undefined if no line differs
 */
export function causeOfDifference(
  lines: readonly ComparedLine[],
  client: CanonicalRequest,
  gateway: CanonicalRequest,
  body: Uint8Array | undefined,
): MismatchCause | undefined {
  const different = lines.filter((line) => !agrees(line));
  const payload = different.find(({ part }) => part === "HashedPayload");
  const first =
    payload && different.every((line) => line === payload || isAboutBody(line)) ? payload : different[0];
  if (first === undefined) return undefined;
  if (first.part === "SignedHeaders") return OTHER_LIST;
  const [signed, arrived] = [signingOf(client), signingOf(gateway, body)];
  return first.part === "CanonicalHeaders"
    ? headerCause(first, arrived)
    : partCause(PARTS[first.part], signed, arrived);
}

/**
 * Why a payload hash was signed that is not the gateway's.
 * @param body - the body that was sent, if it is known
 */
export function payloadCause(
  hash: string,
  gateway: CanonicalRequest,
  body: Uint8Array | undefined,
): MismatchCause | undefined {
  return partCause("payload", signingOf({ ...gateway, payloadHash: hash }), signingOf(gateway, body));
}

// ---------------------------------------------------------------------------------------------------- internal

const PARTS = {
  HTTPMethod: "method",
  CanonicalURI: "path",
  CanonicalQueryString: "query",
  HashedPayload: "payload",
} as const satisfies Partial<Record<CanonicalPart, keyof Signing>>;

const OTHER_LIST: MismatchCause = {
  fault: "signed-headers-changed",
  cause: "SignedHeaders in the canonical request are not those of the Authorization header.",
  advice: "List the same headers in both: lower case, sorted, ';' between them.",
};

function isAboutBody({ header }: ComparedLine): boolean {
  return header === "content-length" || header === "content-md5" || header === "x-amz-content-sha256";
}

function partCause(part: keyof Signing, signed: Signing, arrived: Signing): MismatchCause | undefined {
  return told(mistakesBetween(part, signed, arrived), signed, arrived);
}

/**
 * A canonical request as a signing: its lines are written already, and its path is what it was before it was encoded.
 *
 * @param claim - what the request says of its signature
 */
export function signingOf(canonical: CanonicalRequest, body?: Uint8Array, claim: Claim = NO_CLAIM): Signing {
  const uri = byteStringOf(canonical.uri);
  const asIs = <T>(value: T): T => value;
  const sent = percentDecode(uri);
  const isCanonical = canonicalUri(sent, EXECUTE_API_PATH) === uri;
  return {
    method: canonical.method,
    path: {
      raw: isCanonical ? sent : uri,
      rules: EXECUTE_API_PATH,
      write: isCanonical ? (raw) => canonicalUri(raw, EXECUTE_API_PATH) : asIs,
    },
    query: { pairs: byteStringOf(canonical.query).split("&"), write: asIs, sort: asIs, isPresigned: false },
    headers: {
      names: canonical.headers.map(([name]) => name),
      values: new Map(canonical.headers.map(([name, value]) => [name, [value]])),
      write: (values) => values.join(","),
    },
    form: asIs,
    key: { claim },
    payload: { hash: canonical.payloadHash, body },
  };
}

const NO_CLAIM: Claim = { scope: { date: "", service: "" }, time: "", others: [], hosts: [] };
