import { posix } from "node:path";
import type { HeaderLine, RawRequest } from "#sigv4/request";
import { AWKWARD_REQUESTS } from "../scripts/sigv4/awkward-requests";
import { AMZ_DATE, HOST, LONG_TERM, NOW, signWithAws4, TEMPORARY } from "../scripts/sigv4/signed-requests";
import { MORE_VECTORS, type SentVector } from "./more-sigv4-vectors";
import { canonicalByRules, defaultScope, ruleOn, type SigningChoices, signByRules } from "./sigv4-rules";
import { Vector, vectorNames } from "./sigv4-vectors";

/** The oracle of the attacks on signatures, against AWS's vectors and what another signer signs. */

const REGION = "us-east-1";
const CIRCUMSTANCES = { region: REGION, now: NOW.getTime() / 1000, callers: [LONG_TERM, TEMPORARY] };
const RIGHT: SigningChoices = { date: AMZ_DATE, region: REGION };

const get = (target: string, headers: readonly HeaderLine[] = []): RawRequest => ({
  method: "GET",
  target,
  headers: [["Host", HOST], ...headers],
  body: Buffer.alloc(0),
});

const CASES = AWKWARD_REQUESTS.flatMap((request) =>
  (["header", "query"] as const).flatMap((form) =>
    [LONG_TERM, TEMPORARY].map((credentials) => ({ request, form, credentials })),
  ),
);

test("what aws4 signs is accepted, and changed is refused", () => {
  for (const { request, form, credentials } of CASES) {
    const signed = signWithAws4(request, { form, credentials });
    expect([request.path, ruleOn(signed, CIRCUMSTANCES)]).toEqual([request.path, "accepted"]);
    expect(ruleOn({ ...signed, method: "PATCH" }, CIRCUMSTANCES)).toBe("refused");
    expect(ruleOn({ ...signed, body: Buffer.from("x") }, CIRCUMSTANCES)).toBe("refused");
    expect(ruleOn(signed, { ...CIRCUMSTANCES, now: CIRCUMSTANCES.now + 301 })).toBe("refused");
  }
});

test("what the rules sign they accept, and aws4 signs it alike", () => {
  for (const { request, credentials } of CASES) {
    const aws4 = signWithAws4(request, { credentials });
    const headers = aws4.headers.filter(([name]) => !/^(x-amz-.*|authorization)$/i.test(name));
    const signed = signByRules({ ...aws4, headers }, credentials, RIGHT);
    expect(authorizationOf(signed)).toBe(authorizationOf(aws4));
    const presigned = signByRules({ ...aws4, headers }, credentials, { ...RIGHT, form: "query" });
    expect(ruleOn(presigned, CIRCUMSTANCES)).toBe(ruleOn(aws4, CIRCUMSTANCES));
  }
});

const FORMS = ["header", "query"] as const;
const VECTORS: readonly SentVector[] = [
  ...vectorNames("v4").flatMap((name) => {
    const vector = new Vector("v4", name);
    return FORMS.map((form) => ({
      name,
      form,
      request: vector.signedRequest(form),
      canonical: vector.expected(form, "canonical-request"),
      normalize: vector.context.normalize,
      omitsToken: false,
    }));
  }),
  ...MORE_VECTORS,
];

test.each(VECTORS)(
  "the canonical request of the vector $name, $form form",
  ({ form, request, canonical, normalize, omitsToken }) => {
    const [, path = "", ...rest] = canonical.split("\n");
    const names = rest.at(-2)?.split(";") ?? [];
    // A path that normalizing changes has a reading that is S3's alone.
    const isOurs = normalize || posix.normalize(path) === path;
    const written = canonicalByRules(request, names, form, { tokenIsSigned: !omitsToken });
    expect([isOurs, written === canonical]).toEqual([isOurs, isOurs]);
    if (isOurs) expect(written).toBe(canonical);
  },
);

test("a header may be folded by either line end", () => {
  for (const end of ["\r\n", "\n"]) {
    const folded = signByRules(get("/dev", [["x-note", `a${end}  b${end}\t c`]]), LONG_TERM, RIGHT);
    const flat = signByRules(get("/dev", [["x-note", "a b c"]]), LONG_TERM, RIGHT);
    expect(authorizationOf(folded)).toBe(authorizationOf(flat));
  }
});

describe("what the documents do not say is left open", () => {
  const sign = (target: string, headers: readonly HeaderLine[] = []) =>
    signByRules(get(target, headers), LONG_TERM, RIGHT);

  test.each<[name: string, request: RawRequest]>([
    ["a plus in the query", sign("/dev?a=b+c")],
    ["nothing between two &", sign("/dev?a&&b")],
    ["an escape that is none", sign("/dev?a=%zz")],
    ["a tab in a value", sign("/dev", [["x-note", "a\tb"]])],
    [
      "a token that a presigned URL carries without having signed it",
      signByRules(get("/dev"), TEMPORARY, { ...RIGHT, form: "query", tokenIsSigned: false }),
    ],
    [
      "the signature in upper case",
      inAuthorization(sign("/dev"), /[0-9a-f]{64}/, (hex) => hex.toUpperCase()),
    ],
    ["signed headers in upper case", inAuthorization(sign("/dev"), "host;", () => "Host;")],
    [
      "an empty header that is signed and not sent",
      withoutHeader(sign("/dev", [["x-empty", ""]]), "x-empty"),
    ],
  ])("%s, unless the rest is wrong", (_, request) => {
    expect(ruleOn(request, CIRCUMSTANCES)).toBe("unspecified");
    expect(ruleOn({ ...request, method: "PUT" }, CIRCUMSTANCES)).toBe("refused");
  });

  test.each<[name: string, request: RawRequest, ruling: string]>([
    ["a plus in the path", sign("/dev/b+c"), "accepted"],
    ["an escape that is none in the path", sign("/dev/%zz"), "accepted"],
    ["tabs around a value", sign("/dev", [["x-note", "\ta \t"]]), "accepted"],
    ["dots within a segment", sign("/dev/.a/b../..."), "accepted"],
    ["a dot segment", sign("/dev/./a"), "refused"],
    ["a dot segment at the end", sign("/dev/a/."), "refused"],
    ["an encoded dot segment", sign("/dev/a/%2e%2E/b"), "refused"],
    ["a repeated slash", sign("/dev//a"), "refused"],
    ["a backslash", sign("/dev/a\\b"), "refused"],
    ["a raw ; in the query", sign("/dev?a=1;b=2"), "refused"],
    ["an encoded ; in the query", sign("/dev?a=1%3Bb=2"), "accepted"],
    ["a header that front ends change", sign("/dev", [["Via", "1.1 proxy"]]), "refused"],
    ["an empty User-Agent", sign("/dev", [["User-Agent", ""]]), "refused"],
    ["a User-Agent", sign("/dev", [["User-Agent", "a"]]), "accepted"],
    [
      "a second signature in the query",
      signByRules(get("/dev?X-Amz-Signature=0"), LONG_TERM, { ...RIGHT, form: "query" }),
      "refused",
    ],
    ["a first Authorization that is right", withSecond(sign("/dev"), "AWS4-HMAC-SHA256 x=y"), "accepted"],
    [
      "a time that no calendar has",
      signByRules(get("/dev"), LONG_TERM, { ...RIGHT, date: "20261122T101590Z" }),
      "refused",
    ],
    [
      "the scope of another region",
      signByRules(get("/dev"), LONG_TERM, {
        ...RIGHT,
        scope: defaultScope({ ...RIGHT, region: "eu-west-1" }),
      }),
      "refused",
    ],
    [
      "another scope",
      signByRules(get("/dev"), LONG_TERM, { ...RIGHT, scope: "20261122/us-east-1/s3/aws4_request" }),
      "refused",
    ],
  ])("and nothing else: %s", (_, request, ruling) => {
    expect(ruleOn(request, CIRCUMSTANCES)).toBe(ruling);
  });
});

function authorizationOf({ headers }: RawRequest): string | undefined {
  return headers.find(([name]) => name === "Authorization")?.[1];
}

function inAuthorization(
  request: RawRequest,
  from: string | RegExp,
  to: (found: string) => string,
): RawRequest {
  const headers = request.headers.map(
    ([name, value]): HeaderLine =>
      name === "Authorization" ? [name, value.replace(from, to)] : [name, value],
  );
  return { ...request, headers };
}

function withoutHeader(request: RawRequest, name: string): RawRequest {
  return { ...request, headers: request.headers.filter(([other]) => other !== name) };
}

function withSecond(request: RawRequest, authorization: string): RawRequest {
  return { ...request, headers: [...request.headers, ["Authorization", authorization]] };
}
