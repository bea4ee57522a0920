import { createPublicKey, verify } from "node:crypto";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { unzipSync } from "fflate";
import { signRequestMultiRegion } from "#call/sigv4a";
import { signRequest } from "#functions/lib/sigv4";
import { bundleFunction, DEFAULT_RUNTIME } from "#modules/bundle/bundle";
import { LEAN_DYNAMODB } from "#modules/bundle/bundling";
import { PROJECT_ROOT } from "#self/repository";
import { toRawRequest } from "../../support/raw-request";
import { Vector, vectorNames } from "../../support/sigv4-vectors";

const date = new Date("2026-11-22T06:25:10.123Z");
const credentials = {
  accessKeyId: "ASIAIOSFODNN7EXAMPLE",
  secretAccessKey: "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY",
  sessionToken: "IQoJb3JpZ2luX2VjE//+token==",
};
const request = {
  method: "PUT",
  url: "https://api.example.com/dev/products/a?b=1+2",
  headers: { accept: "*/*", "x-api-key": "k" },
  body: "{}",
};

test("the headers that are added, and which are signed", async () => {
  const regionSet = ["us-east-1", "eu-*"];
  expect(await signRequestMultiRegion(request, { credentials, regionSet, date })).toEqual({
    method: "PUT",
    url: "https://api.example.com/dev/products/a?b=1%202",
    headers: {
      accept: "*/*",
      authorization: expect.stringMatching(
        /^AWS4-ECDSA-P256-SHA256 Credential=ASIAIOSFODNN7EXAMPLE\/20261122\/execute-api\/aws4_request, SignedHeaders=host;x-amz-date;x-amz-region-set;x-amz-security-token;x-api-key, Signature=30[0-9a-f]+$/,
      ),
      "x-amz-date": "20261122T062510Z",
      "x-amz-region-set": "us-east-1,eu-*",
      "x-amz-security-token": credentials.sessionToken,
      "x-api-key": "k",
    },
    body: "{}",
  });
});

test("credentials are asked for, and another service is another scope", async () => {
  const options = { credentials: async () => credentials, regionSet: ["*"], date, service: "lambda" };
  const { headers } = await signRequestMultiRegion(request, options);
  expect(headers["authorization"]).toMatch(
    /Credential=ASIAIOSFODNN7EXAMPLE\/20261122\/lambda\/aws4_request,/,
  );
});

test.each([[[]], [[""]], [["us-east-1", "eu west"]], [["us-east-1,eu-west-1"]], [["US-EAST-1"]], [["a\nb"]]])(
  "the region set %j is refused",
  async (regionSet) => {
    await expect(signRequestMultiRegion(request, { credentials, regionSet })).rejects.toThrow(
      new TypeError(
        `regionSet is ${JSON.stringify(regionSet)}, expected regions such as us-east-1, or wildcards such as us-* and *.`,
      ),
    );
  },
);

test("signing again leaves nothing of the first signature", async () => {
  const options = { credentials: { ...credentials, sessionToken: undefined }, regionSet: ["*"], date };
  const unsigned = (headers: Readonly<Record<string, string>>) => ({ ...headers, authorization: undefined });
  const fresh = await signRequestMultiRegion(request, options);
  for (const stale of [
    await signRequest(request, { credentials, region: "us-east-1" }),
    await signRequestMultiRegion(request, { credentials, regionSet: ["eu-*"] }),
  ]) {
    const again = await signRequestMultiRegion(stale, options);
    expect({ ...again, headers: unsigned(again.headers) }).toEqual({
      ...fresh,
      headers: unsigned(fresh.headers),
    });
  }
});

/** AWS's vectors that are signed otherwise: for the reasons in test/functions/lib/sigv4-vectors.test.ts. */
const EXCEPTIONS = [
  "get-header-key-duplicate",
  "get-header-value-trim",
  "get-relative-relative-unnormalized",
  "get-slash-unnormalized",
  "get-slashes-unnormalized",
  "get-space-normalized",
  "get-utf8",
  "post-header-key-sort",
  "post-x-www-form-urlencoded",
];

/** A text has many signatures of this kind: whether one is of the vector's string to sign is what can be compared. */
test.each(vectorNames("v4a").map((name) => ({ name, same: !EXCEPTIONS.includes(name) })))(
  "AWS's vector $name gives the same string to sign: $same",
  async ({ name, same }) => {
    const vector = new Vector("v4a", name);
    const { region, service } = vector.context;
    const signed = await signRequestMultiRegion(vector.request, {
      credentials: vector.credentials,
      regionSet: [region],
      service,
      date: vector.date,
    });
    const signature = /Signature=(.*)/.exec(signed.headers["authorization"] ?? "")?.[1] ?? "";
    const [x, y] = [vector.publicKey.X, vector.publicKey.Y].map((hex) =>
      Buffer.from(hex, "hex").toString("base64url"),
    );
    const key = createPublicKey({ key: { kty: "EC", crv: "P-256", x, y }, format: "jwk" });
    const stringToSign = Buffer.from(vector.expected("header", "string-to-sign"), "latin1");
    expect(verify("sha256", stringToSign, key, Buffer.from(signature, "hex"))).toBe(same);
    expect(toRawRequest(signed).headers).toContainEqual(["x-amz-region-set", region]);
  },
);

/** A parameter of the elliptic curve, which is in the code of each signer of SigV4A. */
const P256_B = "5ac635d8aa3a93e7b3ebbd55769886bc651d06b0cc53b0f63bce3c3e27d2604b";

function bundledCode(entry: string): string {
  const files = unzipSync(readFileSync(bundleFunction(entry, DEFAULT_RUNTIME, LEAN_DYNAMODB).path));
  return Object.values(files)
    .map((bytes) => new TextDecoder().decode(bytes))
    .join("\n");
}

const functions = readdirSync(join(PROJECT_ROOT, "functions")).filter((name) => name !== "lib");

test.each(functions)("the bundle of %s has no SigV4A in it", (name) => {
  expect(bundledCode(`functions/${name}/index.ts`)).not.toContain(P256_B);
});

test("a bundle with this signer would", () => {
  expect(bundledCode("scripts/call/sigv4a.ts")).toContain(P256_B);
});
