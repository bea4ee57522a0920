import { type Credentials, sign } from "aws4";
import type { SigningCredentials } from "#sigv4/credential-checks";
import type { HeaderLine, RawRequest } from "#sigv4/request";
import { type VerifyOptions, verify } from "#sigv4/verify";

export const NOW = new Date("2026-11-22T10:15:30Z");
export const AMZ_DATE = "20261122T101530Z";

export const LONG_TERM: SigningCredentials = {
  accessKeyId: "AKIAIOSFODNN7EXAMPLE",
  secretAccessKey: "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY",
};

export const TEMPORARY: SigningCredentials = {
  accessKeyId: "ASIAIOSFODNN7EXAMPLE",
  secretAccessKey: "je7MtGbClwBF/2Zp9Utk/h3yCo8nvbEXAMPLEKEY",
  sessionToken: "IQoJb3JpZ2luX2VjEXAMPLE+/token==",
  // Beyond any clock: some signers of these tests take the time from the machine.
  expiration: new Date("2999-01-01T00:00:00Z"),
};

export const OPTIONS: VerifyOptions<SigningCredentials> = {
  region: "us-east-1",
  service: "execute-api",
  now: NOW,
  findCredentials: (accessKeyId) =>
    [LONG_TERM, TEMPORARY].find((credentials) => credentials.accessKeyId === accessKeyId),
};

/** Of services that take a path which is not normalized: shows that its canonical form is right. */
export const ANY_PATH = { pathRules: { encodePath: "twice", normalizePath: true } } as const;

export const HOST = "127.0.0.1:3000";

/** What a test asks a signer to sign. */
export interface Unsigned {
  readonly method?: string;
  readonly path?: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string;
}

/** How it is to be signed; everything is right unless it is given. */
export interface Signing {
  readonly credentials?: Credentials;
  readonly region?: string;
  readonly service?: string;
  readonly date?: string;
  readonly form?: "header" | "query";
  /** Headers that are sent and not signed, in lower case. */
  readonly unsigned?: readonly string[];
}

/** A request as it leaves a client that signs with aws4. */
export function signWithAws4(request: Unsigned = {}, signing: Signing = {}): RawRequest {
  const { form = "header", date = AMZ_DATE, unsigned = [] } = signing;
  const path = request.path ?? "/dev/products";
  const signed = sign(
    {
      method: request.method ?? "GET",
      path: form === "query" ? `${path}${path.includes("?") ? "&" : "?"}X-Amz-Date=${date}` : path,
      headers: { Host: HOST, ...(form === "header" && { "X-Amz-Date": date }), ...request.headers },
      body: request.body,
      service: signing.service ?? "execute-api",
      region: signing.region ?? "us-east-1",
      signQuery: form === "query",
      extraHeadersToIgnore: Object.fromEntries(unsigned.map((name) => [name, true])),
    },
    signing.credentials ?? LONG_TERM,
  );
  return {
    method: signed.method,
    target: signed.path,
    headers: Object.entries(signed.headers).map(([name, value]) => [name, String(value)]),
    body: Buffer.from(request.body ?? ""),
  };
}

/** The verdict in a form that a test can compare whole: `accepted`, or the refusal's type and message. */
export function verdict(
  request: RawRequest,
  options: Partial<VerifyOptions<SigningCredentials>> = {},
): string {
  const result = verify(request, { ...OPTIONS, namesMistakes: false, ...options });
  return result.accepted ? "accepted" : `${result.errorType}: ${result.message}`;
}

/** The same request with one header replaced, or added, or (undefined) left out. */
export function withHeader(request: RawRequest, name: string, value: string | undefined): RawRequest {
  const others = request.headers.filter(([other]) => other.toLowerCase() !== name.toLowerCase());
  const replaced: readonly HeaderLine[] = value === undefined ? [] : [[name, value]];
  return { ...request, headers: [...others, ...replaced] };
}
