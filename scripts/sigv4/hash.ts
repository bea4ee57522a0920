import { createHash } from "node:crypto";

/** The SHA-256 of bytes, in lower-case hex. The one function that the catalogue of mistakes needs of its platform. */
export function sha256(bytes: Uint8Array): string {
  return createHash("sha256").update(bytes).digest("hex");
}
