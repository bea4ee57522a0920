const BEYOND_A_BYTE = /[\u0100-\uffff]/;
const BEYOND_ASCII = /[\u0080-\uffff]/;

/**
 * The bytes of a byte string (one character per byte). Text with a character that no byte is, which never came over
 * a wire, is taken as UTF-8 rather than cut to its low bytes, so that it cannot pass for another text.
 */
export function bytesOf(text: string): Buffer {
  return Buffer.from(text, BEYOND_A_BYTE.test(text) ? "utf8" : "latin1");
}

/** A byte string as readable text: its bytes decoded as UTF-8. */
export function textOf(bytes: string): string {
  return BEYOND_ASCII.test(bytes) ? bytesOf(bytes).toString("utf8") : bytes;
}
