import { byteString, byteStringOf, bytesOf, textOf } from "./bytes";
import { EMPTY_PAYLOAD_HASH } from "./canonical-request";
import { sha256 } from "./hash";
import { isNestedBeyond } from "./json-nesting";
import type { Mistake } from "./mistake";
import { headerOf, type Signing, withHeader } from "./signing";

/** What signers do wrongly with the body, and what is done to a body on its way. */
export const BODY_MISTAKES: readonly Mistake[] = [
  {
    fault: "body-not-hashed",
    part: "payload",
    cause: (signed) =>
      /^[0-9a-f]{64}$/i.test(signed.payload.hash)
        ? "the payload hash that was signed (X-Amz-Content-Sha256) is not the one of the body that arrived"
        : `the payload hash that was signed is '${signed.payload.hash.slice(0, LONGEST_SHOWN)}', which execute-api does not honour`,
    advice: "sign the SHA-256 of the body as it is sent, as lower-case hex, also of an empty one",
    signed: (right) => {
      const claimed = headerOf(right, "x-amz-content-sha256");
      const hash = withHash(right, claimed || "UNSIGNED-PAYLOAD");
      return claimed === ""
        ? [hash, withHash(right, ""), withHash(right, "STREAMING-AWS4-HMAC-SHA256-PAYLOAD")]
        : [hash];
    },
    explains: (signed) => !/^[0-9a-f]{64}$/i.test(signed.payload.hash),
  },
  {
    fault: "body-not-hashed",
    part: "payload",
    cause: "the payload hash was written with upper-case hex digits",
    advice: "write the SHA-256 in lower-case hex",
    signed: (right) => [withHash(right, right.payload.hash.toUpperCase())],
    explains: (signed, arrived) => signed.payload.hash.toLowerCase() === arrived.payload.hash,
  },
  {
    fault: "body-not-hashed",
    part: "payload",
    cause: "the request was signed as one without a body, and one arrived",
    advice: "give the signer the body as it is sent, before it signs",
    signed: (right) => [withHash(right, EMPTY_PAYLOAD_HASH), withBody(right, new Uint8Array())],
  },
  {
    fault: "body-lost",
    part: "payload",
    cause: (signed) =>
      signed.payload.body === undefined
        ? "a body was signed and none arrived: the HTTP client did not send it (with GET many do not), or a redirect or proxy dropped it"
        : `a body ('${textOf(byteString(signed.payload.body))}') was signed and none arrived: code that serializes a missing body signs '{}', 'null' or 'undefined'`,
    advice: "sign the body that is sent: if there is none, the hash of nothing",
    signed: (right) =>
      right.payload.hash === EMPTY_PAYLOAD_HASH
        ? ["{}", "null", "undefined", '""', "[]", " ", "\n"].map((body) => withBody(right, bytesOf(body)))
        : [],
    explains: (_, arrived) => arrived.payload.hash === EMPTY_PAYLOAD_HASH,
  },
  differing("they differ by the line break at its end, which was not signed", (text) => [
    text.replace(/\r?\n$/, ""),
    text.trim(),
  ]),
  differing("they differ by a line break at its end, which was signed and did not arrive", (text) => [
    `${text}\n`,
    `${text}\r\n`,
  ]),
  differing("they differ by line breaks", (text) => [text.replace(/[\r\n]/g, "")]),
  differing("it was signed with CRLF line ends and arrived with LF", (text) => [
    text.replace(/\r?\n/g, "\r\n"),
  ]),
  differing("it was signed with LF line ends and arrived with CRLF", (text) => [text.replace(/\r\n/g, "\n")]),
  differing("its JSON was serialized again after signing", rewrittenJson),
  differing("one was JSON and the other a form (a=1&b=2)", otherFormat),
  differing("it was hashed before it was serialized, or serialized twice", serializedOtherwise),
  differing("only a part of it was signed", parts, true),
  differing("only a part of it arrived: Content-Length counts bytes, not characters", completed, true),
  differing("one of them was decoded or encoded as Latin-1, UTF-8 or base64", reencoded),
];

/** The mistake with a body if it is not one of the usual. */
export const OTHER_BODY: Mistake = differing(
  "it was serialized again, re-encoded, compressed or altered after signing",
  () => [],
);

// ---------------------------------------------------------------------------------------------------- internal

const LONGEST_SHOWN = 40;

/** A body that differs by a known change. @param change - of a byte string */
function differing(how: string, change: (text: string) => readonly string[], isRare = false): Mistake {
  const changed = (body: Uint8Array | undefined): Uint8Array[] => {
    if (body === undefined || body.length === 0 || body.length > LARGEST_CHANGED) return [];
    const text = byteString(body);
    return change(text)
      .filter((other) => other !== text)
      .map(bytesOf);
  };
  return {
    fault: "body-changed",
    part: "payload",
    isRare,
    cause: `the body that arrived is not the one that was signed: ${how}`,
    advice: "serialize the body once, sign those bytes and send the same (curl: --data-binary, not --data)",
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
const LARGEST_CHANGED = 16 * 1024;
const DEEPEST_REWRITTEN = 32;

/** The value of JSON in a byte string; undefined, which no JSON is, if it is not JSON. */
function parse(bytes: string): unknown {
  const text = textOf(bytes);
  if (isNestedBeyond(DEEPEST_REWRITTEN, text)) return undefined;
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** The same JSON as serializers of JavaScript, Python, Go and PHP write it. */
function rewrittenJson(bytes: string): string[] {
  const value = parse(bytes);
  if (value === undefined) return [];
  const compact = JSON.stringify(value);
  const spaced = spacedJson(value);
  const ascii = (json: string) =>
    json.replace(/[\u0080-\uffff]/g, (each) => `\\u${each.charCodeAt(0).toString(16).padStart(4, "0")}`);
  return [
    compact,
    JSON.stringify(value, null, 2),
    JSON.stringify(value, null, 4),
    spaced,
    ascii(compact),
    ascii(spaced),
    compact.replaceAll("/", "\\/"),
    compact.replace(/[<>&]/g, (each) => `\\u00${each.charCodeAt(0).toString(16)}`),
    sortedJson(value),
  ].map(byteStringOf);
}

/** As Python's `json.dumps` writes it. */
function spacedJson(value: unknown): string {
  return JSON.stringify(value, null, 1)
    .replace(/\n */g, " ")
    .replace(/([[{]) | (?=[\]}])/g, "$1");
}

function sortedJson(value: unknown): string {
  return JSON.stringify(value, (_, each: unknown) =>
    typeof each === "object" && each !== null && !Array.isArray(each)
      ? Object.fromEntries(Object.entries(each).sort(([one], [other]) => (one < other ? -1 : 1)))
      : each,
  );
}

/** A form for JSON, and JSON for a form. */
function otherFormat(bytes: string): string[] {
  const value = parse(bytes);
  if (typeof value === "object" && value !== null) {
    const entries = Object.entries(value).map(([name, each]): [string, string] => [
      name,
      typeof each === "object" ? JSON.stringify(each) : String(each),
    ]);
    const form = new URLSearchParams(entries).toString();
    return [form, form.replaceAll("+", "%20")];
  }
  if (!/^[^=&\s]+=[^&\s]*(&[^=&\s]+=[^&\s]*)*$/.test(bytes)) return [];
  const object = Object.fromEntries(new URLSearchParams(bytes));
  const typed = Object.fromEntries(
    Object.entries(object).map(([name, each]) => [
      name,
      /^(-?\d{1,15}|true|false|null)$/.test(each) ? JSON.parse(each) : each,
    ]),
  );
  return [object, typed].flatMap((each) => [JSON.stringify(each), spacedJson(each)]).map(byteStringOf);
}

/** What is hashed of an object that was not serialized yet, or was serialized once too often. */
function serializedOtherwise(bytes: string): string[] {
  const value = parse(bytes);
  const text = textOf(bytes);
  const again = [JSON.stringify(text)];
  if (value === undefined) return again.map(byteStringOf);
  const inner = typeof value === "string" ? [value] : ["[object Object]", String(value), pythonOf(value)];
  return [...inner, "{}", "undefined", "null", ...again].map(byteStringOf);
}

/** As Python's `str` writes it. */
function pythonOf(value: unknown): string {
  return spacedJson(value)
    .replace(/"((?:[^"\\]|\\.)*)"/g, "'$1'")
    .replace(/\btrue\b/g, "True")
    .replace(/\bfalse\b/g, "False")
    .replace(/\bnull\b/g, "None");
}

/** Buffers are of these sizes. */
const BUFFERS = [1024, 4096, 8192, 16_384, 32_768];
/** Of a body of this length or less each beginning is tried. */
const ALL_PARTS_OF = 256;

function parts(bytes: string): string[] {
  const lines = [bytes.split("\n", 1)[0] ?? "", bytes.split("\0", 1)[0] ?? ""];
  const characters = textOf(bytes).length;
  const lengths =
    bytes.length <= ALL_PARTS_OF
      ? Array.from({ length: bytes.length - 1 }, (_, length) => length + 1)
      : BUFFERS;
  return [
    ...lines,
    ...[characters, ...lengths]
      .filter((length) => length < bytes.length)
      .map((length) => bytes.slice(0, length)),
  ];
}

/** What a JSON text may have gone on with where it was cut. */
function completed(bytes: string): string[] {
  if (parse(bytes) !== undefined || !/^\s*[[{]/.test(bytes)) return [];
  const open: string[] = [];
  let isInString = false;
  for (let at = 0; at < bytes.length; at += 1) {
    const character = bytes[at] ?? "";
    if (character === "\\") at += 1;
    else if (character === '"') isInString = !isInString;
    else if (isInString) continue;
    else if (character === "{" || character === "[") open.push(character === "{" ? "}" : "]");
    else if (character === "}" || character === "]") open.pop();
  }
  if (open.length > DEEPEST_REWRITTEN) return [];
  const end = open.reverse().join("");
  return [bytes + end, `${bytes}"${end}`, `${bytes}${end}\n`];
}

function reencoded(bytes: string): string[] {
  const text = textOf(bytes);
  const latin = /[\u0100-\uffff]/.test(text) ? bytes : text;
  const isBase64 = /^[A-Za-z0-9+/]{4,}={0,2}$/.test(bytes) && bytes.length % 4 === 0;
  return [
    latin,
    byteStringOf(bytes),
    btoa(bytes),
    ...(isBase64 ? [atob(bytes)] : []),
    `\u00ef\u00bb\u00bf${bytes}`,
  ];
}

function withHash(signing: Signing, hash: string): Signing {
  return { ...signing, payload: { ...signing.payload, hash } };
}

function withBody(signing: Signing, body: Uint8Array): Signing {
  const payload = { hash: sha256(body), body };
  return signing.headers.names.includes("content-length")
    ? { ...withHeader(signing, "content-length", String(body.length)), payload }
    : { ...signing, payload };
}
