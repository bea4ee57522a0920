import { suspectAlterations } from "./alterations";
import {
  byNameAndValue,
  type CanonicalOptions,
  canonicalRequest,
  EMPTY_PAYLOAD_HASH,
  EXECUTE_API_PATH,
  type PathRules,
  signedParameters,
} from "./canonical-request";
import { percentEncode } from "./percent-encoding";
import { headerValue, type RawRequest } from "./request";
import { HEADER_LINES, QUERY_LINE, type Suspect, type Suspicion, URI_LINE } from "./suspect";
import { type QueryParameter, splitTarget } from "./target";

/**
 * Why a signature does not match, found by trying what clients commonly sign instead: whatever reproduces the client's
 * signature is the mistake. Only for the log, and only after the request was refused.
 *
 * @param reproduces - whether a canonical request gives the signature that was sent
 * @returns what the client did and what to do instead; undefined when none of the usual mistakes explains it
 */
export function likelyCause(
  request: RawRequest,
  options: CanonicalOptions,
  reproduces: (canonicalRequest: string) => boolean,
): string | undefined {
  const right = canonicalRequest(request, options);
  const isMistake = (signed: string): boolean => signed !== right && reproduces(signed);
  return SUSPICIONS.flatMap((suspect) => suspect(request, options)).find(([, ...signed]) =>
    signed.some(isMistake),
  )?.[0];
}

const SUSPICIONS: readonly Suspicion[] = [
  suspectPath,
  suspectQuery,
  suspectHeaders,
  suspectPayload,
  suspectAlterations,
];

function suspectPath(request: RawRequest, options: CanonicalOptions): readonly Suspect[] {
  const lines = canonicalRequest(request, options).split("\n");
  const withUri = (uri: string): string => lines.with(URI_LINE, uri).join("\n");
  const withRules = (rules: Partial<PathRules>): string =>
    canonicalRequest(request, {
      ...options,
      pathRules: { ...(options.pathRules ?? EXECUTE_API_PATH), ...rules },
    });
  return [
    [
      "the path was not normalized: take out dot segments and repeated slashes before signing and sending",
      withRules({ normalizePath: false }),
    ],
    [
      "!, ', (, ) or * in the path was signed bare: encode them too (* as %2A)",
      withUri(bare(lines[URI_LINE])),
    ],
    [
      "the path was encoded once: sign the path as it is sent, encoded once more (%20 as %2520, @ as %40)",
      withUri(splitTarget(request.target).path),
      withRules({ encodePath: "once" }),
    ],
    [
      "the stage is missing in the path that was signed: sign the path as it is sent, stage included",
      canonicalRequest({ ...request, target: request.target.replace(/^\/[^/?]*/, "") }, options),
    ],
  ];
}

function suspectQuery(request: RawRequest, options: CanonicalOptions): readonly Suspect[] {
  const { query } = splitTarget(request.target);
  const lines = canonicalRequest(request, options).split("\n");
  const withQuery = (pairs: readonly string[]): string => lines.with(QUERY_LINE, pairs.join("&")).join("\n");
  const canonical = lines[QUERY_LINE]?.split("&") ?? [];
  const parameters = signedParameters(query, options.form);
  const pairs = query.split("&").filter((pair) => pair !== "");
  const signature =
    options.form === "query" ? pairs.findIndex((pair) => pair.startsWith("X-Amz-Signature=")) : -1;
  const spelled = pairs.filter((_, index) => index !== signature);
  return [
    [
      "+ in the query was signed as %2B: send %2B for a plus, since + is a space there",
      canonicalRequest(
        { ...request, target: request.target.replace(/\?.*/s, (query) => query.replaceAll("+", "%2B")) },
        options,
      ),
    ],
    [
      "%2B in the query was signed as a space: it is a plus, and only a bare + is a space",
      withQuery(canonical.map((pair) => pair.replaceAll("%2B", "%20"))),
    ],
    [
      "the query was signed in another order: sort it by encoded name, and then by encoded value",
      withQuery(encode(parameters)),
      withQuery(encode(parameters).sort()),
      withQuery(encode(parameters.toSorted(byNameAndValue))),
    ],
    [
      "!, ', (, ) or * in the query was signed bare: encode them too (* as %2A)",
      withQuery(canonical.map(bare)),
    ],
    [
      "the query was signed as it is spelled: write all but A-Z a-z 0-9 - . _ ~ as %XX in upper case, and = behind each name",
      withQuery(spelled),
      withQuery(spelled.map((pair) => (pair.includes("=") ? pair : `${pair}=`)).sort()),
    ],
    [
      "the query was encoded twice: encode each name and value once, from what it means",
      withQuery(canonical.map((pair) => pair.replaceAll("%", "%25"))),
    ],
    [
      "the session token was added to the query after signing: sign X-Amz-Security-Token with the others",
      withQuery(canonical.filter((pair) => !pair.startsWith("X-Amz-Security-Token="))),
    ],
  ];
}

function suspectHeaders(request: RawRequest, options: CanonicalOptions): readonly Suspect[] {
  const { headers } = request;
  const lines = canonicalRequest(request, options).split("\n");
  const values = new Map<string, string>();
  for (const [name, value] of headers) {
    const earlier = values.get(name.toLowerCase());
    values.set(name.toLowerCase(), earlier === undefined ? value : `${earlier},${value}`);
  }
  const spelled = options.signedHeaders.map((signed) => `${signed}:${values.get(signed) ?? ""}`);
  return [
    [
      "white space in a header was signed as it is: sign each run of it as one space",
      lines.toSpliced(HEADER_LINES, spelled.length, ...spelled).join("\n"),
    ],
    [
      "the port is missing in the host that was signed: sign the Host header as it is sent",
      canonicalRequest(
        { ...request, headers: headers.map(([name, value]) => [name, withoutPort(name, value)]) },
        options,
      ),
    ],
  ];
}

function suspectPayload(request: RawRequest, options: CanonicalOptions): readonly Suspect[] {
  const withPayload = (payloadHash: string): string => canonicalRequest(request, { ...options, payloadHash });
  return [
    [
      "the payload hash that was signed is not the one of the body received: hash the body as it is sent (UNSIGNED-PAYLOAD is not honoured)",
      withPayload(headerValue(request.headers, "x-amz-content-sha256") ?? "UNSIGNED-PAYLOAD"),
    ],
    [
      "the request was signed as one without a body: hash the body as it is sent",
      withPayload(EMPTY_PAYLOAD_HASH),
    ],
  ];
}

/** What `encodeURIComponent` leaves as it is, and AWS encodes. */
function bare(text = ""): string {
  return text.replace(/%(21|27|28|29|2A)/g, (escaped) => decodeURIComponent(escaped));
}

function encode(parameters: readonly QueryParameter[]): string[] {
  return parameters.map((parameter) => parameter.map(percentEncode).join("="));
}

function withoutPort(name: string, value: string): string {
  return name.toLowerCase() === "host" ? value.replace(/:\d+$/, "") : value;
}
