import { canonicalUri } from "./canonical-request";
import type { Mistake } from "./mistake";
import { percentDecode, percentEncode } from "./percent-encoding";
import { type Signing, uriOf } from "./signing";

/** What signers do wrongly with the path. Source of the rules: {@link canonicalUri}. */
export const PATH_MISTAKES: readonly Mistake[] = [
  {
    fault: "path-not-normalized",
    part: "path",
    inLog:
      "the path was not normalized: take out dot segments and repeated slashes before signing and sending",
    cause:
      "The path was signed with its dot segments or repeated slashes, which are taken out before signing.",
    advice: "Remove '.', '..' and empty segments from the path before signing and sending.",
    signed: (right) => [
      written(right, (raw) => canonicalUri(raw, { ...right.path.rules, normalizePath: false })),
    ],
    explains: (signed, arrived) => canonicalUri(uriOf(signed), NORMALIZE_ALONE) === uriOf(arrived),
  },
  {
    fault: "path-partly-encoded",
    part: "path",
    inLog: "!, ', (, ) or * in the path was signed bare: encode them too (* as %2A)",
    cause: "!, ', (, ) or * in the path was signed bare.",
    advice: "Encode them too (* as %2A), as everything but A-Z a-z 0-9 - . _ ~ and the slash.",
    signed: (right) => [rewritten(right, bareCharacters)],
  },
  {
    fault: "path-encoded-once",
    part: "path",
    inLog:
      "the path was encoded once: sign the path as it is sent, encoded once more (%20 as %2520, @ as %40)",
    cause:
      "The path was signed as it was sent, encoded once: execute-api encodes it once more (%20 as %2520).",
    advice:
      "Percent-encode each segment of the path that is sent once more before signing; only S3 signs it as it is.",
    signed: (right) => [
      written(right, (raw) => raw),
      written(right, (raw) => canonicalUri(raw, { ...right.path.rules, encodePath: "once" })),
    ],
  },
  {
    fault: "path-not-encoded",
    part: "path",
    inLog: "the path was signed unencoded: encode it for sending, and sign what is sent, encoded once more",
    cause:
      "The path was signed unencoded; it is sent encoded, and execute-api encodes it once more (%20 as %2520).",
    advice: "Encode the path for sending, send that, and sign its segments encoded once more.",
    signed: (right) => [written(right, percentDecode)],
  },
  {
    fault: "stage-not-signed",
    part: "path",
    inLog: "the stage is missing in the path that was signed: sign the path as it is sent, stage included",
    cause: (_, arrived) =>
      `The path was signed without '${firstSegment(arrived.path.raw)}', which it begins with on the wire: the stage, or a base path.`,
    advice: "Sign the path as it is sent to the gateway, stage included.",
    signed: (right) => [withPath(right, right.path.raw.slice(firstSegment(right.path.raw).length) || "/")],
  },
  {
    fault: "path-changed",
    part: "path",
    inLog: "a slash at the end of the path was not signed: sign the path as it arrives",
    cause: "A slash at the end of the path was signed and did not arrive, or arrived and was not signed.",
    advice: "Sign the path exactly as it reaches the gateway, or let the proxy pass it on unchanged.",
    signed: (right) => [rewritten(right, (uri) => uri.replace(/\/$/, ""))],
  },
  {
    fault: "path-changed",
    part: "path",
    inLog: "a slash at the end of the path was signed and did not arrive: sign the path as it arrives",
    cause: "A slash at the end of the path was signed and did not arrive, or arrived and was not signed.",
    advice: "Sign the path exactly as it reaches the gateway, or let the proxy pass it on unchanged.",
    signed: (right) => [rewritten(right, (uri) => `${uri}/`)],
  },
  {
    fault: "path-encoded-thrice",
    part: "path",
    inLog:
      "the path was signed with one encoding too many, or decoded on the way: sign the path that is sent, encoded once more",
    cause:
      "The path was signed with one encoding more than it arrived with: the signer encoded a path that was encoded for signing already, or a proxy decoded it on the way.",
    advice:
      "Hand the signer the path as it is sent, let it encode once more, and keep proxies from decoding it.",
    signed: (right) => [rewritten(right, (uri) => uri.split("/").map(percentEncode).join("/"))],
  },
  {
    fault: "path-changed",
    part: "path",
    inLog: "another path was signed than arrived: sign the path as it arrives",
    cause:
      "Another path was signed than arrived: a proxy rewrites it, or the client signs another URL than it calls.",
    advice: "Sign the path exactly as it reaches the gateway, or let the proxy pass it on unchanged.",
    signed: () => [],
    explains: () => true,
  },
];

/** What `encodeURIComponent` leaves as it is, and AWS encodes. */
export function bareCharacters(text: string): string {
  return text.replace(/%(21|27|28|29|2A)/g, percentDecode);
}

// ---------------------------------------------------------------------------------------------------- internal

/** A path that is encoded already keeps what it has. */
const NORMALIZE_ALONE = { encodePath: "once", normalizePath: true } as const;

function firstSegment(path: string): string {
  return /^\/[^/]*/.exec(path)?.[0] ?? "";
}

function withPath(signing: Signing, raw: string): Signing {
  return { ...signing, path: { ...signing.path, raw } };
}

function written(signing: Signing, write: (raw: string) => string): Signing {
  return { ...signing, path: { ...signing.path, write } };
}

/** Changes the URI as the client would have written it. */
function rewritten(signing: Signing, change: (uri: string) => string): Signing {
  return written(signing, (raw) => change(signing.path.write(raw)));
}
