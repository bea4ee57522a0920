import { presignRequest, signRequest } from "#functions/lib/sigv4";
import { canonicalRequest } from "#sigv4/canonical-request";
import { type Authorization, parseAuthorization } from "#sigv4/parse-authorization";
import { toRawRequest } from "../../support/raw-request";
import { Vector, vectorNames } from "../../support/sigv4-vectors";

/**
 * The signers are made for `execute-api`, so some of AWS's vectors they sign otherwise, and are meant to. The reasons
 * hold in both forms, or in the one that they name.
 */
const EXCEPTIONS: Readonly<Record<string, readonly [reason: string, form?: "header"]>> = {
  "get-space-normalized": ["the path is encoded a second time, and the vectors' are not yet encoded"],
  "get-utf8": ["the path is encoded a second time, and the vectors' are not yet encoded"],
  "get-relative-relative-unnormalized": ["the path is normalized, as for every service but S3"],
  "get-slash-unnormalized": ["the path is normalized, as for every service but S3"],
  "get-slashes-unnormalized": ["the path is normalized, as for every service but S3"],
  "get-header-key-duplicate": ["repeated headers are joined by a comma and a space, as fetch sends them"],
  "get-header-value-trim": ["headers that a proxy may touch are not signed", "header"],
  "post-header-key-sort": ["headers that a proxy may touch are not signed", "header"],
  "post-x-www-form-urlencoded": ["neither content-length nor x-amz-content-sha256 is signed", "header"],
};

const CASES = vectorNames("v4").flatMap((name) =>
  (["header", "query"] as const).map((form) => {
    const [reason, exceptForm = form] = EXCEPTIONS[name] ?? [];
    return { name, form, reason: exceptForm === form ? reason : undefined };
  }),
);

async function sign(name: string, form: "header" | "query") {
  const vector = new Vector("v4", name);
  const { credentials, context, date } = vector;
  const { region, service } = context;
  const options = { credentials, region, service, date, expiresInSeconds: context.expiration_in_seconds };
  const signed = await (form === "header" ? signRequest : presignRequest)(vector.request, options);
  const received = toRawRequest(signed);
  const authorization = parseAuthorization(received) as Authorization;
  const canonical = canonicalRequest(received, authorization);
  return { vector, canonical, signature: authorization.signature };
}

test.each(CASES.filter(({ reason }) => reason === undefined))("$name, $form form", async ({ name, form }) => {
  const { vector, canonical, signature } = await sign(name, form);
  expect(canonical).toBe(vector.expected(form, "canonical-request"));
  expect(signature).toBe(vector.expected(form, "signature"));
});

test.each(CASES.filter(({ reason }) => reason !== undefined))(
  "not $name, $form form: $reason",
  async ({ name, form }) => {
    const { vector, canonical, signature } = await sign(name, form);
    expect(canonical).not.toBe(vector.expected(form, "canonical-request"));
    expect(signature).not.toBe(vector.expected(form, "signature"));
  },
);
