import { createHmac, timingSafeEqual } from "node:crypto";
import { type CredentialScope, TERMINATOR } from "./string-to-sign";

/**
 * The signing key: the secret access key, narrowed by HMAC to a date, a region, a service and the terminator. Derived
 * keys are remembered, since the four HMACs cost more than the rest of a verification and a key serves for a day.
 * Source: https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_sigv-create-signed-request.html#derive-signing-key
 */
export function signingKey(secretAccessKey: string, { date, region, service }: CredentialScope): Buffer {
  const id = `${date}/${region}/${service}/${secretAccessKey}`;
  const known = signingKeys.get(id);
  if (known) return known;
  const steps = [date, region, service, TERMINATOR];
  const key = steps.reduce<Buffer>(hmac, Buffer.from(`AWS4${secretAccessKey}`));
  if (signingKeys.size >= MAX_SIGNING_KEYS) signingKeys.clear();
  signingKeys.set(id, key);
  return key;
}

/** The signature: the HMAC-SHA-256 of the string to sign under the signing key, in lower-case hex. */
export function signature(key: Buffer, stringToSign: string): string {
  return createHmac("sha256", key).update(stringToSign).digest("hex");
}

/** Whether two secrets are the same, in a time that tells nothing of where they differ. */
export function isSameSecret(a: string, b: string): boolean {
  const bytesA = Buffer.from(a);
  const bytesB = Buffer.from(b);
  return bytesA.length === bytesB.length && timingSafeEqual(bytesA, bytesB);
}

const MAX_SIGNING_KEYS = 100;
const signingKeys = new Map<string, Buffer>();

function hmac(key: Buffer, text: string): Buffer {
  return createHmac("sha256", key).update(text).digest();
}
