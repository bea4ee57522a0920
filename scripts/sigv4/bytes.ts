const BEYOND_A_BYTE = /[\u0100-\uffff]/;
const BEYOND_ASCII = /[\u0080-\uffff]/;

/**
 * The bytes of a byte string (one character per byte). Text with a character that is not a byte, which never came over
 * a wire, is taken as UTF-8 rather than cut to its low bytes, so that it cannot pass for another text.
 */
export function bytesOf(text: string): Uint8Array {
  if (!BEYOND_ASCII.test(text) || BEYOND_A_BYTE.test(text)) return encoder.encode(text);
  const bytes = new Uint8Array(text.length);
  for (let at = 0; at < text.length; at += 1) bytes[at] = text.charCodeAt(at);
  return bytes;
}

/** A byte string as readable text: its bytes decoded as UTF-8. */
export function textOf(bytes: string): string {
  return BEYOND_ASCII.test(bytes) ? decoder.decode(bytesOf(bytes)) : bytes;
}

/** Bytes as a byte string. */
export function byteString(bytes: Uint8Array): string {
  let text = "";
  for (const byte of bytes) text += String.fromCharCode(byte);
  return text;
}

/** A text as the byte string of its UTF-8. */
export function byteStringOf(text: string): string {
  return BEYOND_ASCII.test(text) ? byteString(encoder.encode(text)) : text;
}

const encoder = new TextEncoder();
const decoder = new TextDecoder("utf-8", { ignoreBOM: true });
