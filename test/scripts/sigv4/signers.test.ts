import { Sha256 } from "@aws-crypto/sha256-js";
import { SignatureV4 } from "@smithy/signature-v4";
import { AwsV4Signer } from "aws4fetch";
import type { RawRequest } from "#sigv4/request";
import { queryParameters, splitTarget } from "#sigv4/target";
import { verify } from "#sigv4/verify";
import { AWKWARD_REQUESTS as REQUESTS, UNNORMALIZED_REQUESTS } from "./awkward-requests";
import {
  AMZ_DATE,
  ANY_PATH,
  HOST,
  LONG_TERM,
  NOW,
  OPTIONS,
  type Signing,
  signWithAws4,
  TEMPORARY,
  type Unsigned,
  verdict,
} from "./signed-requests";

/**
 * What signers from other hands sign has to verify here. AWS's vectors cannot show the second encoding of the path,
 * since theirs is not encoded yet: these can.
 */
const SIGNERS: Readonly<Record<string, (request: Unsigned, signing: Signing) => Promise<RawRequest>>> = {
  aws4: async (request, signing) => signWithAws4(request, signing),
  aws4fetch: signWithAws4fetch,
  "@smithy/signature-v4": signWithSmithy,
};

async function signWithAws4fetch(
  request: Unsigned,
  { credentials = LONG_TERM, form }: Signing,
): Promise<RawRequest> {
  const { method, url, headers } = await new AwsV4Signer({
    ...credentials,
    method: request.method,
    url: `http://${HOST}${request.path}`,
    headers: request.headers,
    body: request.body,
    service: "execute-api",
    region: "us-east-1",
    datetime: AMZ_DATE,
    signQuery: form === "query",
    allHeaders: true,
  }).sign();
  return {
    method,
    target: url.pathname + url.search,
    headers: [["Host", url.host], ...headers],
    body: Buffer.from(request.body ?? ""),
  };
}

async function signWithSmithy(
  request: Unsigned,
  { credentials = LONG_TERM, form }: Signing,
): Promise<RawRequest> {
  const { path, query } = splitTarget(request.path ?? "/");
  const [hostname = "", port] = HOST.split(":");
  const unsigned = {
    method: request.method ?? "GET",
    protocol: "http:",
    hostname,
    port: Number(port),
    path,
    query: asBag(query),
    headers: { host: HOST, ...request.headers },
    body: request.body,
  };
  const signer = new SignatureV4({
    credentials,
    region: "us-east-1",
    service: "execute-api",
    sha256: Sha256,
  });
  const signed =
    form === "query"
      ? await signer.presign(unsigned, { signingDate: NOW, expiresIn: 300 })
      : await signer.sign(unsigned, { signingDate: NOW });
  const parameters = Object.entries(signed.query ?? {}).flatMap(([name, values]) =>
    [values ?? ""].flat().map((value) => `${encodeURIComponent(name)}=${encodeURIComponent(value)}`),
  );
  return {
    method: signed.method,
    target: parameters.length === 0 ? signed.path : `${signed.path}?${parameters.join("&")}`,
    headers: Object.entries(signed.headers),
    body: Buffer.from(request.body ?? ""),
  };
}

/** A query as @smithy/signature-v4 takes it: decoded, repeated names as lists. */
function asBag(query: string): Record<string, string | string[]> {
  const bag: Record<string, string[]> = {};
  for (const [name, value] of queryParameters(query)) {
    bag[utf8(name)] = [...(bag[utf8(name)] ?? []), utf8(value)];
  }
  return bag;
}

function utf8(bytes: string): string {
  return Buffer.from(bytes, "latin1").toString("utf8");
}

const CASES = Object.keys(SIGNERS).flatMap((signer) =>
  (["header", "query"] as const).flatMap((form) =>
    [LONG_TERM, TEMPORARY].map((credentials) => ({
      signer,
      form,
      credentials,
      accessKeyId: credentials.accessKeyId,
    })),
  ),
);

describe.each(CASES)("$signer, $form form, $accessKeyId", ({ signer, form, credentials }) => {
  test.each(REQUESTS)("$method $path", async (unsigned) => {
    const request = await SIGNERS[signer]?.(unsigned, { form, credentials });
    if (request === undefined) throw new Error(`no signer ${signer}`);
    const changed: Readonly<Record<string, RawRequest>> = {
      method: { ...request, method: "POST" },
      path: { ...request, target: request.target.replace(/[^?]*/, "$&x") },
      query: {
        ...request,
        target: request.target.includes("?") ? `${request.target}&x` : `${request.target}?x`,
      },
      header: {
        ...request,
        headers: request.headers.map(([n, v]) => [n, n.toLowerCase() === "host" ? `${v}0` : v]),
      },
      body: { ...request, body: Buffer.from(`${unsigned.body ?? ""}x`) },
    };
    expect(verdict(request)).toBe("accepted");
    for (const [what, twin] of Object.entries(changed)) {
      expect([what, verdict(twin)]).toEqual([
        what,
        expect.stringMatching(/^InvalidSignatureException: The request/),
      ]);
    }
  });
});

describe.each(CASES.filter(({ signer }) => signer !== "aws4fetch"))(
  "$signer, $form form, $accessKeyId",
  ({ signer, form, credentials }) => {
    // aws4fetch resolves dot segments before it sends.
    test.each(UNNORMALIZED_REQUESTS)("$path is signed normalized, and refused", async (unsigned) => {
      const request = await SIGNERS[signer]?.(unsigned, { form, credentials });
      if (request === undefined) throw new Error(`no signer ${signer}`);
      expect(verdict(request, ANY_PATH)).toBe("accepted");
      expect(verify(request, OPTIONS)).toMatchObject({
        accepted: false,
        errorType: "InvalidSignatureException",
        message: expect.stringMatching(/^The request signature we calculated does not match/),
        reason: expect.stringMatching(/^the path was not normalized: it has dot segments, repeated slashes/),
      });
    });
  },
);

/** Were the path encoded once, every path with an escape in it would be refused. */
test.each(REQUESTS)("all of them encode $path a second time", async (unsigned) => {
  const once = { pathRules: { encodePath: "once", normalizePath: true } } as const;
  const escaped = splitTarget(unsigned.path ?? "/").path.includes("%");
  for (const sign of Object.values(SIGNERS)) {
    const request = await sign(unsigned, {});
    expect(verdict(request, once)).toMatch(escaped ? /^InvalidSignatureException/ : /^accepted/);
  }
});

test.each([
  { path: "/dev/a b", target: "/dev/a%20b" },
  { path: "/dev/ä", target: "/dev/%C3%A4" },
])("a client's raw path $path is signed as it is sent", async ({ path, target }) => {
  for (const sign of [signWithAws4, signWithAws4fetch]) {
    const request = await sign({ path }, {});
    expect([request.target, verdict(request)]).toEqual([target, "accepted"]);
  }
});
