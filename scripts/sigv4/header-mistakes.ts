import { collapse } from "./canonical-request";
import type { Mistake } from "./mistake";
import { quote } from "./refusal";
import { trimSpace } from "./request";
import { headerOf, type Signing, withHeader } from "./signing";

/** What signers do wrongly with the method. */
export const METHOD_MISTAKES: readonly Mistake[] = [
  {
    fault: "method-changed",
    part: "method",
    cause: (signed, arrived) =>
      `the request was signed as ${quote(signed.method)} and arrived as ${quote(arrived.method)}`,
    advice: "sign the method in upper case as it is sent, and follow no redirect with a signed request",
    signed: (right) => [...METHODS, right.method.toLowerCase()].map((method) => ({ ...right, method })),
    explains: () => true,
  },
];

/** What signers do wrongly with headers, and what is done to headers on their way. */
export const HEADER_MISTAKES: readonly Mistake[] = [
  {
    fault: "header-spaces",
    part: "headers",
    cause: "white space in a header was signed as it is",
    advice: "remove white space around a header's value, and sign each run of it inside as one space",
    signed: (right) => [
      { ...right, headers: { ...right.headers, write: (values) => values.join(",") } },
      { ...right, headers: { ...right.headers, write: (values) => values.map(trimSpace).join(",") } },
    ],
    explains: (signed, arrived) =>
      arrived.headers.names.every((name) => collapse(headerOf(signed, name)) === headerOf(arrived, name)),
  },
  {
    fault: "port-not-signed",
    part: "headers",
    cause: (signed, arrived) =>
      `the port is missing in the host that was signed${pair("host", signed, arrived)}`,
    advice: "sign the Host header as it is sent: with its port, unless the port is the scheme's own",
    signed: (right) => [withHeader(right, "host", withoutPort(headerOf(right, "host")))],
    explains: (signed, arrived) =>
      differs("host", signed, arrived) && headerOf(signed, "host") === withoutPort(headerOf(arrived, "host")),
  },
  {
    fault: "port-not-signed",
    part: "headers",
    cause: (signed, arrived) => `the host was signed with another port${pair("host", signed, arrived)}`,
    advice: "sign the Host header as it is sent: HTTP clients leave out the port if it is the scheme's own",
    signed: (right) =>
      [":443", ":80"].map((port) => withHeader(right, "host", withoutPort(headerOf(right, "host")) + port)),
    explains: (signed, arrived) =>
      differs("host", signed, arrived) &&
      withoutPort(headerOf(signed, "host")) === withoutPort(headerOf(arrived, "host")),
  },
  {
    fault: "host-changed",
    part: "headers",
    cause: (signed, arrived) =>
      `host was signed as ${quote(headerOf(signed, "host"))} and arrived as ${quote(headerOf(arrived, "host"))}: a custom domain, a VPC endpoint, a CDN, a tunnel or a proxy is in between, or the client signs for another host than it calls`,
    advice: (_, arrived) =>
      `sign for the host that the gateway gets (${quote(headerOf(arrived, "host"))}), or let what is in between pass the Host header on unchanged`,
    signed: (right) => otherHosts(right).map((host) => withHeader(right, "host", host)),
    explains: (signed, arrived) => differs("host", signed, arrived),
  },
  {
    fault: "header-changed",
    part: "headers",
    cause: (signed, arrived) =>
      `content-type was signed as ${quote(headerOf(signed, "content-type"))} and arrived as ${quote(headerOf(arrived, "content-type"))}: HTTP clients like to add a charset, or a type of their own`,
    advice: "set Content-Type before signing, to the value that is sent, or do not sign it",
    signed: (right) => otherTypes(right).map((type) => withHeader(right, "content-type", type)),
    explains: (signed, arrived) =>
      differs("content-type", signed, arrived) &&
      [signed, arrived].every((signing) => headerOf(signing, "content-type") !== ""),
  },
  {
    fault: "header-left-out",
    part: "headers",
    cause: (signed, arrived) =>
      `${emptied(signed, arrived)} is listed as signed, and its value was left out of what was signed`,
    advice: "set every header before signing, and sign each with the value that is sent",
    signed: (right) => eachHeader(right).map((name) => withHeader(right, name, "")),
  },
  {
    fault: "header-left-out",
    part: "headers",
    cause: (signed, arrived) =>
      `${missing(signed, arrived)} is listed as signed, and has no line in what was signed`,
    advice: "write a line for every header that SignedHeaders lists, and list no other",
    signed: (right) => eachHeader(right).map((left) => withNames(right, (name) => name !== left)),
    isRare: true,
  },
  {
    fault: "header-changed",
    part: "headers",
    cause: "of a header that is sent several times only one line was signed",
    advice: "sign the values of all lines in the order sent, with commas between and no space",
    signed: (right) => [
      { ...right, headers: { ...right.headers, write: (values) => collapse(values[0] ?? "") } },
      { ...right, headers: { ...right.headers, write: (values) => collapse(values.at(-1) ?? "") } },
      { ...right, headers: { ...right.headers, write: (values) => values.map(collapse).join(", ") } },
    ],
    explains: () => false,
  },
  {
    fault: "header-changed",
    part: "headers",
    cause: (signed, arrived) =>
      `a header that HTTP clients set by themselves was signed with another value${changedNames(signed, arrived)}`,
    advice: "do not sign it: host and X-Amz-* headers are enough",
    signed: (right) =>
      VOLATILE.filter(([name]) => right.headers.names.includes(name)).flatMap(([name, values]) =>
        values.map((value) => withHeader(right, name, value)),
      ),
    explains: () => false,
  },
  {
    fault: "canonical-form",
    part: "headers",
    cause: "the canonical headers were signed in another order",
    advice: "sort the canonical headers and SignedHeaders by the headers' lower-case names",
    signed: (right) => [inOrderSent(right), withOrder(right, right.headers.names.toReversed())],
    explains: () => false,
  },
];

// ---------------------------------------------------------------------------------------------------- internal

const METHODS = ["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"];

/** Headers that HTTP clients set, with what they set them to. */
const VOLATILE: readonly (readonly [name: string, values: readonly string[]])[] = [
  ["connection", ["keep-alive", "Keep-Alive", "close"]],
  ["accept", ["*/*", "application/json"]],
  ["accept-encoding", ["identity", "gzip", "gzip, deflate", "gzip, deflate, br", "gzip,deflate"]],
  ["content-length", ["0"]],
];

function pair(name: string, signed: Signing, arrived: Signing): string {
  return ` (signed ${quote(headerOf(signed, name))}, arrived ${quote(headerOf(arrived, name))})`;
}

function differs(name: string, signed: Signing, arrived: Signing): boolean {
  return headerOf(signed, name) !== headerOf(arrived, name);
}

function changedNames(signed: Signing, arrived: Signing): string {
  const names = arrived.headers.names.filter((name) => differs(name, signed, arrived));
  return names.length > 0 ? ` (${names.join(", ")})` : "";
}

function emptied(signed: Signing, arrived: Signing): string {
  return quote(arrived.headers.names.find((name) => differs(name, signed, arrived)) ?? "a header");
}

function missing(signed: Signing, arrived: Signing): string {
  return quote(arrived.headers.names.find((name) => !signed.headers.lines?.includes(name)) ?? "a header");
}

function rawOf({ headers }: Signing, name: string): string {
  return headers.values.get(name)?.[0] ?? "";
}

function withoutPort(host: string): string {
  return host.replace(/:\d+$/, "");
}

/** How many headers are left out in turn, and how many hosts are tried: each proxy adds one. */
const MOST_HEADERS = 12;
const MOST_HOSTS = 5;

function eachHeader({ headers }: Signing): readonly string[] {
  const names = headers.names.filter((name) => name !== "host");
  return names.length > MOST_HEADERS ? [] : names;
}

/** The lines of some headers only; the list of their names stays. */
function withNames(signing: Signing, keep: (name: string) => boolean): Signing {
  const { headers } = signing;
  return {
    ...signing,
    headers: { ...headers, lines: headers.names.filter(keep) },
  };
}

function withOrder(signing: Signing, names: readonly string[]): Signing {
  return { ...signing, headers: { ...signing.headers, names } };
}

function inOrderSent(right: Signing): Signing {
  const places = new Map([...right.headers.values.keys()].map((name, place) => [name, place]));
  const place = (name: string): number => places.get(name) ?? places.size;
  return withOrder(
    right,
    right.headers.names.toSorted((one, other) => place(one) - place(other)),
  );
}

/** Other names that the host may have been signed by: those that proxies hand on, and those that the request shows. */
function otherHosts(right: Signing): string[] {
  const host = rawOf(right, "host");
  const { region } = right.key.claim.scope;
  const passedOn = ["x-forwarded-host", "x-original-host", "x-host"].flatMap((name) =>
    rawOf(right, name).split(",", MOST_HOSTS).map(trimSpace),
  );
  const pages = ["origin", "referer"].map(
    (name) => /^https?:\/\/([^/?#]+)/.exec(rawOf(right, name))?.[1] ?? "",
  );
  const api = rawOf(right, "x-apigw-api-id");
  return [
    ...passedOn,
    ...passedOn.map(withoutPort),
    host.replace("127.0.0.1", "localhost"),
    host.replace("localhost", "127.0.0.1"),
    withoutPort(host.replace("127.0.0.1", "localhost")),
    withoutPort(host.replace("localhost", "127.0.0.1")),
    api && region ? `${api}.execute-api.${region}.amazonaws.com` : "",
    ...right.key.claim.hosts,
    ...pages,
  ].filter(Boolean);
}

/** What HTTP clients send if nothing is set, and what charset they add. */
function otherTypes(right: Signing): string[] {
  const bare = trimSpace(rawOf(right, "content-type").split(";", 1)[0] ?? "");
  const own = [
    bare,
    `${bare}; charset=utf-8`,
    `${bare}; charset=UTF-8`,
    `${bare};charset=utf-8`,
    `${bare};charset=UTF-8`,
  ];
  return [
    ...own,
    "application/json",
    "application/x-www-form-urlencoded",
    "application/x-www-form-urlencoded; charset=utf-8",
    "text/plain;charset=UTF-8",
    "text/plain; charset=utf-8",
    "application/octet-stream",
    "application/x-amz-json-1.0",
  ];
}
