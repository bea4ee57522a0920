import { createHmac } from "node:crypto";

export const LOWER_ALPHANUMERIC = "abcdefghijklmnopqrstuvwxyz0123456789";
export const ALPHANUMERIC = `ABCDEFGHIJKLMNOPQRSTUVWXYZ${LOWER_ALPHANUMERIC}`;
/** The alphabet of AWS's unique ids and access key ids. */
export const BASE32 = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";

/**
 * Text that looks random and is the same each time for the same seed and name; without the seed it cannot be derived
 * from the name. All characters are equally likely: bytes that would favour the first ones are skipped.
 * @param alphabet - at most 256 characters
 */
export function deriveText(seed: string, name: readonly string[], alphabet: string, length: number): string {
  const limit = 256 - (256 % alphabet.length);
  let text = "";
  for (let block = 0; text.length < length; block += 1) {
    const bytes = createHmac("sha256", seed)
      .update(JSON.stringify([...name, block]))
      .digest();
    for (const byte of bytes) if (byte < limit) text += alphabet[byte % alphabet.length];
  }
  return text.slice(0, length);
}
