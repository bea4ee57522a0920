import { bytesOf } from "./bytes";

const UNRESERVED = /^[A-Za-z0-9\-._~]*$/;

/** What each byte is written as: itself where it is unreserved, else `%` and two upper-case hex digits. */
const ENCODED: readonly string[] = Array.from({ length: 256 }, (_, byte) => {
  const character = String.fromCharCode(byte);
  return UNRESERVED.test(character) ? character : `%${byte.toString(16).toUpperCase().padStart(2, "0")}`;
});

/**
 * Percent-encodes every byte but the unreserved `A-Z a-z 0-9 - . _ ~`: the `UriEncode` of AWS's documentation.
 * Source: https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_sigv-create-signed-request.html
 */
export function percentEncode(text: string): string {
  if (UNRESERVED.test(text)) return text;
  let encoded = "";
  for (const byte of bytesOf(text)) encoded += ENCODED[byte];
  return encoded;
}

/** Decodes `%XX` to bytes; a `%` without two hex digits behind it stands for itself. */
export function percentDecode(text: string): string {
  if (!text.includes("%")) return text;
  return text.replace(/%([0-9A-Fa-f]{2})/g, (_, hex: string) =>
    String.fromCharCode(Number.parseInt(hex, 16)),
  );
}
