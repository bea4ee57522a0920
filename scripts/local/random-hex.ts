import { randomFillSync } from "node:crypto";

/** Each call of the system's generator costs as much as hundreds of bytes from it. */
const POOL_BYTES = 4096;

/**
 * Makes a source of random bytes as hexadecimal digits, which asks the system for many at a time. None is given twice.
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
