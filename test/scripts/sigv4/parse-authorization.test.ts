import { createHash } from "node:crypto";
import { parseAuthorization, parseCredential } from "#sigv4/parse-authorization";
import type { HeaderLine } from "#sigv4/request";
import { AMZ_DATE, signWithAws4, TEMPORARY, verdict, withHeader } from "./signed-requests";

const DATE: HeaderLine = ["X-Amz-Date", AMZ_DATE];
const LISTED = "Credential=C, SignedHeaders=host;x-amz-date, Signature=S";
const FORM_PARAMETERS = `X-Amz-Algorithm=AWS4-HMAC-SHA256&X-Amz-Credential=C&X-Amz-Date=${AMZ_DATE}&X-Amz-SignedHeaders=host&X-Amz-Signature=S`;

function parse(headers: readonly HeaderLine[], target = "/dev/x") {
  return parseAuthorization({ method: "GET", target, headers, body: Buffer.alloc(0) });
}

function hash(header: string): string {
  return createHash("sha256").update(header, "latin1").digest("base64");
}

const HEADER_FORM = {
  form: "header",
  algorithm: "AWS4-HMAC-SHA256",
  credential: "C",
  signedHeaders: ["host", "x-amz-date"],
  signature: "S",
  date: AMZ_DATE,
  sessionToken: undefined,
};

describe("the header form", () => {
  test.each([
    { name: "as the documents write it", header: `AWS4-HMAC-SHA256 ${LISTED}` },
    {
      name: "without spaces",
      header: "AWS4-HMAC-SHA256 Credential=C,SignedHeaders=host;x-amz-date,Signature=S",
    },
    {
      name: "with many spaces",
      header: " AWS4-HMAC-SHA256 \t Credential = C ,  SignedHeaders= host;x-amz-date , Signature =S ",
    },
    {
      name: "in another order",
      header: "AWS4-HMAC-SHA256 Signature=S, Credential=C, SignedHeaders=host;x-amz-date",
    },
    { name: "a repeated part: the last", header: `AWS4-HMAC-SHA256 Signature=T, ${LISTED}` },
    { name: "unknown parts", header: `AWS4-HMAC-SHA256 Foo=, ${LISTED}` },
    {
      name: "header names in another case and order",
      header: "AWS4-HMAC-SHA256 Credential=C, SignedHeaders=X-Amz-Date;Host, Signature=S",
    },
  ])("$name", ({ header }) => {
    expect(parse([["authorization", header], DATE])).toEqual(HEADER_FORM);
  });

  test("of repeated headers the first counts", () => {
    const headers: HeaderLine[] = [
      ["Authorization", `AWS4-HMAC-SHA256 ${LISTED}`],
      ["authorization", "Bearer x"],
      DATE,
      ["x-amz-date", "later"],
    ];
    expect(parse(headers)).toEqual(HEADER_FORM);
  });

  test("X-Amz-Date goes before Date; Date serves without it", () => {
    const authorization: HeaderLine = ["Authorization", `AWS4-HMAC-SHA256 ${LISTED}`];
    expect(parse([authorization, ["Date", "D"], DATE])).toEqual(HEADER_FORM);
    expect(parse([authorization, ["Date", "D"]])).toEqual({ ...HEADER_FORM, date: "D" });
  });

  test("its session token is the header, not the query parameter", () => {
    const headers: HeaderLine[] = [
      ["Authorization", `AWS4-HMAC-SHA256 ${LISTED}`],
      DATE,
      ["X-Amz-Security-Token", "T"],
    ];
    expect(parse(headers, "/x?X-Amz-Security-Token=Q")).toEqual({ ...HEADER_FORM, sessionToken: "T" });
    expect(parse(headers.slice(0, 2), "/x?X-Amz-Security-Token=Q")).toEqual(HEADER_FORM);
  });
});

describe("the query form", () => {
  const QUERY_FORM = {
    form: "query",
    algorithm: "AWS4-HMAC-SHA256",
    credential: "C",
    signedHeaders: ["host"],
    signature: "S",
    date: AMZ_DATE,
    sessionToken: undefined,
    expires: undefined,
  };

  test.each([
    { name: "as it is", target: `/x?a=1&${FORM_PARAMETERS}`, also: {} },
    { name: "escaped names and values", target: `/x?${FORM_PARAMETERS.replaceAll("-", "%2D")}`, also: {} },
    { name: "a repeated parameter: the first", target: `/x?${FORM_PARAMETERS}&X-Amz-Signature=T`, also: {} },
    {
      name: "token and expiry",
      target: `/x?${FORM_PARAMETERS}&X-Amz-Security-Token=a%2Bb&X-Amz-Expires=60`,
      also: { sessionToken: "a+b", expires: "60" },
    },
  ])("$name", ({ target, also }) => {
    expect(parse([["X-Amz-Security-Token", "H"]], target)).toEqual({ ...QUERY_FORM, ...also });
  });

  test("an empty Authorization header is none", () => {
    expect(parse([["Authorization", "  "]], `/x?${FORM_PARAMETERS}`)).toEqual(QUERY_FORM);
  });

  test("X-Amz-* parameters beside a header are parameters like any other", () => {
    expect(parse([["Authorization", `AWS4-HMAC-SHA256 ${LISTED}`], DATE], "/x?X-Amz-Signature=T")).toEqual(
      HEADER_FORM,
    );
  });
});

describe("refusals", () => {
  const ALL_MISSING =
    "Authorization header requires 'Credential' parameter. Authorization header requires 'Signature' parameter. Authorization header requires 'SignedHeaders' parameter. ";
  const NO_DATE = "Authorization header requires existence of either a 'X-Amz-Date' or a 'Date' header. ";
  const NO_EQUAL_SIGN = (header: string): string =>
    `IncompleteSignatureException: Invalid key=value pair (missing equal-sign) in Authorization header (hashed with SHA-256 and encoded with Base64): '${hash(header)}'.`;
  const LACKS = (sentences: string, header: string): string =>
    `IncompleteSignatureException: ${sentences}(Hashed with SHA-256 and encoded with Base64) Authorization=${hash(header)}`;
  const MISSING = "MissingAuthenticationTokenException: Missing Authentication Token";

  test.each([
    { name: "no header (1.2)", header: undefined, expected: MISSING },
    { name: "an empty header", header: " ", expected: MISSING },
    { name: "auth-unknown-path-bearer", header: "Bearer abc", expected: NO_EQUAL_SIGN("Bearer abc") },
    { name: "auth-iam-basic", header: "Basic dXNlcjpwYXNz0", expected: NO_EQUAL_SIGN("Basic dXNlcjpwYXNz0") },
    {
      name: "a part without an equal-sign",
      header: `AWS4-HMAC-SHA256 ${LISTED}, x`,
      expected: NO_EQUAL_SIGN(`AWS4-HMAC-SHA256 ${LISTED}, x`),
    },
    {
      name: "a comma at the end",
      header: `AWS4-HMAC-SHA256 ${LISTED},`,
      expected: NO_EQUAL_SIGN(`AWS4-HMAC-SHA256 ${LISTED},`),
    },
    {
      name: "bytes that are no ASCII",
      header: "Bearer \xe4\xff",
      expected: NO_EQUAL_SIGN("Bearer \xe4\xff"),
    },
    {
      name: "a byte that is a space to Unicode and not to HTTP",
      header: "AWS4-HMAC-SHA256 Credential=C, SignedHeaders=host, \xa0Signature=S",
      expected: LACKS(
        "Authorization header requires 'Signature' parameter. ",
        "AWS4-HMAC-SHA256 Credential=C, SignedHeaders=host, \xa0Signature=S",
      ),
    },
    { name: "nothing but such a byte", header: "\xa0", expected: LACKS(ALL_MISSING, "\xa0") },
    {
      name: "auth-one-word",
      header: "sometoken",
      date: false,
      expected: LACKS(ALL_MISSING + NO_DATE, "sometoken"),
    },
    { name: "one word and a date", header: "sometoken", expected: LACKS(ALL_MISSING, "sometoken") },
    {
      name: "a Bearer token with an equal-sign",
      header: "Bearer a=b",
      expected: LACKS(ALL_MISSING, "Bearer a=b"),
    },
    {
      name: "auth-scheme-equals",
      header: "scheme=value",
      expected:
        "IncompleteSignatureException: Authorization header must begin with the algorithm name, which cannot include an equal-sign",
    },
    {
      name: "no algorithm before the parts",
      header: LISTED,
      expected:
        "IncompleteSignatureException: Authorization header must begin with the algorithm name, which cannot include an equal-sign",
    },
    {
      name: "an empty part is a missing one",
      header: "AWS4-HMAC-SHA256 Credential=, SignedHeaders=host, Signature=S",
      expected: LACKS(
        "Authorization header requires 'Credential' parameter. ",
        "AWS4-HMAC-SHA256 Credential=, SignedHeaders=host, Signature=S",
      ),
    },
    { name: "another scheme, complete (IDX 48858043474)", header: `Xeni-API ${LISTED}`, expected: MISSING },
    {
      name: "another scheme, incomplete",
      header: "Xeni-API Credential=C",
      date: false,
      expected: LACKS(
        "Authorization header requires 'Signature' parameter. Authorization header requires 'SignedHeaders' parameter. " +
          NO_DATE,
        "Xeni-API Credential=C",
      ),
    },
    { name: "the algorithm in lower case", header: `aws4-hmac-sha256 ${LISTED}`, expected: MISSING },
  ])("$name", ({ header, date = true, expected }) => {
    const signed = withHeader(signWithAws4(), "authorization", header);
    expect(verdict(date ? signed : withHeader(signed, "x-amz-date", undefined))).toBe(expected);
  });

  test.each(["Credential", "Signature", "SignedHeaders"])("auth-missing: %s", (part) => {
    const signed = signWithAws4();
    const header = String(signed.headers.find(([name]) => name === "Authorization")?.[1]);
    const [scheme, ...parts] = header.split(/,? /);
    const rest = `${scheme} ${parts.filter((text) => !text.startsWith(`${part}=`)).join(", ")}`;
    expect(verdict(signed)).toBe("accepted");
    expect(verdict(withHeader(signed, "Authorization", rest))).toBe(
      LACKS(`Authorization header requires '${part}' parameter. `, rest),
    );
  });

  test("auth-missing-date", () => {
    const signed = signWithAws4();
    const header = String(signed.headers.find(([name]) => name === "Authorization")?.[1]);
    expect(verdict(withHeader(signed, "x-amz-date", undefined))).toBe(LACKS(NO_DATE, header));
  });

  test.each([
    ["X-Amz-Algorithm"],
    ["X-Amz-Credential"],
    ["X-Amz-SignedHeaders"],
    ["X-Amz-Date"],
    ["X-Amz-Signature"],
    ["X-Amz-Credential", "X-Amz-Date"],
  ])("the query form without %s %s", (...names) => {
    const presigned = signWithAws4({}, { form: "query", credentials: TEMPORARY });
    const without = names.reduce(
      (target, name) => target.replace(new RegExp(`([?&])${name}=[^&]*&?`), "$1"),
      presigned.target,
    );
    expect(verdict(presigned)).toBe("accepted");
    expect(verdict({ ...presigned, target: without })).toBe(
      `IncompleteSignatureException: ${names.map((name) => `AWS query-string parameters must include '${name}'. `).join("")}Re-examine the query-string parameters.`,
    );
  });

  test("the query form with an algorithm that is not AWS's", () => {
    const presigned = signWithAws4({}, { form: "query" });
    expect(verdict({ ...presigned, target: presigned.target.replace("AWS4-HMAC-SHA256", "HMAC") })).toBe(
      MISSING,
    );
  });

  test("both forms at once", () => {
    const signed = signWithAws4();
    const presigned = signWithAws4({}, { form: "query" });
    expect(verdict({ ...signed, target: presigned.target })).toBe(
      "InvalidSignatureException: Found both 'X-Amz-Algorithm' as a query-string param and 'Authorization' as HTTP header.",
    );
  });
});

test.each([
  { text: "AKIA/20261122/us-east-1/execute-api/aws4_request", elements: 5 },
  { text: "////", elements: 5 },
  { text: "AKIA/20261122/us-east-1/execute-api", elements: 4 },
  { text: "A/KIA/20261122/us-east-1/execute-api/aws4_request", elements: 6 },
  { text: "", elements: 1 },
])("a Credential of $elements elements", ({ text, elements }) => {
  expect(Object.values(parseCredential(text) ?? {}).join("/")).toBe(elements === 5 ? text : "");
});
