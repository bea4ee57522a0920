import {
  type CanonicalOptions,
  canonicalRequest,
  EMPTY_PAYLOAD_HASH,
  EXECUTE_API_PATH,
  type PathRules,
} from "./canonical-request";
import { headerValue, type RawRequest } from "./request";

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
  return suspects(request, options).find(([, suspectRequest, suspectOptions]) =>
    reproduces(canonicalRequest(suspectRequest, suspectOptions)),
  )?.[0];
}

type Suspect = readonly [cause: string, request: RawRequest, options: CanonicalOptions];

function suspects(request: RawRequest, options: CanonicalOptions): readonly Suspect[] {
  const withPath = (rules: Partial<PathRules>): CanonicalOptions => ({
    ...options,
    pathRules: { ...(options.pathRules ?? EXECUTE_API_PATH), ...rules },
  });
  const withPayload = (payloadHash: string): CanonicalOptions => ({ ...options, payloadHash });
  const claimedPayload = headerValue(request.headers, "x-amz-content-sha256") ?? "UNSIGNED-PAYLOAD";
  return [
    [
      "the path was encoded once: sign the path as it is sent, encoded once more (%20 as %2520)",
      request,
      withPath({ encodePath: "once" }),
    ],
    [
      "the path was not normalized: take out dot segments and repeated slashes before signing",
      request,
      withPath({ normalizePath: false }),
    ],
    [
      "the stage is missing in the path that was signed: sign the path as it is sent, stage included",
      { ...request, target: request.target.replace(/^\/[^/?]*/, "") },
      options,
    ],
    [
      "+ in the query was signed as %2B: send %2B for a plus, since + is a space there",
      { ...request, target: request.target.replace(/\?.*/s, (query) => query.replaceAll("+", "%2B")) },
      options,
    ],
    [
      "the port is missing in the host that was signed: sign the Host header as it is sent",
      { ...request, headers: request.headers.map(([name, value]) => [name, withoutPort(name, value)]) },
      options,
    ],
    [
      "the payload hash that was signed is not the one of the body received: hash the body as it is sent (UNSIGNED-PAYLOAD is not honoured)",
      request,
      withPayload(claimedPayload),
    ],
    [
      "the request was signed as one without a body: hash the body as it is sent",
      request,
      withPayload(EMPTY_PAYLOAD_HASH),
    ],
  ];
}

function withoutPort(name: string, value: string): string {
  return name.toLowerCase() === "host" ? value.replace(/:\d+$/, "") : value;
}
