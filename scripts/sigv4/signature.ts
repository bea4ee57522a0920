import { createHmac, type KeyObject, timingSafeEqual, verify } from "node:crypto";
import { publicKey } from "./key-pair";
import { type CredentialScope, TERMINATOR } from "./string-to-sign";

/**
 * The signing key: the secret access key, narrowed by HMAC to a date, a region, a service and the terminator. Derived
 * keys are remembered, since the four HMACs cost more than the rest of a verification and a key serves for a day.
 * Source: https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_sigv-create-signed-request.html#derive-signing-key
 */
export function signingKey(
  secretAccessKey: string,
  { date, region, service }: Required<CredentialScope>,
): Buffer {
  return signingKeys(`${date}/${region}/${service}/${secretAccessKey}`, () =>
    [date, region, service, TERMINATOR].reduce<Buffer>(hmac, Buffer.from(`AWS4${secretAccessKey}`)),
  );
}

/** The signature: the HMAC-SHA-256 of the string to sign under the signing key, in lower-case hex. */
export function signature(key: Buffer, stringToSign: string): string {
  return createHmac("sha256", key).update(stringToSign).digest("hex");
}

/**
 * Whether a SigV4A signature is one of the string to sign: a text has many, so it is verified and not computed. What is
 * not lower-case hex of strict DER is not one. Derived keys are remembered here too.
 *
 * @param signature - ECDSA over P-256 and SHA-256, as DER in hex
 */
export function isEcdsaSignature(
  signature: string,
  stringToSign: string,
  { accessKeyId, secretAccessKey }: { readonly accessKeyId: string; readonly secretAccessKey: string },
): boolean {
  if (!/^([0-9a-f]{2})+$/.test(signature)) return false;
  const key = publicKeys(`${accessKeyId}/${secretAccessKey}`, () => publicKey(accessKeyId, secretAccessKey));
  return verify("sha256", Buffer.from(stringToSign), key, Buffer.from(signature, "hex"));
}

/** Whether two secrets are the same, in a time that tells nothing of where they differ. */
export function isSameSecret(a: string, b: string): boolean {
  const bytesA = Buffer.from(a);
  const bytesB = Buffer.from(b);
  return bytesA.length === bytesB.length && timingSafeEqual(bytesA, bytesB);
}

/**
 * Remembers what was computed for an id, for at most `limit` of them: a full cache forgets all.
 *
 * @returns a function that gives what is remembered for the id, and else computes it
 */
export function boundedCache<V>(limit: number): (id: string, compute: () => V) => V {
  const values = new Map<string, V>();
  return (id, compute) => {
    const known = values.get(id);
    if (known !== undefined) return known;
    const value = compute();
    if (values.size >= limit) values.clear();
    values.set(id, value);
    return value;
  };
}

const MAX_KEYS = 100;
const signingKeys = boundedCache<Buffer>(MAX_KEYS);
const publicKeys = boundedCache<KeyObject>(MAX_KEYS);

function hmac(key: Buffer, text: string): Buffer {
  return createHmac("sha256", key).update(text).digest();
}
