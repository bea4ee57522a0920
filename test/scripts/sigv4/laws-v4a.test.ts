import fc from "fast-check";
import { signRequestMultiRegion } from "#call/sigv4a";
import type { RawRequest } from "#sigv4/request";
import { character } from "../../support/character";
import { toRawRequest } from "../../support/raw-request";
import { isUnchanged, PARTS, replaceAt } from "./changed-parts";
import { HOST, LONG_TERM, NOW, TEMPORARY, verdict } from "./signed-requests";

const text = fc.string({ unit: character, maxLength: 8 });
const segment = text.map(encodeURIComponent).filter((encoded) => !/^\.*$/.test(encoded));

const unsigned = fc.record({
  method: fc.constantFrom("GET", "PUT", "POST", "DELETE"),
  url: fc
    .tuple(
      fc.array(segment, { maxLength: 3 }),
      fc.array(
        fc.tuple(
          text.filter((name) => name !== "__proto__"),
          text,
        ),
        { maxLength: 3 },
      ),
    )
    .map(([path, query]) => `http://${HOST}/${path.join("/")}?${new URLSearchParams(query)}`),
  headers: fc.constantFrom({ "x-amz-meta-note": "a  b" }, { "x-api-key": "k" }),
  body: fc.option(fc.uint8Array({ maxLength: 20 }), { nil: undefined }),
});

const regionSet = fc.constantFrom(["*"], ["us-east-1"], ["eu-west-1", "us-*"]);

const signed: fc.Arbitrary<Promise<RawRequest>> = fc
  .tuple(unsigned, fc.constantFrom(LONG_TERM, TEMPORARY), regionSet)
  .map(async ([request, credentials, regions]) =>
    toRawRequest(await signRequestMultiRegion(request, { credentials, regionSet: regions, date: NOW })),
  );

test("what was signed is accepted", async () => {
  await fc.assert(
    fc.asyncProperty(signed, async (request) => {
      expect(verdict(await request)).toBe("accepted");
    }),
  );
});

const SIGNED_PARTS = Object.entries(PARTS).filter(([part]) => part !== "header");

test.each(SIGNED_PARTS)("changing any one byte of the %s refuses", async (part, changePart) => {
  await fc.assert(
    fc.asyncProperty(
      signed,
      fc.double({ min: 0, max: 1, noNaN: true }),
      fc.integer({ min: 33, max: 126 }),
      async (signing, at, code) => {
        const request = await signing;
        const changed = changePart(request, (whole) => replaceAt(whole, at, String.fromCharCode(code)));
        fc.pre(!isUnchanged(part, request, changed));
        expect(verdict(changed)).not.toBe("accepted");
      },
    ),
  );
});
