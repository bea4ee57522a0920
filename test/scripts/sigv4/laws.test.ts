import fc from "fast-check";
import type { RawRequest } from "#sigv4/request";
import { verify } from "#sigv4/verify";
import { character } from "../../support/character";
import { isUnchanged, PARTS, replaceAt } from "./changed-parts";
import {
  AMZ_DATE,
  HOST,
  LONG_TERM,
  OPTIONS,
  signWithAws4,
  TEMPORARY,
  type Unsigned,
  verdict,
} from "./signed-requests";

const PATH_CHARACTERS = [..."abcXYZ019-._~!$&'()*+,;=:@", "%20", "%2F", "%C3%A4", "%25"];
const QUERY_CHARACTERS = [...PATH_CHARACTERS.filter((c) => !"&=;".includes(c)), "/", "?", "%26", "%3D"];

const text = (characters: readonly string[], minLength: number): fc.Arbitrary<string> =>
  fc.array(fc.constantFrom(...characters), { minLength, maxLength: 6 }).map((parts) => parts.join(""));

/** Normalized paths: a dot segment or an empty one may go without the signature noticing, and is meant to. */
const path = fc
  .array(
    text(PATH_CHARACTERS, 1).filter((segment) => !/^\.\.?$/.test(segment)),
    { maxLength: 4 },
  )
  .map((segments) => `/${segments.join("/")}`);

const query = fc
  .array(fc.tuple(text(QUERY_CHARACTERS, 1), fc.option(text(QUERY_CHARACTERS, 0))), { maxLength: 4 })
  .map((pairs) => pairs.map(([name, value]) => (value === null ? name : `${name}=${value}`)).join("&"));

const unsigned: fc.Arbitrary<Unsigned> = fc.record({
  method: fc.constantFrom("GET", "PUT", "POST", "DELETE", "OPTIONS"),
  path: fc.tuple(path, query).map(([p, q]) => (q === "" ? p : `${p}?${q}`)),
  headers: fc.record({ "X-Note": text([..."ab cd,;="], 1).map((value) => `(${value})`) }),
  body: fc.string({ unit: character, maxLength: 20 }).map((body) => Buffer.from(body).toString("utf8")),
});

const signing = fc.record({
  form: fc.constantFrom("header" as const, "query" as const),
  credentials: fc.constantFrom(LONG_TERM, TEMPORARY),
});

const signed = fc.tuple(unsigned, signing).map(([request, options]) => signWithAws4(request, options));

test("what was signed is accepted", () => {
  fc.assert(
    fc.property(signed, (request) => {
      expect(verdict(request)).toBe("accepted");
    }),
  );
});

const SIGV4_PARTS = Object.entries(PARTS).filter(([part]) => part !== "region set");

test.each(SIGV4_PARTS)("changing any one byte of the %s refuses", (part, changePart) => {
  fc.assert(
    fc.property(
      signed,
      fc.double({ min: 0, max: 1, noNaN: true }),
      fc.integer({ min: 33, max: 126 }),
      (request, at, code) => {
        const changed = changePart(request, (whole) => replaceAt(whole, at, String.fromCharCode(code)));
        fc.pre(!isUnchanged(part, request, changed));
        expect(verdict(changed)).not.toBe("accepted");
      },
    ),
  );
});

test("neither the order of header lines nor what was not signed matters", () => {
  const strangers = fc.array(fc.tuple(fc.constantFrom("x-stranger", "User-Agent", "Cookie"), fc.string()));
  fc.assert(
    fc.property(
      signed,
      strangers,
      fc.infiniteStream(fc.double({ noNaN: true })),
      (request, others, weights) => {
        const lines = [...request.headers, ...others].map((line) => ({
          line,
          weight: weights.next().value ?? 0,
        }));
        const headers = lines.sort((a, b) => a.weight - b.weight).map(({ line }) => line);
        expect(verdict({ ...request, headers })).toBe("accepted");
      },
    ),
  );
});

const CREDENTIAL = `${LONG_TERM.accessKeyId}/20261122/us-east-1/execute-api/aws4_request`;
const FRAGMENTS = [
  "AWS4-HMAC-SHA256",
  "AWS4-ECDSA-P256-SHA256",
  " ",
  ",",
  "=",
  ";",
  "/",
  "?",
  "&",
  "%",
  "%2",
  "#",
  "\n",
  "\0",
  "\xff",
  "\u1234",
  "\ud800",
  "Credential=",
  "SignedHeaders=",
  "Signature=",
  CREDENTIAL,
  "host",
  "x-amz-date",
  "0".repeat(64),
  "3006020101020101",
  AMZ_DATE,
  "X-Amz-Algorithm=",
  "X-Amz-Credential=",
  "X-Amz-Signature=",
  "X-Amz-SignedHeaders=",
  "X-Amz-Date=",
  "X-Amz-Expires=",
  "__proto__",
] as const;
const anything = fc.oneof(
  fc.string({ unit: character }),
  fc.uint8Array({ maxLength: 60 }).map((bytes) => Buffer.from(bytes).toString("latin1")),
  fc.array(fc.constantFrom(...FRAGMENTS), { maxLength: 12 }).map((parts) => parts.join("")),
  fc
    .tuple(anyPart(), anyPart(), anyPart())
    .map(
      ([credential, names, signature]) =>
        `AWS4-HMAC-SHA256 Credential=${credential}, SignedHeaders=host;${names}, Signature=${signature}`,
    ),
  fc
    .tuple(anyPart(), anyPart())
    .map(
      ([names, signature]) =>
        `AWS4-ECDSA-P256-SHA256 Credential=${CREDENTIAL.replace("/us-east-1", "")}, SignedHeaders=host;x-amz-region-set;${names}, Signature=${signature}`,
    ),
);

function anyPart(): fc.Arbitrary<string> {
  return fc.oneof(fc.constantFrom(...FRAGMENTS), fc.string({ maxLength: 8 }));
}

test("no request makes verification throw or accept, and every reason is one printable line", () => {
  fc.assert(
    fc.property(anything, anything, anything, anything, (authorization, target, date, token) => {
      const request: RawRequest = {
        method: "GET",
        target,
        headers: [
          ["Host", HOST],
          ["Authorization", authorization],
          ["X-Amz-Date", date.length % 2 === 0 ? AMZ_DATE : date],
          ["X-Amz-Security-Token", token],
          ["x-amz-content-sha256", token],
          ["X-Amz-Region-Set", target.length % 2 === 0 ? "*" : target],
        ],
        body: Buffer.from(token),
      };
      const result = verify(request, OPTIONS);
      expect(result).toMatchObject({ accepted: false, reason: expect.stringMatching(/^[ -~]+$/) });
      expect(JSON.stringify(result)).not.toContain(LONG_TERM.secretAccessKey);
    }),
    { numRuns: 1000 },
  );
});
