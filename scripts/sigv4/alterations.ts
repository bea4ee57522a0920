import { type CanonicalOptions, canonicalRequest, payloadHash } from "./canonical-request";
import { isNestedBeyond } from "./json-nesting";
import { trimSpace } from "./parse-authorization";
import { percentEncode } from "./percent-encoding";
import { quote } from "./refusal";
import { headerValue, type RawRequest } from "./request";
import { HEADER_LINES, METHOD_LINE, QUERY_LINE, type Suspect, URI_LINE } from "./suspect";

/**
 * What was signed rightly and arrived otherwise: a proxy, a redirect or the HTTP client changed it behind the signer, or
 * the signer was given something else than what is sent.
 */
export function suspectAlterations(request: RawRequest, options: CanonicalOptions): readonly Suspect[] {
  const lines = canonicalRequest(request, options).split("\n");
  const withLines = (changes: Readonly<Record<number, string>>): string =>
    lines.map((line, index) => changes[index] ?? line).join("\n");
  const withHeader = (name: string, value: string): Record<number, string> => {
    const index = options.signedHeaders.indexOf(name);
    return index < 0 ? {} : { [HEADER_LINES + index]: `${name}:${value}` };
  };
  const uri = lines[URI_LINE] ?? "";
  return [
    ...alteredMethods(request).map(
      ([cause, method]) => [cause, withLines({ [METHOD_LINE]: method })] as const,
    ),
    ...alteredUris(uri).map(([cause, signed]) => [cause, withLines({ [URI_LINE]: signed })] as const),
    // A presigned URL is a signature of its query.
    ...(options.form === "header"
      ? [["the query was not signed: sign it with the path", withLines({ [QUERY_LINE]: "" })] as const]
      : []),
    ...alteredHeaders(request).map(
      ([cause, [name, value]]) => [cause, withLines(withHeader(name, value))] as const,
    ),
    ...alteredBodies(request.body).map(
      ([cause, body]) =>
        [
          cause,
          withLines({
            ...withHeader("content-length", String(body.length)),
            [lines.length - 1]: payloadHash(body),
          }),
        ] as const,
    ),
  ];
}

// ---------------------------------------------------------------------------------------------------- internal

/** What may have been signed, and what has happened where it was. */
type Altered<T> = readonly [cause: string, signed: T];

function alteredMethods({ method }: RawRequest): Altered<string>[] {
  const common = ["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"];
  return [...common, method.toLowerCase()].map((signed) => [
    `the request was signed as ${quote(signed)} and arrived as ${quote(method)}: sign the method in upper case as it is sent, and follow no redirect with it`,
    signed,
  ]);
}

function alteredUris(uri: string): Altered<string>[] {
  return [
    ["a slash at the end of the path was not signed: sign the path as it arrives", uri.replace(/\/$/, "")],
    ["a slash at the end of the path was signed and did not arrive: sign the path as it arrives", `${uri}/`],
    [
      "the path was signed with one encoding too many, or decoded on the way: sign the path that is sent, encoded once more",
      uri.split("/").map(percentEncode).join("/"),
    ],
  ];
}

/** Headers that are known to change on the way, with what they may have been. */
function alteredHeaders({ headers }: RawRequest): Altered<readonly [name: string, value: string]>[] {
  const [host = "", type = ""] = ["host", "content-type"].map((name) => headerValue(headers, name));
  const bare = trimSpace(type.split(";", 1)[0] ?? "");
  const hosts = [
    ...["x-forwarded-host", "x-original-host"].flatMap(
      (name) => headerValue(headers, name)?.split(",", MOST_HOSTS).map(trimSpace) ?? [],
    ),
    host.replace("127.0.0.1", "localhost"),
    host.replace("localhost", "127.0.0.1"),
  ];
  const types = [bare, `${bare}; charset=utf-8`, `${bare}; charset=UTF-8`];
  const altered = (name: string, arrived: string, values: readonly string[]) =>
    values.map(
      (value): Altered<readonly [string, string]> => [
        `${name} was signed as ${quote(value)} and arrived as ${quote(arrived)}: sign what arrives, or let it pass unchanged`,
        [name, value],
      ],
    );
  return [...altered("host", host, hosts), ...altered("content-type", type, types)];
}

/** Each proxy adds one, and each is tried. */
const MOST_HOSTS = 5;

/** Larger bodies are not written again to see whether a program on the way did, nor those that are nested deeper. */
const LARGEST_REWRITTEN = 64 * 1024;
const DEEPEST_REWRITTEN = 32;

function alteredBodies(body: Uint8Array): Altered<Uint8Array>[] {
  if (body.length === 0 || body.length > LARGEST_REWRITTEN) return [];
  const text = Buffer.from(body).toString();
  return [
    [
      "a line break at the body's end was signed and did not arrive: send the bytes that are signed (curl: --data-binary)",
      Buffer.from(`${text}\n`),
    ],
    [
      "a line break at the body's end was not signed: sign the bytes that are sent",
      Buffer.from(text.replace(/\r?\n$/, "")),
    ],
    ...rewritten(text).map(
      (other): Altered<Uint8Array> => [
        "the JSON of the body was written anew behind the signer: serialize it once, sign that and send it",
        Buffer.from(other),
      ],
    ),
  ];
}

/** The same JSON as serializers of JavaScript and Python write it. */
function rewritten(text: string): string[] {
  if (isNestedBeyond(DEEPEST_REWRITTEN, text)) return [];
  try {
    const value: unknown = JSON.parse(text);
    const spaced = JSON.stringify(value, null, 1)
      .replace(/\n */g, " ")
      .replace(/([[{]) | (?=[\]}])/g, "$1");
    return [JSON.stringify(value), JSON.stringify(value, null, 2), spaced];
  } catch {
    return [];
  }
}
