import { type MultiRegionSigningOptions, signRequestMultiRegion } from "#call/sigv4a";
import { canonicalRequest } from "#sigv4/canonical-request";
import type { SigningCredentials } from "#sigv4/credential-checks";
import type { RawRequest } from "#sigv4/request";
import { ALGORITHM_V4A, stringToSign } from "#sigv4/string-to-sign";
import { type VerifyOptions, verify } from "#sigv4/verify";
import { toRawRequest } from "../../support/raw-request";
import { changedTwins, type RecordedRequest, readRecorded, received } from "./recorded-requests";
import {
  AMZ_DATE,
  ANY_PATH,
  HOST,
  LONG_TERM,
  NOW,
  OPTIONS,
  signWithAws4,
  TEMPORARY,
  verdict,
  withHeader,
} from "./signed-requests";

const INVALID = "InvalidSignatureException";
const INCOMPLETE = "IncompleteSignatureException";
const MISMATCH = /^InvalidSignatureException: The request signature we calculated does not match/;
const REGION = "Credential should be scoped to a valid region. ";
const SERVICE = "Credential should be scoped to correct service: 'execute-api'. ";
const TERMINATOR = "Credential should be scoped with a valid terminator: 'aws4_request'. ";
const SCOPE_DATE =
  "Date in Credential scope does not match YYYYMMDD from ISO-8601 version of date from HTTP.";
const UNKNOWN_KEY = "UnrecognizedClientException: The security token included in the request is invalid.";
const WRONG_TOKEN = "UnrecognizedClientException: The security token included in the request is invalid";

/** A request that AWS's own signer signed; see fixtures/sigv4a-crt.md. */
interface CrtRequest extends RecordedRequest {
  readonly regionSet: string;
}

const CRT_REQUESTS = readRecorded<CrtRequest>("sigv4a-crt.json");

function inAuthorization(
  request: RawRequest,
  from: string | RegExp,
  to: string | ((found: string) => string),
): RawRequest {
  const replace = (text: string): string =>
    text.replace(from, (found) => (typeof to === "string" ? to : to(found)));
  return {
    ...request,
    target: replace(request.target),
    headers: request.headers.map(([name, value]) => [
      name,
      name.toLowerCase() === "authorization" ? replace(value) : value,
    ]),
  };
}

function reasonOf(request: RawRequest, options: Partial<VerifyOptions<SigningCredentials>> = {}): string {
  const result = verify(request, { ...OPTIONS, ...options });
  return result.accepted ? "accepted" : result.reason;
}

async function sign(options: Partial<MultiRegionSigningOptions> = {}): Promise<RawRequest> {
  const request = { method: "GET", url: `http://${HOST}/dev/products` };
  const settings = { credentials: LONG_TERM, regionSet: ["us-east-1"], date: NOW, ...options };
  return toRawRequest(await signRequestMultiRegion(request, settings));
}

/** A presigned URL of AWS's signer, for `us-east-1` alone. */
function presigned(): RawRequest {
  const found = CRT_REQUESTS.find(({ form, regionSet }) => form === "query" && regionSet === "us-east-1");
  if (found === undefined) throw new Error("the fixture holds no presigned URL for us-east-1");
  return received(found);
}

const CRT_CASES = CRT_REQUESTS.map((crt) => ({ ...crt, path: crt.target.replace(/[?&]X-Amz-.*/, ""), crt }));

describe.each(CRT_CASES)("AWS's signer: $method $path, $form form, for $regionSet", ({ crt }) => {
  const request = received(crt);

  test("is accepted, unless its path is not normalized", () => {
    expect(verdict(request, ANY_PATH)).toBe("accepted");
    expect(verdict(request)).toMatch(/\/\/|\/\.\.?\//.test(crt.target) ? MISMATCH : /^accepted$/);
  });

  test("is refused when changed", () => {
    for (const [what, twin] of Object.entries(changedTwins(request))) {
      expect([what, verdict(twin)]).toEqual([what, expect.stringMatching(MISMATCH)]);
    }
  });

  test("is refused outside its regions", () => {
    const covered = crt.regionSet === "*" ? "accepted" : `${INVALID}: ${REGION}`;
    expect(verdict(request, { ...ANY_PATH, region: "sa-east-1" })).toBe(covered);
  });
});

test("an accepted request says who signed, and what the signature covers", async () => {
  expect(verify(await sign(), OPTIONS)).toEqual({
    accepted: true,
    credentials: LONG_TERM,
    form: "header",
    signedHeaders: ["host", "x-amz-date", "x-amz-region-set"],
  });
});

describe("the region set", () => {
  test.each([
    { regionSet: ["us-east-1"], expected: "accepted" },
    { regionSet: ["*"], expected: "accepted" },
    { regionSet: ["us-*"], expected: "accepted" },
    { regionSet: ["eu-west-1", "us-east-1"], expected: "accepted" },
    { regionSet: ["eu-*"], expected: `${INVALID}: ${REGION}` },
    { regionSet: ["us-east-2", "us-east-10"], expected: `${INVALID}: ${REGION}` },
  ])("$regionSet", async ({ regionSet, expected }) => {
    expect(verdict(await sign({ regionSet }))).toBe(expected);
  });

  const MISSING = `${INCOMPLETE}: Missing required header for this request: x-amz-region-set`;

  test("is required, as a header in the header form", async () => {
    const request = await sign();
    expect(verdict(withHeader(request, "x-amz-region-set", undefined))).toBe(MISSING);
    expect(verdict(withHeader(request, "x-amz-region-set", ""))).toBe(MISSING);
    const target = `${request.target}?X-Amz-Region-Set=us-east-1`;
    expect(verdict({ ...withHeader(request, "x-amz-region-set", undefined), target })).toBe(MISSING);
  });

  test("is required, as a parameter in the query form", () => {
    const without = inAuthorization(presigned(), "X-Amz-Region-Set=us-east-1&", "");
    const expected = `${INCOMPLETE}: SigV4a query auth requires a non empty x-amz-region-set parameter.`;
    expect(verdict(without)).toBe(expected);
    expect(verdict(withHeader(without, "X-Amz-Region-Set", "us-east-1"))).toBe(expected);
    expect(verdict(inAuthorization(presigned(), "Set=us-east-1", "Set="))).toBe(expected);
  });

  test("has to be signed, so that it cannot be widened", async () => {
    const request = await sign({ regionSet: ["eu-west-1"] });
    const unsigned = inAuthorization(request, ";x-amz-region-set", "");
    expect(verdict(unsigned)).toBe(
      `${INVALID}: There were headers present in the request which were not signed`,
    );
    expect(verdict(withHeader(request, "x-amz-region-set", "*"))).toMatch(MISMATCH);
    expect(verdict(inAuthorization(presigned(), "Set=us-east-1", "Set=%2A"))).toMatch(MISMATCH);
  });

  test("of repeated headers the first counts, and all are signed", async () => {
    const request = await sign({ regionSet: ["eu-west-1", "us-east-1"] });
    const lines = (...values: string[]): RawRequest => ({
      ...withHeader(request, "x-amz-region-set", undefined),
      headers: [
        ...withHeader(request, "x-amz-region-set", undefined).headers,
        ...values.map((value) => ["x-amz-region-set", value] as const),
      ],
    });
    expect(verdict(lines("eu-west-1,us-east-1"))).toBe("accepted");
    expect(verdict(lines("eu-west-1", "us-east-1"))).toBe(`${INVALID}: ${REGION}`);
    expect(verdict(lines("us-east-1", "eu-west-1"))).toMatch(MISMATCH);
  });

  test("means nothing to SigV4", () => {
    expect(verdict(signWithAws4({ headers: { "X-Amz-Region-Set": "eu-*" } }))).toBe("accepted");
  });
});

describe("the signature", () => {
  const SIGNATURE = /(?<=Signature=)\w+$/;

  test.each<[name: string, change: (signature: string) => string]>([
    ["in upper case", (hex) => hex.toUpperCase()],
    ["with a byte behind it", (hex) => `${hex}00`],
    ["with half a byte behind it", (hex) => `${hex}0`],
    ["with something else behind it", (hex) => `${hex}zz`],
    ["with a length in two bytes", (hex) => `3081${hex.slice(2)}`],
    ["cut short", (hex) => hex.slice(0, -2)],
    ["of one byte", () => "30"],
    ["of zeros", () => "3006020100020100"],
    ["of ones", () => "3006020101020101"],
    ["that is an HMAC", () => "0".repeat(64)],
    ["that is no hex", () => "signature"],
  ])("%s is another one", async (_name, change) => {
    const request = await sign();
    expect(verdict(inAuthorization(request, SIGNATURE, (hex) => hex))).toBe("accepted");
    expect(verdict(inAuthorization(request, SIGNATURE, change))).toMatch(MISMATCH);
    expect(verdict(inAuthorization(presigned(), SIGNATURE, change))).toMatch(MISMATCH);
  });

  test("of another secret, or of another access key with the same secret, is another one", async () => {
    const other = { ...LONG_TERM, accessKeyId: "AKIAI44QH8DHBEXAMPLE" };
    const request = inAuthorization(
      await sign({ credentials: other }),
      other.accessKeyId,
      LONG_TERM.accessKeyId,
    );
    expect(verdict(request)).toMatch(MISMATCH);
    expect(verdict(await sign({ credentials: { ...LONG_TERM, secretAccessKey: "wrong" } }))).toMatch(
      MISMATCH,
    );
    const changed = { findCredentials: () => ({ ...LONG_TERM, secretAccessKey: "wrong" }) };
    expect(verdict(await sign(), changed)).toMatch(MISMATCH);
    const known = { findCredentials: () => other };
    expect(verdict(await sign({ credentials: other }), known)).toBe("accepted");
  });

  test("mismatch shows the canonical request and the string to sign of SigV4A", async () => {
    const request = await sign({ credentials: { ...LONG_TERM, secretAccessKey: "wrong" } });
    const signedHeaders = ["host", "x-amz-date", "x-amz-region-set"];
    const canonical = canonicalRequest(request, { form: "header", signedHeaders });
    const scope = { date: "20261122", service: "execute-api" };
    const toSign = stringToSign(AMZ_DATE, scope, canonical, ALGORITHM_V4A);
    expect(toSign).toMatch(
      /^AWS4-ECDSA-P256-SHA256\n20261122T101530Z\n20261122\/execute-api\/aws4_request\n/,
    );
    expect(verify(request, OPTIONS)).toMatchObject({
      message: expect.stringContaining(`'${toSign}'`),
      canonicalRequest: canonical,
      stringToSign: toSign,
    });
  });

  test("and the usual mistakes are found here too", async () => {
    expect(reasonOf({ ...(await sign()), body: Buffer.from("{}") })).toMatch(/signed as one without a body/);
  });
});

/** Each fault, in the order in which they are looked for: where two are made, the earlier one answers. */
describe("the order of checks", () => {
  const FAULTS: readonly { name: string; make: (request: RawRequest) => RawRequest; answer: string }[] = [
    {
      name: "host not signed",
      make: (r) => inAuthorization(r, "host;", ""),
      answer: `${INVALID}: 'Host' or ':authority' must be a 'SignedHeader' in the AWS Authorization.`,
    },
    {
      name: "expired",
      make: (r) => withHeader(r, "x-amz-date", "20261122T000000Z"),
      answer: `${INVALID}: Signature expired: 20261122T000000Z is now earlier than 20261122T101030Z (${AMZ_DATE} - 5 min.)`,
    },
    {
      name: "algorithm",
      make: (r) => inAuthorization(r, "P256", "P384"),
      answer: `${INCOMPLETE}: Unsupported AWS 'algorithm': 'AWS4-ECDSA-P384-SHA256' (only AWS4-HMAC-SHA256 for now). `,
    },
    {
      name: "credential parts",
      make: (r) => inAuthorization(r, "/execute-api", "/us-east-1/execute-api"),
      answer: `${INCOMPLETE}: Credential must have exactly 4 slash-delimited elements, e.g. keyid/date/service/term, got 'A`,
    },
    {
      name: "region set missing",
      make: (r) => withHeader(r, "x-amz-region-set", undefined),
      answer: `${INCOMPLETE}: Missing required header for this request: x-amz-region-set`,
    },
    {
      name: "region set not signed",
      make: (r) => inAuthorization(r, ";x-amz-region-set", ""),
      answer: `${INVALID}: There were headers present in the request which were not signed`,
    },
    { name: "scope", make: (r) => inAuthorization(r, "execute-api", "s3"), answer: `${INVALID}: ${SERVICE}` },
    { name: "access key", make: (r) => inAuthorization(r, "=ASIA", "=AAAA"), answer: UNKNOWN_KEY },
    {
      name: "signature",
      make: (r) => inAuthorization(r, "Signature=", "Signature=0"),
      answer: `${INVALID}: The request signature we calculated does not match`,
    },
    {
      name: "session token",
      make: (r) => withHeader(r, "x-amz-security-token", "another"),
      answer: WRONG_TOKEN,
    },
  ];
  const PAIRS = FAULTS.flatMap((first, index) =>
    FAULTS.slice(index + 1).map((second) => ({ first, second })),
  ).filter(({ first, second }) => !(first.name === "credential parts" && second.name === "scope"));

  /** Its token is sent and not signed, so that another one leaves the signature good. */
  async function request(): Promise<RawRequest> {
    const { sessionToken = "", ...withoutToken } = TEMPORARY;
    return withHeader(await sign({ credentials: withoutToken }), "x-amz-security-token", sessionToken);
  }

  test("nothing wrong", async () => {
    expect(verdict(await request())).toBe("accepted");
  });

  test.each(FAULTS)("$name alone", async ({ make, answer }) => {
    expect(verdict(make(await request())).slice(0, answer.length)).toBe(answer);
  });

  test.each(PAIRS)("$first.name before $second.name", async ({ first, second }) => {
    const faulty = first.make(second.make(await request()));
    expect(verdict(faulty).slice(0, first.answer.length)).toBe(first.answer);
  });

  test("faults of the scope are collected", async () => {
    const request = await sign({ regionSet: ["eu-*"] });
    expect(verdict(inAuthorization(request, /\/20261122.*aws4_request/, "/d/s/t"))).toBe(
      `${INVALID}: ${REGION}${SERVICE}${TERMINATOR}${SCOPE_DATE}`,
    );
  });

  test("a Credential of SigV4 in the query form", () => {
    expect(verdict(inAuthorization(presigned(), "%2Fexecute-api", "%2Fus-east-1%2Fexecute-api"))).toMatch(
      /^IncompleteSignatureException: Credential must have exactly 4 /,
    );
  });
});

describe("what holds for SigV4 holds here", () => {
  const at = (seconds: number): Partial<VerifyOptions<SigningCredentials>> => ({
    now: new Date(NOW.getTime() + seconds * 1000),
  });

  test.each([
    { seconds: 300, expected: /^accepted$/ },
    { seconds: 301, expected: /Signature expired/ },
    { seconds: -300, expected: /^accepted$/ },
    { seconds: -301, expected: /Signature not yet current/ },
  ])("the window, $seconds seconds on", async ({ seconds, expected }) => {
    expect(verdict(await sign(), at(seconds))).toMatch(expected);
    expect(verdict(presigned(), at(seconds))).toMatch(expected);
  });

  test.each([
    { name: "its token", sessionToken: TEMPORARY.sessionToken, expected: "accepted" },
    { name: "none", sessionToken: undefined, expected: UNKNOWN_KEY },
    { name: "another", sessionToken: "another", expected: WRONG_TOKEN },
  ])("temporary credentials with $name", async ({ sessionToken, expected }) => {
    expect(verdict(await sign({ credentials: { ...TEMPORARY, sessionToken } }))).toBe(expected);
  });
});

test.each([
  {
    name: "another region",
    sign: () => sign({ regionSet: ["eu-*"] }),
    reason:
      "the credential scope is '20261122/execute-api/aws4_request' for the regions 'eu-*', expected '20261122/execute-api/aws4_request' for us-east-1: sign for this region and service",
  },
  {
    name: "no region set",
    sign: async () => withHeader(await sign(), "x-amz-region-set", undefined),
    reason: "AWS4-ECDSA-P256-SHA256 without X-Amz-Region-Set: send it as a header and sign it",
  },
  {
    name: "a region set that is not signed",
    sign: async () => inAuthorization(await sign(), ";x-amz-region-set", ""),
    reason: "x-amz-region-set is not among the signed headers 'host;x-amz-date': sign it",
  },
  {
    name: "a Credential with a region",
    sign: async () => inAuthorization(await sign(), "/execute-api", "/us-east-1/execute-api"),
    reason:
      "Credential has 5 elements, expected those of keyid/date/service/term, where term is aws4_request",
  },
])("the reason for the log: $name", async ({ sign, reason }) => {
  expect(reasonOf(await sign())).toBe(reason);
});
