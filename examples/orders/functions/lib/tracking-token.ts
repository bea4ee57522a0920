import { createHash, randomBytes, timingSafeEqual } from "node:crypto";

/** A new token for an order, `ID.SECRET`, and the digest of its secret, which alone is kept. */
export function newTrackingToken(id: string): { readonly token: string; readonly digest: string } {
  const secret = randomBytes(32).toString("base64url");
  return { token: `${id}.${secret}`, digest: digestOf(secret) };
}

/** The id that a token is for, and the digest of its secret. */
export function readTrackingToken(token: string): { readonly id: string; readonly digest: string } {
  const [id = "", secret = ""] = token.split(".");
  return { id, digest: digestOf(secret) };
}

/** Compares digests in constant time. */
export function isSameDigest(one: string, other: string): boolean {
  const [a, b] = [Buffer.from(one), Buffer.from(other)];
  return a.length === b.length && timingSafeEqual(a, b);
}

// ---------------------------------------------------------------------------------------------------- internal

function digestOf(secret: string): string {
  return createHash("sha256").update(secret).digest("base64url");
}
