import fc from "fast-check";
import { bytesOf } from "#sigv4/bytes";
import { canonicalRequest } from "#sigv4/canonical-request";
import { sha256 } from "#sigv4/hash";
import { MISTAKES } from "#sigv4/mistakes";
import { prove } from "#sigv4/proof";
import type { RawRequest } from "#sigv4/request";
import { canonicalOf, rightSigning, type SignedKey, type Signing } from "#sigv4/signing";

/** The catalogue's proof: which mistakes, one or two, give what was signed. */

const REQUEST: RawRequest = {
  method: "POST",
  target: "/dev/a%20b@c/items/?b=1&B=x+y&a=%2A%2C&a=2",
  headers: [
    ["Host", "abc.execute-api.us-east-1.amazonaws.com"],
    ["Content-Type", "application/json; charset=utf-8"],
    ["X-Amz-Date", "20261122T100000Z"],
    ["X-A", " a  b "],
  ],
  body: bytesOf('{"a": [1, 2], "b": "x/y"}\n'),
};
const CLAIM = {
  scope: { date: "20261122", region: "us-east-1", service: "execute-api" },
  time: "20261122T100000Z",
  others: ["other"],
  hosts: ["api.example.com"],
};
const right = rightSigning(
  REQUEST,
  { form: "header", signedHeaders: ["content-type", "host", "x-a", "x-amz-date"] },
  CLAIM,
);

/** A signature that takes nothing but a hash: whatever goes into the real one goes into it. */
function mark(canonical: string, key: SignedKey): string {
  const {
    claim,
    secret = (text) => text,
    owner = "own",
    derivedFor = claim.scope,
    scope = claim.scope,
  } = key;
  const time = key.time ?? claim.time;
  const spelled = (key.hash ?? String)(sha256(bytesOf(canonical)));
  const made = sha256(bytesOf(JSON.stringify([spelled, secret(`se+/${owner}`), derivedFor, scope, time])));
  return (key.signature ?? String)(made);
}

function proven(signed: Signing, mostTries = 100_000): string | undefined {
  const sent = mark(canonicalOf(signed), signed.key);
  const proof = prove(right, (canonical, key) => mark(canonical, key) === sent, mostTries);
  return proof && mark(canonicalOf(proof.signed), proof.signed.key) === sent
    ? proof.mistakes.map(({ part }) => part).join("+")
    : undefined;
}

const singles = MISTAKES.flatMap((mistake) =>
  mistake.signed(right).map((signed) => ({ mistake, signed })),
).filter(({ signed }) => mark(canonicalOf(signed), signed.key) !== mark(canonicalOf(right), right.key));

test("each mistake is proven", () => {
  const unproven = singles.filter(({ signed }) => proven(signed) === undefined);
  expect(unproven.map(({ mistake }) => mistake.fault)).toEqual([]);
  expect(singles.length).toBeGreaterThan(200);
});

const usual = singles.filter(({ mistake: { isRare } }) => !isRare);

test("each two usual mistakes about different parts are proven", () => {
  fc.assert(
    fc.property(fc.constantFrom(...usual), fc.constantFrom(...usual), (one, other) => {
      fc.pre(changed(one.signed).every((part) => !changed(other.signed).includes(part)));
      const signed = {
        ...one.signed,
        ...Object.fromEntries(changed(other.signed).map((part) => [part, other.signed[part]])),
      };
      fc.pre(mark(canonicalOf(signed), signed.key) !== mark(canonicalOf(right), right.key));
      expect(proven(signed)).toBeDefined();
    }),
    { numRuns: 60 },
  );
});

test("two mistakes about the path are proven, one made after the other", () => {
  const stageless = MISTAKES.find(({ fault }) => fault === "stage-not-signed")?.signed(right)[0] ?? right;
  const once = MISTAKES.find(({ fault }) => fault === "path-encoded-once")?.signed(stageless)[0] ?? right;
  expect(canonicalOf(once).split("\n")[1]).toBe("/a%20b@c/items/");
  expect(proven(once)).toBe("path+path");
});

test("what no mistake gives is not proven, nor what takes more tries than there are", () => {
  expect(prove(right, () => false, 100_000)).toBeUndefined();
  const [path, query] = [usual[0], usual.findLast(({ mistake }) => mistake.part === "query")];
  const both = { ...right, path: path?.signed.path ?? right.path, query: query?.signed.query ?? right.query };
  expect(proven(both)).toBe("path+query");
  expect(proven(both, 1)).toBeUndefined();
});

test("what should be signed stays what it was", () => {
  prove(right, () => false, 1_000);
  expect(canonicalOf(right)).toBe(
    canonicalRequest(REQUEST, {
      form: "header",
      signedHeaders: ["content-type", "host", "x-a", "x-amz-date"],
    }),
  );
});

function changed(signed: Signing): (keyof Signing)[] {
  const members = ["method", "path", "query", "headers", "payload", "form", "key"] as const;
  return members.filter((member) => signed[member] !== right[member]);
}
