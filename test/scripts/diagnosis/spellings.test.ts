import { createHash } from "node:crypto";
import { diagnose } from "#diagnosis/diagnose";
import type { DiagnosedGate, Fault } from "#diagnosis/diagnosis";
import type { RawRequest } from "#sigv4/request";

/** Texts that the local gateway does not write: AWS's older ones, which logs and posts still show, and replaced ones. */

const body = (message: string, member = "message"): string => JSON.stringify({ [member]: message });
const ARN = "arn:aws:execute-api:eu-west-1:********3333:abc123/dev/GET/products";
const CALLER = "arn:aws:sts::111122223333:assumed-role/reader/session";

test.each<{ name: string; text: string; gate: DiagnosedGate; fault: Fault; told?: RegExp }>([
  {
    name: "a bearer token",
    text: body(
      "'abc' not a valid key=value pair (missing equal-sign) in Authorization header: 'Bearer abc'.",
    ),
    gate: "signature",
    fault: "not-sigv4",
  },
  {
    name: "an incomplete header that shows its scheme",
    text: body("Authorization header requires 'Signature' parameter. Authorization=AWS4-HMAC-SHA256"),
    gate: "signature",
    fault: "authorization-incomplete",
    told: /lacks Signature\.$/,
  },
  {
    name: "a host that is not signed",
    text: body("'Host' must be a 'SignedHeader' in the AWS Authorization."),
    gate: "signature",
    fault: "host-not-signed",
  },
  {
    name: "a region",
    text: body("Credential should be scoped to a valid region, not 'us-east-1'. "),
    gate: "signature",
    fault: "wrong-scope",
    told: /another region than/,
  },
  {
    name: "a region and a service",
    text: body(
      "Credential should be scoped to a valid region, not 'us-east-1'. Credential should be scoped to correct service: 'execute-api'. ",
    ),
    gate: "signature",
    fault: "wrong-scope",
    told: /another region and service than/,
  },
  {
    name: "a terminator",
    text: body("Credential should be scoped with a valid terminator: 'aws4_request', not 'x'. "),
    gate: "signature",
    fault: "wrong-scope",
    told: /another terminator than/,
  },
  {
    name: "a date",
    text: body(
      "Date in Credential scope does not match YYYYMMDD from ISO-8601 version of date from HTTP: '20151124' != '20151125', from '20151125T154140Z'.",
    ),
    gate: "signature",
    fault: "wrong-scope",
    told: /another date than/,
  },
  {
    name: "an expired session",
    text: body("The security token included in the request is expired"),
    gate: "signature",
    fault: "session-token-expired",
  },
  {
    name: "a mismatch in its short form",
    text: body(
      "The request signature we calculated does not match the signature you provided. Check your AWS Secret Access Key and signing method. Consult the service documentation for details.",
    ),
    gate: "signature",
    fault: "mismatch",
    told: /does not show what the gateway calculated/,
  },
  {
    name: "a denial without a reason",
    text: body(
      `User: ${CALLER} is not authorized to perform: execute-api:Invoke on resource: ${ARN}`,
      "Message",
    ),
    gate: "iam",
    fault: "not-allowed",
    told: /and no policy allows/,
  },
  {
    name: "an explicit deny without its kind",
    text: body(
      `User: ${CALLER} is not authorized to perform: execute-api:Invoke on resource: ${ARN} with an explicit deny`,
      "Message",
    ),
    gate: "iam",
    fault: "explicitly-denied",
    told: /Effect Deny in a policy that applies/,
  },
  {
    name: "a denial by an authorizer",
    text: body("User is not authorized to access this resource with an explicit deny", "Message"),
    gate: "authorizer",
    fault: "explicitly-denied",
  },
  {
    name: "no identity for an authorizer",
    text: body("Unauthorized"),
    gate: "authorizer",
    fault: "unauthorized",
  },
  {
    name: "a backend that is not there",
    text: '{"message": "Network error communicating with endpoint"}',
    gate: "integration",
    fault: "integration-unreachable",
  },
  {
    name: "a message alone, its line breaks escaped",
    text: "The request signature we calculated does not match the signature you provided.\\n\\nThe Canonical String for this request should have been\\n'GET\\n/dev\\n\\nhost:h\\nx-amz-content-sha256:UNSIGNED-PAYLOAD\\n\\nhost;x-amz-content-sha256\\nabc'\\n\\nThe String-to-Sign should have been\\n'x'\\n",
    gate: "signature",
    fault: "body-not-hashed",
  },
  { name: "Forbidden alone", text: body("Forbidden"), gate: "api-key", fault: "forbidden" },
  {
    name: "Missing Authentication Token alone",
    text: body("Missing Authentication Token"),
    gate: "route",
    fault: "not-signed-or-no-such-route",
  },
  { name: "a page of a proxy", text: "<html>Request blocked</html>", gate: "unknown", fault: "unknown" },
  { name: "nothing", text: "", gate: "unknown", fault: "unknown" },
])("$name: $fault", ({ text, gate, fault, told = /\.$/ }) => {
  const diagnosis = diagnose({ response: { headers: [], body: text } });
  expect([diagnosis.gate, diagnosis.fault]).toEqual([gate, fault]);
  expect(diagnosis.cause).toMatch(told);
});

test.each<[type: string, gate: DiagnosedGate, fault: Fault]>([
  ["IncompleteSignatureException", "signature", "signature-refused"],
  ["InvalidSignatureException", "signature", "signature-refused"],
  ["UnrecognizedClientException", "signature", "signature-refused"],
  ["ExpiredTokenException", "signature", "session-token-expired"],
  ["MissingAuthenticationTokenException", "route", "not-signed-or-no-such-route"],
  ["AccessDeniedException", "iam", "not-allowed"],
  ["ForbiddenException", "api-key", "forbidden"],
  ["TooManyRequestsException", "throttle", "throttled"],
  ["LimitExceededException", "quota", "quota-used-up"],
  ["UnauthorizedException", "authorizer", "unauthorized"],
  ["BadRequestException", "validation", "bad-request"],
  ["InternalServerErrorException", "integration", "integration-failed"],
  ["SomethingNewException", "unknown", "unknown"],
])("where the API has replaced the body, %s still tells the gate", (type, gate, fault) => {
  const headers = [["x-amzn-ErrorType", type]] as const;
  const diagnosis = diagnose({ response: { status: 403, headers, body: '{"error":"no"}' } });
  expect(diagnosis).toMatchObject({ gate, fault });
});

test.each([
  { lookedUp: undefined, account: "111122223333", from: "the caller's" },
  { lookedUp: { source: "outputs", accountId: "999988883333" }, account: "999988883333", from: "the API's" },
  { lookedUp: { source: "outputs", accountId: "999988887777" }, account: "111122223333", from: "what fits" },
])("the masked account is filled in: $from", ({ lookedUp, account }) => {
  const text = body(
    `User: ${CALLER} is not authorized to perform: execute-api:Invoke on resource: ${ARN} because no identity-based policy allows the execute-api:Invoke action`,
    "Message",
  );
  const diagnosis = diagnose({ response: { headers: [], body: text }, lookedUp });
  expect(diagnosis.policyStatement?.Resource).toBe(ARN.replace("********3333", account));
  expect(diagnosis.advice).toMatch(/^Add this statement to a policy of role reader, /);
});

test.each([
  ["sts::111122223333:assumed-role/reader/session", "role reader"],
  ["iam::111122223333:user/ann", "user ann"],
  ["iam::111122223333:user/teams/shop/ann", "user ann"],
  ["sts::111122223333:federated-user/ann", "federated-user ann"],
  ["iam::111122223333:root", "arn:aws:iam::111122223333:root"],
])("%s lacks a policy of %s", (caller, owner) => {
  const text = body(
    `User: arn:aws:${caller} is not authorized to perform: execute-api:Invoke on resource: ${ARN}`,
    "Message",
  );
  const { advice } = diagnose({ response: { headers: [], body: text } });
  expect(advice).toMatch(new RegExp(`^Add this statement to a policy of ${owner}, `));
});

test("an account that is not known stays masked, and is asked for", () => {
  const other = CALLER.replace("111122223333", "111122224444");
  const text = body(
    `User: ${other} is not authorized to perform: execute-api:Invoke on resource: ${ARN}`,
    "Message",
  );
  const diagnosis = diagnose({ response: { headers: [], body: text } });
  expect(diagnosis.policyStatement?.Resource).toBe(ARN);
  expect(diagnosis.advice).toMatch(/Put the API's account in place of the asterisks\.$/);
});

describe("the clock", () => {
  const expired = body(
    "Signature expired: 20261122T091530Z is now earlier than 20261122T101030Z (20261122T101530Z - 5 min.)",
  );
  const ahead = body(
    "Signature not yet current: 20261122T111530Z is still later than 20261122T102030Z (20261122T101530Z + 5 min.)",
  );
  test.each([
    {
      name: "a clock that is behind",
      text: expired,
      offset: 3600,
      cause: /1 h behind the gateway's/,
      advice: /--clock-offset 3600\.$/,
    },
    {
      name: "a clock that is ahead",
      text: ahead,
      offset: -3600,
      cause: /1 h ahead of the gateway's/,
      advice: /--clock-offset -3600\.$/,
    },
    {
      name: "clocks that agree",
      text: expired,
      offset: 1,
      cause: /The clocks agree \(to 1 s\)/,
      advice: /leave --clock-offset/,
    },
    {
      name: "a clock that is not known",
      text: expired,
      offset: undefined,
      cause: /is behind by that much, or/,
      advice: /NTP/,
    },
    {
      name: "a clock that is not known, ahead",
      text: ahead,
      offset: undefined,
      cause: /is ahead by that much, or/,
      advice: /NTP/,
    },
    {
      name: "a clock that is an hour off",
      text: expired,
      offset: undefined,
      cause: / X-Amz-Date is in UTC, whatever the local time\.$/,
      advice: /NTP/,
    },
  ])("$name", ({ text, offset, cause, advice }) => {
    const diagnosis = diagnose({ response: { headers: [], body: text }, clockOffsetSeconds: offset });
    expect(diagnosis.cause).toMatch(/^By the gateway's clock the signature was 1 h (old|ahead), and /);
    expect(diagnosis.cause).toMatch(cause);
    expect(diagnosis.advice).toMatch(advice);
  });
});

test.each([
  { minutes: 10, isZone: false },
  { minutes: 30, isZone: true },
  { minutes: 45, isZone: false },
  { minutes: 330, isZone: true },
  { minutes: 14 * 60, isZone: true },
  { minutes: 15 * 60, isZone: false },
])("$minutes minutes may be a time zone: $isZone", ({ minutes, isZone }) => {
  const date = new Date(Date.UTC(2026, 10, 22, 10, 15) - minutes * 60_000).toISOString();
  const sent = date.replace(/[-:]|\.\d+/g, "");
  const text = body(
    `Signature expired: ${sent} is now earlier than 20261122T101000Z (20261122T101500Z - 5 min.)`,
  );
  const { cause } = diagnose({ response: { headers: [], body: text } });
  expect(cause.includes("Time zones are that far apart")).toBe(isZone);
});

describe("without a look at the API", () => {
  const request = (target: string, headers: RawRequest["headers"] = []): RawRequest => ({
    method: "GET",
    target,
    headers,
    body: Buffer.alloc(0),
  });
  const told = (message: string, sent: RawRequest) =>
    diagnose({ response: { status: 403, headers: [], body: body(message) }, request: sent });

  test("a request without a key may lack its stage just as well", () => {
    const { cause, advice } = told("Forbidden", request("/products?a=1"));
    expect(cause).toMatch(/no x-api-key header; or 'products', which the path begins with, is not a stage/);
    expect(advice).toMatch(/or put the stage in front of the path/);
  });

  test("a key takes no signature's place", () => {
    const tells = (headers: RawRequest["headers"]) =>
      told("Missing Authentication Token", request("/dev/a", headers)).cause.endsWith(
        "takes no signature's place.",
      );
    expect(tells([["X-Api-Key", "k"]])).toBe(true);
    expect(tells([])).toBe(false);
  });

  test("only another region makes one look for the region", () => {
    const region = "Credential should be scoped to a valid region. ";
    const service = "Credential should be scoped to correct service: 'execute-api'. ";
    expect(told(region, request("/dev/a")).advice).toMatch(/A custom domain does not show its region/);
    expect(told(service, request("/dev/a")).advice).toBe("Sign for the service execute-api.");
  });
});

test.each([
  {
    message: "Invalid request body: [Unknown error parsing request body]; PUT /a takes b",
    cause: /^The body is not JSON: /,
  },
  {
    message: 'Invalid request body: [object has missing required properties (["a"])]',
    cause: /in which place\.$/,
  },
  { message: "Invalid request body", cause: /^The body is not JSON, or does not fit/ },
])("$message", ({ message, cause }) => {
  expect(diagnose({ response: { status: 400, headers: [], body: body(message) } })).toMatchObject({
    fault: "body-invalid",
    cause: expect.stringMatching(cause),
  });
});

describe("the hash of the header that arrived", () => {
  const request = (authorization: string): RawRequest => ({
    method: "GET",
    target: "/dev/products",
    headers: [["Authorization", authorization]],
    body: Buffer.alloc(0),
  });
  const text = (arrived: string) =>
    body(
      `Invalid key=value pair (missing equal-sign) in Authorization header (hashed with SHA-256 and encoded with Base64): '${createHash("sha256").update(arrived).digest("base64")}'.`,
    );

  test.each([
    { name: "the one that was sent", arrived: "Bearer abc", changed: false },
    { name: "another", arrived: "Bearer abcd", changed: true },
  ])("is of $name", ({ arrived, changed }) => {
    const response = { headers: [], body: text(arrived) };
    const { cause } = diagnose({ response, request: request("Bearer abc") });
    expect(/something on the way changed it/.test(cause)).toBe(changed);
  });
});

/** A request that is rightly signed as far as can be seen, to an API that is looked up or not. */
describe("what is looked up decides between causes", () => {
  const signed: RawRequest = {
    method: "GET",
    target: "/dev/products",
    headers: [
      ["Host", "abc123.execute-api.eu-west-1.amazonaws.com"],
      ["Authorization", "AWS4-HMAC-SHA256 Credential=a/b/c/d/e, SignedHeaders=host, Signature=f"],
      ["x-api-key", "0123456789012345678901234"],
    ],
    body: Buffer.alloc(0),
  };

  test("a signed request without routes: the route, most likely", () => {
    const response = { headers: [], body: body("Missing Authentication Token") };
    expect(diagnose({ response, request: signed })).toMatchObject({ gate: "route", fault: "no-such-route" });
  });

  test("a key that cannot be looked up: all that it may be", () => {
    const diagnosis = diagnose({ response: { headers: [], body: body("Forbidden") }, request: signed });
    expect(diagnosis).toMatchObject({ gate: "api-key", fault: "forbidden" });
    expect(diagnosis.cause).toMatch(/unknown, disabled, or in no usage plan/);
  });

  test("a region that the host's name tells", () => {
    const response = { headers: [], body: body("Credential should be scoped to a valid region. ") };
    expect(diagnose({ response, request: signed }).advice).toBe("Sign for the region eu-west-1.");
  });
});
