import { isNormalized, resolvePath } from "#sigv4/normalized-path";
import type { RawRequest } from "#sigv4/request";
import { verify } from "#sigv4/verify";
import { type SigningCaller, type SigningChoices, signByRules } from "../../support/sigv4-rules";
import {
  AMZ_DATE,
  HOST,
  LONG_TERM,
  OPTIONS,
  signWithAws4,
  TEMPORARY,
  verdict,
  withHeader,
} from "./signed-requests";

/** Requests whose signature fits, and which may be read as another request than the one that was signed. */

const FORMS = ["header", "query"] as const;
const MISMATCH = /^The request signature we calculated does not match the signature you provided\./;

function refused(request: RawRequest): { message: string; reason: string; canonicalRequest?: string } {
  const result = verify(request, OPTIONS);
  if (result.accepted) throw new Error(`${request.target} was accepted`);
  expect(result).toMatchObject({
    errorType: "InvalidSignatureException",
    message: expect.stringMatching(MISMATCH),
    reason: expect.stringMatching(/ \(signed with the access key A[A-Z0-9]+\)$/),
  });
  return result;
}

/** Signs whatever it is given; a signer would leave out or encode some of it. */
function signed(
  target: string,
  headers: Readonly<Record<string, string>> = {},
  { caller = LONG_TERM, ...choices }: Partial<SigningChoices> & { readonly caller?: SigningCaller } = {},
): RawRequest {
  const request = {
    method: "GET",
    target,
    headers: [["Host", HOST] as const, ...Object.entries(headers)],
    body: Buffer.alloc(0),
  };
  return signByRules(request, caller, { date: AMZ_DATE, region: "us-east-1", ...choices });
}

function extended(request: RawRequest, more: string): RawRequest {
  return { ...request, target: request.target + more };
}

describe("a presigned URL cannot be extended", () => {
  const request = signWithAws4({}, { form: "query" });
  const [, signature = ""] = /X-Amz-Signature=(\w+)/.exec(request.target) ?? [];

  test("as it is, it is accepted", () => {
    expect(verdict(request)).toBe("accepted");
  });

  test.each([
    "&X-Amz-Signature=x",
    "&X-Amz-Signature",
    "&X-Amz-Signature=",
    "&X-Amz-Signature=x;limit=1",
    `&X-Amz-Signature=${signature};limit=1`,
    "&X%2DAmz-Signature=x",
    "&%58-Amz-Signature=x%3Blimit%3D1",
    "&%58%2d%41%6d%7A%2D%53%69%67%6e%61%74%75%72%65=x",
    "&limit=1",
    ";limit=1",
    "&x-amz-signature=x",
    "&X-Amz-Signature+=x",
    "&X-Amz-Signature%00=x",
  ])("by %s", (more) => {
    expect(verdict(extended(request, more))).toMatch(/^InvalidSignatureException: The request signature/);
  });

  test("nor by the same signature once more, anywhere", () => {
    const twice = `X-Amz-Signature=${signature}`;
    const first = { ...request, target: request.target.replace("?", `?${twice}&`) };
    for (const each of [first, extended(request, `&${twice}`)]) {
      expect(verify(each, OPTIONS)).toMatchObject({
        accepted: false,
        errorType: "InvalidSignatureException",
        reason: expect.stringMatching(/^the query has X-Amz-Signature more than once: presign the URL again/),
      });
    }
  });

  test("nor by a signer that leaves out both", () => {
    const request = signed("/dev/products?X-Amz-Signature=x", {}, { form: "query" });
    const result = verify(request, OPTIONS);
    expect(result).toMatchObject({
      accepted: false,
      reason: expect.stringMatching(/^the query has X-Amz-Signature more than once/),
      canonicalRequest: expect.stringMatching(/&X-Amz-Signature=[0-9a-f]{64}&/),
    });
  });
});

test.each([
  ["Algorithm", "AWS4-HMAC-SHA256"],
  ["Credential", `${LONG_TERM.accessKeyId}/20261122/us-east-1/execute-api/aws4_request`],
  ["Date", AMZ_DATE],
  ["Expires", "300"],
  ["Region-Set", "us-east-1"],
  ["SignedHeaders", "host"],
])("X-Amz-%s twice in a presigned query is refused, although it is signed", (name, value) => {
  const twice = `X-Amz-${name}=${value}&X%2DAmz-${name}=${value}`;
  const request = signed(`/dev/products?${twice}`, {}, { form: "query" });
  expect(refused(request).reason).toMatch(`the query has X-Amz-${name} more than once`);
});

test("a session token twice in a presigned query is refused, although it is signed", () => {
  const token = encodeURIComponent(TEMPORARY.sessionToken ?? "");
  const target = `/dev/products?X-Amz-Security-Token=${token}`;
  const request = signed(target, {}, { form: "query", caller: TEMPORARY });
  expect(refused(request).reason).toMatch(/^the query has X-Amz-Security-Token more than once/);
});

test("such parameters are like any other in the query of the header form", () => {
  const request = signed("/dev/products?X-Amz-Date=1&X-Amz-Date=2&X-Amz-Signature=3&X-Amz-Signature=4");
  expect(verdict(request)).toBe("accepted");
  for (const more of ["&X-Amz-Signature=x", "&X-Amz-Date=1"]) {
    expect(verdict(extended(request, more))).toMatch(/^InvalidSignatureException: The request signature/);
  }
  expect(verdict(extended(request, "&X%2DAmz-Algorithm=AWS4-HMAC-SHA256"))).toMatch(
    /^InvalidSignatureException: Found both 'X-Amz-Algorithm'/,
  );
});

describe.each(FORMS)("a raw ; in the query, %s form", (form) => {
  test("does not stand for a signed %3B", () => {
    const request = signWithAws4({ path: "/dev/products?x=1%3Blimit%3D1" }, { form });
    expect(verdict(request)).toBe("accepted");
    const sent = { ...request, target: request.target.replace("x=1%3Blimit%3D1", "x=1;limit%3D1") };
    const { reason, canonicalRequest } = refused(sent);
    expect(reason).toMatch(
      /^the query has a raw ;, which API Gateway reads as the start of another parameter: write/,
    );
    expect(canonicalRequest?.split("\n")[2]).toMatch(/limit%3D1=/);
  });

  test("is refused from a signer that splits there, too", () => {
    const request = signWithAws4({ path: "/dev/products?limit=1&x=1" }, { form });
    const sent = { ...request, target: request.target.replace("limit=1&x=1", "limit=1;x=1") };
    expect(refused(sent).reason).toMatch(/^the query has a raw ;/);
  });

  test("is data in the path", () => {
    expect(verdict(signWithAws4({ path: "/dev/a;b=1?x=1" }, { form }))).toBe("accepted");
  });
});

describe.each(FORMS)("the path, %s form", (form) => {
  const request = signWithAws4({ path: "/dev/products?a=1" }, { form });

  test.each([
    "/dev/products/.",
    "/dev/./products",
    "/dev/x/../products",
    "/dev/products/x/..",
    "/dev//products",
    "//dev/products",
    "/./dev/products",
    "/../dev/products",
    "http://127.0.0.1:3000//dev/products",
  ])("signed as /dev/products does not open %s", (path) => {
    const { reason } = refused({ ...request, target: request.target.replace("/dev/products", path) });
    expect(reason).toMatch(
      /^the path was not normalized: .*: take them out of the path before signing and sending/,
    );
  });

  test.each([
    "/dev/%2e%2e/products",
    "/dev/%2E/products",
    "/dev/.%2e/products",
    "/dev/products/%2e",
    "/dev/a\\..\\products",
    "/dev/products\\",
  ])("%s is refused, although it was signed so", (path) => {
    expect(refused(signed(path, {}, { form })).reason).toMatch(/^the path was not normalized/);
  });

  test.each([
    "/",
    "/dev/",
    "/dev/products/",
    "/dev/.hidden/..products/...",
    "/dev/a%2eb",
    "/dev/%252e%252e/x",
    "/dev/https%3A%2F%2Fexample.com%2F..%2Fx",
    "/dev/a%5C..%5Cb",
  ])("%s is accepted", (path) => {
    expect(verdict(signWithAws4({ path }, { form }))).toBe("accepted");
  });
});

test.each([
  { path: "/a/%7euser/%2E%2e/b//c/./", resolved: "/a/b/c/" },
  { path: "/a\\b\\..\\c", resolved: "/a/c" },
  { path: "/a%2F..%2Fb", resolved: "/a%2F..%2Fb" },
  { path: "/../..", resolved: "/" },
])("$path resolves to $resolved, which resolves to itself", ({ path, resolved }) => {
  expect([resolvePath(path), resolvePath(resolved), isNormalized(resolved)]).toEqual([
    resolved,
    resolved,
    true,
  ]);
});

describe("signed headers that API Gateway's front end changes", () => {
  test.each([
    ["Connection", "keep-alive"],
    ["Expect", "100-continue"],
    ["Keep-Alive", "timeout=5"],
    ["Proxy-Authenticate", "Basic"],
    ["Proxy-Authorization", "Basic eDp5"],
    ["Proxy-Connection", "keep-alive"],
    ["TE", "trailers"],
    ["Trailer", "x-checksum"],
    ["Transfer-Encoding", "chunked"],
    ["Upgrade", "h2c"],
    ["Via", "1.1 proxy"],
    ["X-Amzn-Trace-Id", "Root=1-5759e988-bd862e3fe1be46a994272793"],
    ["X-Forwarded-For", "10.0.0.1"],
    ["X-Forwarded-Port", "443"],
    ["X-Forwarded-Proto", "https"],
  ])("%s is refused, and sent unsigned it is accepted", (name, value) => {
    const lower = name.toLowerCase();
    const unsigned = signWithAws4({ headers: { [name]: value } }, { unsigned: [lower] });
    expect(verdict(unsigned)).toBe("accepted");
    const request = signed("/dev/products", { [name]: value });
    const { message, reason, canonicalRequest } = refused(request);
    expect(reason).toMatch(
      `the header '${lower}' was signed, and API Gateway changes or removes it before it verifies the signature: leave '${lower}' out of the signed headers`,
    );
    expect(canonicalRequest).toContain(`\n${lower}:\n`);
    expect(message).toContain(`'${canonicalRequest}'`);
  });

  test("one that did not arrive, or arrived empty, is refused alike", () => {
    const request = signed("/dev/products", { Connection: "" });
    expect(refused(request).reason).toMatch(/^the header 'connection' was signed/);
    expect(refused(withHeader(request, "Connection", undefined)).reason).toMatch(
      /^the header 'connection' was signed/,
    );
  });

  test("with another value than was signed the reason names the header, too", () => {
    const sent = withHeader(signed("/dev/products", { Connection: "keep-alive" }), "Connection", "close");
    const result = verify(sent, OPTIONS);
    expect(result).toMatchObject({
      reason: expect.stringMatching(/was signed with another value \(connection\): do not sign it/),
    });
  });

  test.each([
    ["User-Agent", "curl/8"],
    ["Accept-Encoding", "gzip, deflate"],
    ["Content-Length", "0"],
    ["X-Forwarded-Host", "example.com"],
    ["Cache-Control", "no-cache"],
  ])("%s stays accepted", (name, value) => {
    const request = signed("/dev/products", { [name]: value });
    expect(verdict(request)).toBe("accepted");
    expect(verdict(withHeader(request, name, `${value}x`))).toMatch(
      /^InvalidSignatureException: The request signature/,
    );
  });

  test("a User-Agent without a value gets one on the way", () => {
    const request = signed("/dev/products", { "User-Agent": "" });
    for (const each of [request, withHeader(request, "User-Agent", undefined)]) {
      expect(refused(each).reason).toMatch(
        /^the header 'user-agent' was signed without a value, and API Gateway/,
      );
    }
  });
});
