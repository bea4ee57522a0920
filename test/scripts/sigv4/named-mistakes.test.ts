import { RequestSigner } from "aws4";
import { type Mistake, textFor } from "#sigv4/mistake";
import { MISTAKES } from "#sigv4/mistakes";
import { parseAuthorization } from "#sigv4/parse-authorization";
import type { RawRequest } from "#sigv4/request";
import { canonicalOf, rightSigning, type Signing } from "#sigv4/signing";
import { verify } from "#sigv4/verify";
import { AMZ_DATE, HOST, LONG_TERM, OPTIONS } from "./signed-requests";

/**
 * What the log of `make dev` says of a client that has the right secret and makes the catalogue's mistakes: aws4 signs what
 * the mistake gives, and the gateway's verification says why it refuses.
 */

interface Sent {
  readonly method: string;
  readonly path: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string;
}

const REQUESTS: readonly Sent[] = [
  { method: "GET", path: "/dev/products" },
  { method: "GET", path: "/dev/a%20b@c/items/?b=1&B=x%2By&a=%2A%2C&a=2" },
  {
    method: "POST",
    path: "/dev/orders",
    headers: { "Content-Type": "application/json; charset=utf-8" },
    body: '{"a": [1, 2], "b": "x/y"}\n',
  },
  {
    method: "PUT",
    path: "/dev/orders/a:1?dry=true&mode=a%20b",
    headers: { "Content-Type": "application/json", "X-Trace": " a  b " },
    body: '{"name":"ä"}',
  },
  { method: "DELETE", path: "/dev/%40connections/L0SM9cOFvHcCIhw%3D" },
];

/** A request that aws4 signs, as it is or with another canonical request in place of its own. */
function signWith({ method, path, headers, body }: Sent, secret: string, canonical?: string): RawRequest {
  const signer = new RequestSigner(
    {
      method,
      path,
      body,
      headers: { Host: HOST, "X-Amz-Date": AMZ_DATE, ...headers },
      service: "execute-api",
      region: "us-east-1",
    },
    { accessKeyId: LONG_TERM.accessKeyId, secretAccessKey: secret },
  );
  if (canonical !== undefined) Object.assign(signer, { canonicalString: () => canonical });
  const signed = signer.sign();
  return {
    method,
    target: signed.path ?? path,
    headers: Object.entries(signed.headers ?? {}).map(([name, value]) => [name, String(value)]),
    body: Buffer.from(body ?? ""),
  };
}

interface Made {
  readonly sent: Sent;
  readonly right: Signing;
  readonly mistakes: readonly Mistake[];
  readonly signed: Signing;
}

/** What a client that makes a mistake signs; a key for another scope or time is refused before signatures are compared. */
const singles: readonly Made[] = REQUESTS.flatMap((sent) => {
  const request = signWith(sent, LONG_TERM.secretAccessKey);
  const authorization = parseAuthorization(request);
  if ("accepted" in authorization) throw new Error("aws4 signs in the header");
  const { form, signedHeaders } = authorization;
  const claim = {
    scope: { date: AMZ_DATE.slice(0, 8), region: "us-east-1", service: "execute-api" },
    time: AMZ_DATE,
    others: [],
    hosts: [],
  };
  const right = rightSigning(request, { form, signedHeaders }, claim);
  return MISTAKES.flatMap((mistake) =>
    mistake.signed(right).map((signed) => ({ sent, right, mistakes: [mistake], signed })),
  ).filter(({ signed }) => canonicalOf(signed) !== canonicalOf(right) || isOfSecret(signed, right));
});

function isOfSecret({ key }: Signing, right: Signing): boolean {
  const others = [key.derivedFor, key.scope, key.time, key.hash, key.signature];
  return key !== right.key && key.secret !== undefined && others.every((each) => each === undefined);
}

/** The line of the log. */
function reasonFor({ sent, signed }: Made): string {
  const secret = (signed.key.secret ?? String)(LONG_TERM.secretAccessKey);
  const result = verify(signWith(sent, secret, canonicalOf(signed)), OPTIONS);
  return result.accepted ? "accepted" : (result.reason ?? "");
}

/** Each pair costs the gateway some hundredths of a second. */
const SAMPLE = 200;

const UNEXPLAINED = /none of the usual mistakes gives this signature/;

test("aws4 signs these requests rightly, and they are accepted", () => {
  for (const sent of REQUESTS)
    expect(verify(signWith(sent, LONG_TERM.secretAccessKey), OPTIONS).accepted).toBe(true);
});

test("of one mistake the log names it, and not the secret", () => {
  const reasons = new Map(singles.map((made) => [made, reasonFor(made)]));
  const unnamed = singles.filter((made) => UNEXPLAINED.test(reasons.get(made) ?? ""));
  expect(unnamed.map(({ sent, mistakes }) => `${sent.path} ${mistakes[0]?.fault}`)).toEqual([]);
  const named = singles.filter((made) => {
    const [mistake] = made.mistakes;
    return mistake && reasons.get(made)?.startsWith(textFor(mistake.cause, made.signed, made.right));
  });
  // Several mistakes may give the same signature: then the more usual one is named.
  expect(named.length / singles.length).toBeGreaterThan(0.9);
});

/** Of each mistake the form that clients make most. */
const firstForms = singles.filter(
  ({ right, mistakes: [mistake], signed }, at) =>
    mistake !== undefined &&
    !mistake.isRare &&
    signed.key === right.key &&
    singles.findIndex((made) => made.right === right && made.mistakes[0] === mistake) === at,
);

const MEMBERS = ["method", "path", "query", "headers", "payload", "form", "key"] as const;

/** What a mistake changes: a body that differs changes a Content-Length that is signed, too. */
function changed({ signed, right }: Made): (keyof Signing)[] {
  return MEMBERS.filter((member) => signed[member] !== right[member]);
}

test("of two mistakes about different parts the log names both", () => {
  const pairs = firstForms.flatMap((one, index) =>
    firstForms.slice(0, index).flatMap((other): Made[] => {
      if (one.right !== other.right) return [];
      const [ofOne, ofOther] = [changed(one), changed(other)];
      if (ofOne.some((member) => ofOther.includes(member))) return [];
      const signed = {
        ...other.signed,
        ...Object.fromEntries(ofOne.map((each) => [each, one.signed[each]])),
      };
      return [{ ...one, mistakes: [...other.mistakes, ...one.mistakes], signed }];
    }),
  );
  const sample = pairs.filter((_, at) => at % Math.ceil(pairs.length / SAMPLE) === 0);
  const unnamed = sample.filter((made) => UNEXPLAINED.test(reasonFor(made)));
  expect(unnamed.map(({ sent, mistakes }) => [sent.path, ...mistakes.map(({ fault }) => fault)])).toEqual([]);
  expect(sample.length).toBeGreaterThan(100);
});

test("a secret that is another one altogether is what the log names", () => {
  for (const sent of REQUESTS) {
    const result = verify(signWith(sent, "another/secret/of/40/characters/EXAMPLEK"), OPTIONS);
    expect(result).toMatchObject({ accepted: false, reason: expect.stringMatching(UNEXPLAINED) });
  }
});

test("a verifier that names no mistakes refuses the same, in the same words", () => {
  const [made] = singles;
  if (made === undefined) throw new Error("no mistakes");
  const request = signWith(made.sent, LONG_TERM.secretAccessKey, canonicalOf(made.signed));
  const named = verify(request, OPTIONS);
  expect(named).toMatchObject({ accepted: false, reason: expect.not.stringContaining("does not match") });
  expect(verify(request, { ...OPTIONS, namesMistakes: false })).toEqual({
    ...named,
    reason: expect.stringMatching(/^the signature does not match \(signed with the access key /),
  });
});
