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
    inLog: (signed, arrived) =>
      `the request was signed as ${quote(signed.method)} and arrived as ${quote(arrived.method)}: sign the method in upper case as it is sent, and follow no redirect with it`,
    cause: (signed, arrived) =>
      `The request was signed as ${signed.method} and arrived as ${arrived.method}: a redirect or a proxy changed the method, or it was not in upper case.`,
    advice: "Sign the method in upper case as it is sent, and do not follow redirects with a signed request.",
    signed: (right) => [...METHODS, right.method.toLowerCase()].map((method) => ({ ...right, method })),
    explains: () => true,
  },
];

/** What signers do wrongly with headers, and what is done to headers on their way. */
export const HEADER_MISTAKES: readonly Mistake[] = [
  {
    fault: "header-changed",
    part: "headers",
    inLog: "white space in a header was signed as it is: sign each run of it as one space",
    cause: "White space in a header was signed as it is.",
    advice: "Cut white space around a value, and sign each run of it inside as one space.",
    signed: (right) => [{ ...right, headers: { ...right.headers, write: (value) => value } }],
    explains: (signed, arrived) =>
      arrived.headers.names.every((name) => collapse(headerOf(signed, name)) === headerOf(arrived, name)),
  },
  {
    fault: "port-not-signed",
    part: "headers",
    inLog: "the port is missing in the host that was signed: sign the Host header as it is sent",
    cause: (signed, arrived) =>
      `The host was signed as '${headerOf(signed, "host")}' and arrived as '${headerOf(arrived, "host")}': the port is part of the Host header.`,
    advice:
      "Sign the Host header exactly as it is sent; clients leave out the port where it is the default one.",
    signed: (right) => [withHeader(right, "host", withoutPort(headerOf(right, "host")))],
    explains: (signed, arrived) =>
      differs("host", signed, arrived) &&
      withoutPort(headerOf(signed, "host")) === withoutPort(headerOf(arrived, "host")),
  },
  {
    fault: "host-changed",
    part: "headers",
    inLog: (signed, arrived) => changedOnTheWay("host", signed, arrived),
    cause: (signed, arrived) =>
      `The host was signed as '${headerOf(signed, "host")}' and arrived as '${headerOf(arrived, "host")}': a custom domain, a tunnel or a proxy lies between, or the client signs for another host than it calls.`,
    advice: (_, arrived) =>
      `Sign for the host that the gateway sees ('${headerOf(arrived, "host")}'), or let what lies between pass the Host header on unchanged.`,
    signed: (right) => otherHosts(right).map((host) => withHeader(right, "host", host)),
    explains: (signed, arrived) => differs("host", signed, arrived),
  },
  {
    fault: "header-changed",
    part: "headers",
    inLog: (signed, arrived) => changedOnTheWay("content-type", signed, arrived),
    cause:
      "The header 'content-type' arrived with another value than was signed: HTTP clients like to add a charset.",
    advice:
      "Sign the value that is sent (white space around it cut, runs of spaces made one), or do not sign 'content-type'.",
    signed: (right) => otherTypes(right).map((type) => withHeader(right, "content-type", type)),
    explains: (signed, arrived) =>
      differs("content-type", signed, arrived) &&
      [signed, arrived].every((signing) => headerOf(signing, "content-type") !== ""),
  },
];

// ---------------------------------------------------------------------------------------------------- internal

const METHODS = ["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"];

function changedOnTheWay(name: string, signed: Signing, arrived: Signing): string {
  return `${name} was signed as ${quote(headerOf(signed, name))} and arrived as ${quote(rawOf(arrived, name))}: sign what arrives, or let it pass unchanged`;
}

function differs(name: string, signed: Signing, arrived: Signing): boolean {
  return headerOf(signed, name) !== headerOf(arrived, name);
}

function rawOf({ headers }: Signing, name: string): string {
  return headers.values.get(name)?.[0] ?? "";
}

function withoutPort(host: string): string {
  return host.replace(/:\d+$/, "");
}

/** Each proxy adds one, and each is tried. */
const MOST_HOSTS = 5;

function otherHosts(right: Signing): string[] {
  const host = rawOf(right, "host");
  return [
    ...["x-forwarded-host", "x-original-host"].flatMap((name) =>
      rawOf(right, name).split(",", MOST_HOSTS).map(trimSpace).filter(Boolean),
    ),
    host.replace("127.0.0.1", "localhost"),
    host.replace("localhost", "127.0.0.1"),
  ];
}

function otherTypes(right: Signing): string[] {
  const bare = trimSpace(rawOf(right, "content-type").split(";", 1)[0] ?? "");
  return [bare, `${bare}; charset=utf-8`, `${bare}; charset=UTF-8`];
}
