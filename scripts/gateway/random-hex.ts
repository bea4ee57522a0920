import { randomFillSync } from "node:crypto";

/** Each call of the system's generator costs as much as hundreds of bytes from it. */
const POOL_BYTES = 4096;

/**
 * Makes a source of random bytes as hexadecimal digits, which requests many from the system at a time. No byte is used
 * twice.
 *
 * @returns takes a number of bytes, at most 4096
 */
export function createRandomHex(): (bytes: number) => string {
  const pool = Buffer.alloc(POOL_BYTES);
  let used = POOL_BYTES;
  return (bytes) => {
    if (used + bytes > POOL_BYTES) {
      randomFillSync(pool);
      used = 0;
    }
    used += bytes;
    return pool.toString("hex", used - bytes, used);
  };
}

/** Random digits as a UUID of version 4. Source: https://www.rfc-editor.org/rfc/rfc9562#section-5.4 */
export function toUuid(hex: string): string {
  return [
    hex.slice(0, 8),
    hex.slice(8, 12),
    `4${hex.slice(13, 16)}`,
    `a${hex.slice(17, 20)}`,
    hex.slice(20),
  ].join("-");
}
