import { byteString, byteStringOf, bytesOf, textOf } from "./bytes";
import { EMPTY_PAYLOAD_HASH } from "./canonical-request";
import { sha256 } from "./hash";
import { isNestedBeyond } from "./json-nesting";
import type { Mistake } from "./mistake";
import { headerOf, type Signing, withHeader } from "./signing";

/** What signers do wrongly with the body, and what is done to a body on its way. */
export const BODY_MISTAKES: readonly Mistake[] = [
  {
    ...notHashed(
      "the payload hash that was signed is not the one of the body received: hash the body as it is sent (UNSIGNED-PAYLOAD is not honoured)",
      (signed) =>
        `The body was not hashed: '${signed.payload.hash}' stands in place of its SHA-256, which execute-api does not honour.`,
      "Sign the SHA-256 of the body as lower-case hex; of an empty one too.",
    ),
    signed: (right) => [withHash(right, headerOf(right, "x-amz-content-sha256") || "UNSIGNED-PAYLOAD")],
    explains: (signed) => !/^[0-9a-f]{64}$/i.test(signed.payload.hash),
  },
  {
    ...notHashed(
      "the payload hash was written in upper-case hex: write it in lower case",
      "The payload hash was written with upper-case hex digits.",
      "Write the SHA-256 in lower-case hex.",
    ),
    signed: (right) => [withHash(right, right.payload.hash.toUpperCase())],
    explains: (signed, arrived) => signed.payload.hash.toLowerCase() === arrived.payload.hash,
  },
  {
    ...notHashed(
      "the request was signed as one without a body: hash the body as it is sent",
      "The request was signed as one without a body, and one arrived.",
      "Give the signer the body as it is sent.",
    ),
    signed: (right) => [withHash(right, EMPTY_PAYLOAD_HASH)],
  },
  {
    fault: "body-lost",
    part: "payload",
    inLog: "a body was signed and none arrived: send the body that is signed, or sign none",
    cause:
      "A body was signed and none arrived: the HTTP client did not send it (with GET many do not), or a redirect or proxy dropped it.",
    advice: "Send the body that was signed, or sign none; do not follow redirects with a signed request.",
    signed: () => [],
    explains: (_, arrived) => arrived.payload.hash === EMPTY_PAYLOAD_HASH,
  },
  differing(
    "a line break at the body's end was not signed: sign the bytes that are sent",
    "they differ by the line break at its end",
    (text) => [text.replace(/\r?\n$/, "")],
  ),
  differing(
    "a line break at the body's end was signed and did not arrive: send the bytes that are signed (curl: --data-binary)",
    "they differ by a line break at its end",
    (text) => [`${text}\n`],
  ),
  differing(
    "line breaks in the body were signed and did not arrive: send the bytes that are signed (curl: --data-binary)",
    "they differ by line breaks",
    (text) => [text.replace(/[\r\n]/g, "")],
  ),
  differing(
    "the body was signed with CRLF line ends and arrived with LF: sign the bytes that are sent",
    "they differ by CRLF line ends",
    (text) => [text.replace(/\r?\n/g, "\r\n")],
  ),
  differing(
    "the body was signed with LF line ends and arrived with CRLF: sign the bytes that are sent",
    "they differ by LF line ends",
    (text) => [text.replace(/\r\n/g, "\n")],
  ),
  differing(
    "the JSON of the body was written anew behind the signer: serialize it once, sign that and send it",
    "its JSON was serialized again behind the signer",
    rewritten,
  ),
  {
    ...differing(
      "another body was signed than arrived: sign the bytes that are sent",
      "it was serialized again, re-encoded or altered behind the signer",
      () => [],
    ),
    explains: () => true,
  },
];

// ---------------------------------------------------------------------------------------------------- internal

type Told = Omit<Mistake, "signed">;

function notHashed(inLog: string, cause: Mistake["cause"], advice: string): Told {
  return { fault: "body-not-hashed", part: "payload", inLog, cause, advice };
}

/** A body that differs by a known change. @param change - of a byte string */
function differing(inLog: string, how: string, change: (text: string) => string[]): Mistake {
  const changed = (body: Uint8Array | undefined): Uint8Array[] => {
    if (body === undefined || body.length === 0 || body.length > LARGEST_CHANGED) return [];
    return change(byteString(body)).map(bytesOf);
  };
  return {
    fault: "body-changed",
    part: "payload",
    inLog,
    cause: `The body that arrived is not the one that was signed: ${how}.`,
    advice: "Serialize the body once, sign those bytes and send the same (curl: --data-binary, not --data).",
    signed: (right) => changed(right.payload.body).map((body) => withBody(right, body)),
    // Which of the two bodies is at hand is not known.
    explains: (signed, { payload: { hash, body } }) => {
      if (body === undefined) return false;
      const [one, ...others] = [body, ...changed(body)].map(sha256);
      const isKnown = (both: string, rest: string): boolean => one === both && others.includes(rest);
      return isKnown(signed.payload.hash, hash) || isKnown(hash, signed.payload.hash);
    },
  };
}

/** Larger bodies are not written again to see whether a program on the way did, nor JSON that is nested deeper. */
const LARGEST_CHANGED = 64 * 1024;
const DEEPEST_REWRITTEN = 32;

/** The same JSON as serializers of JavaScript and Python write it. */
function rewritten(bytes: string): string[] {
  const text = textOf(bytes);
  if (isNestedBeyond(DEEPEST_REWRITTEN, text)) return [];
  try {
    const value: unknown = JSON.parse(text);
    const spaced = JSON.stringify(value, null, 1)
      .replace(/\n */g, " ")
      .replace(/([[{]) | (?=[\]}])/g, "$1");
    return [JSON.stringify(value), JSON.stringify(value, null, 2), spaced].map(byteStringOf);
  } catch {
    return [];
  }
}

function withHash(signing: Signing, hash: string): Signing {
  return { ...signing, payload: { ...signing.payload, hash } };
}

function withBody(signing: Signing, body: Uint8Array): Signing {
  const resized = withHeader(signing, "content-length", String(body.length));
  return { ...resized, payload: { hash: sha256(body), body } };
}
