import fc from "fast-check";
import { decodePageToken, encodePageToken } from "#functions/lib/page-token";
import { character } from "../../support/character";

const base64url = fc.constantFrom(..."ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_=+/ ");

test("any code comes back out of its token, which a URL carries as it is", () => {
  fc.assert(
    fc.property(fc.string({ unit: character, minLength: 1 }), (code) => {
      const token = encodePageToken(code, "products");
      expect(decodePageToken(token, "products")).toBe(code);
      expect(encodeURIComponent(token)).toBe(token);
    }),
  );
});

test("a token with any character changed, added or left out is refused", () => {
  const token = encodePageToken("lamp-1", "products");
  fc.assert(
    fc.property(
      fc.nat(token.length),
      fc.nat(1),
      fc.option(base64url, { nil: "" }),
      (at, removed, character) => {
        const altered = token.slice(0, at) + character + token.slice(at + removed);
        fc.pre(altered !== token);
        expect(() => decodePageToken(altered, "products")).toThrow(/^nextToken: expected/);
      },
    ),
    { numRuns: 1_000 },
  );
});

test.each([
  ["nothing", ""],
  ["no base64url", "%%%"],
  ["no JSON", Buffer.from("lamp-1").toString("base64url")],
  ["null", Buffer.from("null").toString("base64url")],
  ["another version", recode({ v: 2 })],
  ["another code with the old checksum", recode({ after: "lamp-2" })],
  ["a code that is no string", recode({ after: 1 })],
  ["a member more", recode({ more: true })],
])("a token that holds %s is refused", (_name, token) => {
  expect(() => decodePageToken(token, "products")).toThrow(/^nextToken: expected/);
});

test.each([
  ["empty", ""],
  ["too long", "ä".repeat(1025)],
  ["half a character", "\ud800"],
])("a token of a code that is %s is refused", (_name, code) => {
  expect(() => decodePageToken(encodePageToken(code, "products"), "products")).toThrow(
    /^nextToken: expected/,
  );
});

test("a token of another table is refused", () => {
  const token = encodePageToken("lamp-1", "products");
  expect(() => decodePageToken(token, "products-2")).toThrow(/^nextToken: expected/);
});

function recode(change: object): string {
  const token = JSON.parse(Buffer.from(encodePageToken("lamp-1", "products"), "base64url").toString());
  return Buffer.from(JSON.stringify({ ...token, ...change })).toString("base64url");
}
