import fc from "fast-check";
import { createMask, maskCanonical, maskedJson, maskHeader, maskSecret } from "#text/secrets";

const secret = fc.string({ minLength: 20, maxLength: 60, unit: fc.constantFrom(...'abcdefXYZ0189+/="\\&%') });

test("no spelling of a known secret is left", () => {
  fc.assert(
    fc.property(secret, fc.string(), fc.string(), (known, before, behind) => {
      const spellings = [
        known,
        encodeURIComponent(known),
        encodeURIComponent(encodeURIComponent(known)),
        JSON.stringify(known).slice(1, -1),
      ];
      for (const spelling of spellings) {
        expect(createMask([known])(before + spelling + behind)).not.toContain(spelling);
      }
    }),
  );
});

test.each([
  ["cut", (known: string) => known.slice(0, 20)],
  ["percent-encoded three times", (known: string) => known.replaceAll("0", "%252530")],
  ["with JavaScript's escapes", (known: string) => known.replaceAll("0", "\\x30")],
])("a secret is masked %s", (_, spell) => {
  const known = "0123456789abcdefghijABCDEFGHIJ";
  expect(createMask([known])(`a ${spell(known)} b`)).toBe(`a ${maskSecret(known)} b`);
});

test("no secret header or token is left in a canonical request, nor in JSON of it", () => {
  const name = fc.constantFrom("authorization", "cookie", "x-amz-security-token", "x-api-key");
  const value = fc.stringMatching(/^[A-Za-z0-9+/=]{20,60}$/);
  fc.assert(
    fc.property(name, value, (header, known) => {
      const canonical = `GET\n/dev\nX-Amz-Security-Token=${known}&a=1\nhost:h\n${header}:${known}\n\nhost;${header}\nabc`;
      for (const text of [canonical, JSON.stringify({ message: canonical })]) {
        expect(maskCanonical(text)).not.toContain(known);
        expect(maskCanonical(maskCanonical(text))).toBe(maskCanonical(text));
      }
    }),
  );
});

test("other lines stay as they are", () => {
  const canonical = "GET\n/dev/x-api-key:1\na=X\nhost:h\nx-amz-date:20261122T101530Z\n\nhost;x-amz-date\nabc";
  expect(maskCanonical(canonical)).toBe(canonical);
  expect(createMask(["", undefined, "short"])("short texts stay")).toBe("short texts stay");
});

test.each([
  { header: ["x-api-key", "0123456789012345678901234"], shown: "0123…(25 characters)" },
  { header: ["X-Api-Key", "short"], shown: "…(5 characters)" },
  { header: ["Authorization", "Bearer 0123456789012345678901234"], shown: "Bearer 0123…(25 characters)" },
  { header: ["Authorization", "0123456789012345678901234"], shown: "0123…(25 characters)" },
  { header: ["Cookie", "session=0123456789"], shown: "…(18 characters)" },
  { header: ["Accept", "text/html"], shown: "text/html" },
  {
    header: [
      "authorization",
      "AWS4-HMAC-SHA256 Credential=a/b, SignedHeaders=host, Signature=0123456789abcdef",
    ],
    shown: "AWS4-HMAC-SHA256 Credential=a/b, SignedHeaders=host, Signature=01234567…",
  },
] as const)("$header is shown as $shown", ({ header, shown }) => {
  expect(maskHeader(header, false)).toBe(shown);
});

test("a signature may be shown whole", () => {
  const value = "AWS4-HMAC-SHA256 Credential=a/b, SignedHeaders=host, Signature=0123456789abcdef";
  expect(maskHeader(["Authorization", value], true)).toBe(value);
});

test("every text in a value is masked, names too, and nothing else changes", () => {
  const known = "0123456789012345678901234";
  const value = { a: [known, 1, null, true], b: { c: `<${known}>`, [known]: 1 }, d: '\u009b2J\u202e\n"' };
  const written = maskedJson(value, createMask([known]));
  expect(JSON.parse(written)).toEqual({
    a: [maskSecret(known), 1, null, true],
    b: { c: `<${maskSecret(known)}>`, [maskSecret(known)]: 1 },
    d: value.d,
  });
  expect(written).toContain('"d": "\\u009b2J\\u202e\\n\\""\n}\n');
});
