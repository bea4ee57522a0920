import type { SignatureRefusal } from "#sigv4/refusal";
import { verify } from "#sigv4/verify";
import { changedTwins, type RecordedRequest, readRecorded, received } from "./recorded-requests";
import { OPTIONS, verdict } from "./signed-requests";

/** See fixtures/sigv4-signers.md. */
interface SignersRequest extends RecordedRequest {
  readonly signer: string;
  /** What the signer does otherwise than AWS: the request is refused, and the log says this of it. */
  readonly cause?: string;
}

const REQUESTS = readRecorded<SignersRequest>("sigv4-signers.json").map((signed) => ({
  ...signed,
  name: `${signed.signer}: ${signed.method} ${signed.target.replace(/[?&]X-Amz-.*/, "")}, ${signed.form} form`,
}));

const MISMATCH = /^InvalidSignatureException: The request signature we calculated does not match/;

test.each(REQUESTS.filter(({ cause }) => cause === undefined))("$name is taken", (signed) => {
  const request = received(signed);
  expect(verdict(request)).toBe("accepted");
  for (const [part, twin] of Object.entries(changedTwins(request))) {
    expect([part, verdict(twin)]).toEqual([part, expect.stringMatching(MISMATCH)]);
  }
});

test.each(REQUESTS.filter(({ cause }) => cause !== undefined))("$name is refused: $cause", (signed) => {
  const request = received(signed);
  expect(verdict(request)).toMatch(MISMATCH);
  const { reason } = verify(request, OPTIONS) as SignatureRefusal;
  expect(reason.slice(0, signed.cause?.length)).toBe(signed.cause);
});
