import { byteStringOf, textOf } from "./bytes";
import { canonicalUri } from "./canonical-request";
import { type Mistake, missingEncoding } from "./mistake";
import { percentDecode, percentEncode } from "./percent-encoding";
import { type Signing, uriOf } from "./signing";

/** What signers do wrongly with the path. The rules are those of {@link canonicalUri}. */
export const PATH_MISTAKES: readonly Mistake[] = [
  {
    fault: "path-not-normalized",
    part: "path",
    cause: "the path was not normalized: it was signed with its dot segments or repeated slashes",
    advice: "remove '.', '..' and empty segments from the path before signing and sending",
    signed: (right) => [
      written(right, (raw) => canonicalUri(raw, { ...right.path.rules, normalizePath: false })),
    ],
    explains: (signed, arrived) =>
      /\/\/|\/\./.test(uriOf(signed)) && canonicalUri(uriOf(signed), NORMALIZE_ALONE) === uriOf(arrived),
  },
  {
    fault: "path-encoded-once",
    part: "path",
    cause: (signed, arrived) =>
      `the path was encoded once: execute-api encodes it once more${example(signed, arrived, "%20", "%2520")}`,
    advice:
      "percent-encode each segment of the path that is sent once more before signing; only S3 signs it as it is",
    signed: (right) =>
      right.path.raw.includes("%")
        ? [
            written(right, (raw) => raw),
            written(right, (raw) => canonicalUri(raw, { ...right.path.rules, encodePath: "once" })),
            written(right, (raw) => onText(percentDecode(raw), encodeURI)),
          ]
        : [],
  },
  {
    fault: "path-not-encoded",
    part: "path",
    cause: (signed, arrived) => `the path was signed unencoded${example(signed, arrived, "@", "%40")}`,
    advice:
      "percent-encode everything in the path except A-Z a-z 0-9 - . _ ~ and the slashes (* as %2A), send that, and sign what is sent encoded once more",
    signed: (right) => [
      written(right, (raw) => raw),
      written(right, percentDecode),
      written(right, (raw) => onText(raw, encodeURI)),
      rewritten(right, bareCharacters),
      written(right, (raw) => percentDecode(raw).replaceAll("+", "%2B").replaceAll(" ", "+")),
    ],
  },
  {
    fault: "stage-not-signed",
    part: "path",
    cause: (_, arrived) =>
      `the stage is missing in the path that was signed: '${firstSegment(arrived.path.raw)}', which the path begins with when it arrives (a stage, or a base path)`,
    advice: "sign the path as it is sent to the gateway, stage included",
    signed: (right) => [withPath(right, right.path.raw.slice(firstSegment(right.path.raw).length) || "/")],
  },
  {
    fault: "stage-doubled",
    part: "path",
    cause: (_, arrived) => `the path was signed with '${firstSegment(arrived.path.raw)}' twice`,
    advice: "put the stage into the path once, and sign the path as it is sent",
    signed: (right) => [withPath(right, firstSegment(right.path.raw) + right.path.raw)],
  },
  {
    fault: "path-changed",
    part: "path",
    cause: "a slash at the end of the path was not signed",
    advice: "sign the path as it arrives",
    signed: (right) => [rewritten(right, (uri) => uri.replace(/\/$/, ""))],
  },
  {
    fault: "path-changed",
    part: "path",
    cause: "a slash at the end of the path was signed and did not arrive",
    advice: "sign the path as it arrives",
    signed: (right) => [rewritten(right, (uri) => `${uri}/`)],
  },
  {
    fault: "path-encoded-thrice",
    part: "path",
    cause:
      "the path was signed with one encoding more than it arrived with: the signer got a path that was encoded for signing already, or a proxy decoded it on its way",
    advice:
      "give the signer the path as it is sent, let it encode once more, and keep proxies from decoding it",
    signed: (right) => [
      rewritten(right, encodeAgain),
      rewritten(right, (uri) => encodeAgain(encodeAgain(uri))),
    ],
    // Some characters may have been encoded more often than others.
    explains: (signed, arrived) =>
      uriOf(signed).length > uriOf(arrived).length &&
      fullyDecoded(uriOf(signed)) === fullyDecoded(uriOf(arrived)),
  },
  {
    fault: "path-encoding",
    part: "path",
    cause: "the path was signed with percent-encodings in lower case",
    advice: "write the hex digits of a percent-encoding in upper case (%2F, not %2f)",
    signed: (right) => [rewritten(right, lowerCaseHex)],
    explains: (signed, arrived) =>
      uriOf(signed).replace(/%[0-9a-f]{2}/gi, (encoded) => encoded.toUpperCase()) === uriOf(arrived),
  },
  {
    fault: "path-encoding",
    part: "path",
    cause: "the slashes of the path were encoded too",
    advice: "encode each segment of the path by itself, and keep the slashes between them",
    signed: (right) => [rewritten(right, (uri) => uri.replaceAll("/", "%2F"))],
  },
  {
    fault: "path-lost",
    part: "path",
    cause: "the signer was not given the path: it signed '/'",
    advice: "give the signer the path that is sent, under the name that it has for it",
    signed: (right) => [written(right, () => "/"), written(right, () => "")],
    explains: (signed) => /^\/?$/.test(uriOf(signed)),
  },
];

/** The mistake with a path if it is not one of the usual. */
export const OTHER_PATH: Mistake = {
  fault: "path-changed",
  part: "path",
  cause:
    "another path was signed than arrived: a proxy rewrites it, or the client signs another URL than it calls",
  advice: "sign the path exactly as it reaches the gateway, or let the proxy pass it on unchanged",
  signed: () => [],
};

/** What `encodeURIComponent` leaves as it is, and AWS encodes. */
export function bareCharacters(text: string): string {
  return text.replace(/%(21|27|28|29|2A)/g, percentDecode);
}

/** Percent-encodings as `%2f`. */
export function lowerCaseHex(text: string): string {
  return text.replace(/%[0-9A-F]{2}/g, (encoded) => encoded.toLowerCase());
}

/** Applies to a byte string what is meant for a text, such as {@link encodeURI}. */
export function onText(bytes: string, write: (text: string) => string): string {
  return byteStringOf(write(textOf(bytes)));
}

// ---------------------------------------------------------------------------------------------------- internal

/** A path that is encoded already keeps what it has. */
const NORMALIZE_ALONE = { encodePath: "once", normalizePath: true } as const;

/** What was signed, and what is expected instead, by what differs here; else by an example. */
function example(signed: Signing, arrived: Signing, sample: string, encoded: string): string {
  const found = missingEncoding(uriOf(signed), uriOf(arrived));
  return ` ('${found?.signed ?? sample}' is signed as '${found?.expected ?? encoded}')`;
}

function fullyDecoded(uri: string): string {
  let text = uri;
  for (let time = 0; time < MOST_ENCODINGS; time += 1) text = percentDecode(text);
  return text;
}

const MOST_ENCODINGS = 4;

function encodeAgain(uri: string): string {
  return uri.split("/").map(percentEncode).join("/");
}

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
