/** The parts of a canonical request, by the names that AWS's documentation gives them. */
export type CanonicalPart =
  | "HTTPMethod"
  | "CanonicalURI"
  | "CanonicalQueryString"
  | "CanonicalHeaders"
  | "SignedHeaders"
  | "HashedPayload";

/** One line of two canonical requests; undefined where one of them does not have it. */
export interface ComparedLine {
  readonly part: CanonicalPart;
  /** The name of the header, of a line of CanonicalHeaders. */
  readonly header?: string;
  readonly client?: string;
  readonly gateway?: string;
}

/** A canonical request, taken apart. */
export interface CanonicalRequest {
  readonly method: string;
  readonly uri: string;
  readonly query: string;
  readonly headers: readonly (readonly [name: string, value: string])[];
  readonly signedHeaders: string;
  readonly payloadHash: string;
  /** Whether lines are missing, or masked, in the text that shows it. @default false */
  readonly isCut?: boolean;
}

/**
 * Takes a canonical request apart.
 * @returns undefined for a text that does not have its form: six parts, an empty line behind the headers
 * Source: https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_sigv-create-signed-request.html#create-canonical-request
 */
export function parseCanonicalRequest(text: string): CanonicalRequest | undefined {
  const [method = "", uri = "", query = "", ...rest] = text.split("\n");
  const headers = rest.slice(0, -3);
  const [empty, signedHeaders, payloadHash] = rest.slice(-3);
  const hasForm =
    rest.length >= 3 && empty === "" && headers.every((line) => line.includes(":")) && uri.startsWith("/");
  // A paragraph after a canonical request that was cut is not its last line.
  if (!hasForm || signedHeaders === undefined || !/^\S*$/.test(payloadHash ?? " ")) return undefined;
  return {
    method,
    uri,
    query,
    headers: headers.map(splitHeader),
    signedHeaders,
    payloadHash: payloadHash ?? "",
  };
}

/**
 * Takes apart what is left of a canonical request that a person cut or masked, or that lost its empty lines.
 * @returns undefined for a text that does not begin with a method and a path
 */
export function parseCutCanonicalRequest(text: string): CanonicalRequest | undefined {
  const lines = text
    .replace(/^[\s'"]+/, "")
    .split("\n")
    .map((line) => line.trimEnd());
  const [method = "", uri = "", ...rest] = lines;
  if (!/^[A-Z]{3,10}$/.test(method) || !/^(\/|[\w.%-]+$)/.test(uri)) return undefined;
  const isHeader = (line = ""): boolean => /^[a-z0-9-]+:/.test(line);
  const query = isHeader(rest[0]) ? "" : (rest.shift() ?? "");
  const end = rest.findIndex((line) => /^(\.{3}|…)|^[a-z0-9-]+(;[a-z0-9-]+)*$/.test(line));
  const headers = rest
    .slice(0, end < 0 ? undefined : end)
    .filter(isHeader)
    .map(splitHeader);
  const [signedHeaders = "", hash = ""] =
    end < 0 || /^(\.{3}|…)/.test(rest[end] ?? "") ? [] : rest.slice(end);
  const payloadHash = /^([0-9a-f]{64}|[A-Z][A-Z0-9-]+)(?=['"]?$)/.exec(hash)?.[0] ?? "";
  return { method, uri, query, headers, signedHeaders, payloadHash, isCut: true };
}

/** Puts the client's canonical request beside the gateway's, line by line, headers by their names. */
export function compareCanonical(client: CanonicalRequest, gateway: CanonicalRequest): ComparedLine[] {
  const ofClient = new Map(client.headers);
  const ofGateway = new Map(gateway.headers);
  const names = [...new Set([...ofGateway.keys(), ...ofClient.keys()])].sort();
  const line = (name: string, value: string | undefined) =>
    value === undefined ? undefined : `${name}:${value}`;
  const isCut = client.isCut || gateway.isCut;
  const all: ComparedLine[] = [
    { part: "HTTPMethod", client: client.method, gateway: gateway.method },
    { part: "CanonicalURI", client: client.uri, gateway: gateway.uri },
    { part: "CanonicalQueryString", client: client.query, gateway: gateway.query },
    ...names.map((header) => ({
      part: "CanonicalHeaders" as const,
      header,
      client: line(header, ofClient.get(header)),
      gateway: line(header, ofGateway.get(header)),
    })),
    { part: "SignedHeaders", client: client.signedHeaders, gateway: gateway.signedHeaders },
    { part: "HashedPayload", client: client.payloadHash, gateway: gateway.payloadHash },
  ];
  // What one of them does not show cannot be compared.
  return isCut ? all.filter(isShownByBoth) : all;
}

function isShownByBoth({ part, client, gateway }: ComparedLine): boolean {
  const mayBeEmpty = part === "CanonicalQueryString";
  return [client, gateway].every((line) => line !== undefined && (mayBeEmpty || line !== ""));
}

/** Whether the two sides of a line are the same. */
export function agrees({ client, gateway }: ComparedLine): boolean {
  return client === gateway;
}

function splitHeader(line: string): [name: string, value: string] {
  const colon = line.indexOf(":");
  return [line.slice(0, colon), line.slice(colon + 1)];
}
