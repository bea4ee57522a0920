import { headerValue, type RawRequest } from "#sigv4/request";
import { EXAMPLE, STRANGER } from "./example";
import type { Sending } from "./example-gateway";

/** A request with a missing or wrong input. */
export interface MissingInput {
  readonly missing: string;
  readonly path: string;
  readonly sending: Sending;
}

const { credentials, date } = EXAMPLE;
const SIGNED = "/auth/iam-sigv4";
const BOTH = "/auth/iam-sigv4-and-api-key";

/** The inputs that can be missing, in the order in which the gateway checks them. */
export const MISSING_INPUTS: readonly MissingInput[] = [
  { missing: "the signature", path: SIGNED, sending: {} },
  {
    missing: "a part of the `Authorization` header, here `Signature`",
    path: SIGNED,
    sending: { credentials, change: authorization(/, Signature=.*/, "") },
  },
  {
    missing: "the time: no `X-Amz-Date`",
    path: SIGNED,
    sending: { credentials, change: without("x-amz-date") },
  },
  {
    missing: "`host` among the signed headers",
    path: SIGNED,
    sending: { credentials, change: authorization("SignedHeaders=host;", "SignedHeaders=") },
  },
  {
    missing: "the right time: 6 minutes slow",
    path: SIGNED,
    sending: { credentials, date: minutesFrom(date, -6) },
  },
  {
    missing: "the right time: 6 minutes fast",
    path: SIGNED,
    sending: { credentials, date: minutesFrom(date, 6) },
  },
  { missing: "the right region", path: SIGNED, sending: { credentials, region: "eu-west-1" } },
  { missing: "the right service", path: SIGNED, sending: { credentials, service: "lambda" } },
  {
    missing: "an access key that exists",
    path: SIGNED,
    sending: { credentials: { ...credentials, accessKeyId: "AKIAIOSFODNN7EXAMPLE" } },
  },
  {
    missing: "the session token",
    path: SIGNED,
    sending: { credentials: { ...credentials, sessionToken: undefined } },
  },
  {
    missing: "the right secret",
    path: SIGNED,
    sending: { credentials: { ...credentials, secretAccessKey: "another" } },
  },
  {
    missing: "the path, query, body or a header as it was signed",
    path: SIGNED,
    sending: { credentials, change: (request) => ({ ...request, target: `${request.target}?added=1` }) },
  },
  { missing: "permission to call this route", path: SIGNED, sending: { credentials: STRANGER } },
  { missing: "the API key", path: BOTH, sending: { credentials } },
  {
    missing: "a valid API key",
    path: BOTH,
    sending: { credentials, headers: { "x-api-key": "EXAMPLE-key-of-nobody-at-all" } },
  },
];

// ---------------------------------------------------------------------------------------------------- internal

type Change = (request: RawRequest) => RawRequest;

function without(name: string): Change {
  return (request) => ({ ...request, headers: request.headers.filter(([each]) => each !== name) });
}

function authorization(part: string | RegExp, replacement: string): Change {
  return (request) => {
    const value = (headerValue(request.headers, "authorization") ?? "").replace(part, replacement);
    return { ...request, headers: [...without("authorization")(request).headers, ["authorization", value]] };
  };
}

function minutesFrom(time: Date, minutes: number): Date {
  return new Date(time.getTime() + minutes * 60_000);
}
