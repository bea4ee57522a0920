import { percentEncode } from "./percent-encoding";
import type { Signing } from "./signing";

/**
 * A mistake that signers commonly make: its name, how it is explained, and what a client that makes it signs. A list of
 * these serves two questions: which mistake gives the signature that was sent, and which turns one canonical request into
 * another.
 */
export interface Mistake {
  readonly fault: SigningFault;
  /** The part that is signed wrongly. */
  readonly part: keyof Signing;
  /** What the client did: a clause without its capital letter and its full stop. It quotes no secret. */
  readonly cause: Text;
  /** What to do instead, likewise. */
  readonly advice: Text;
  /**
   * What the client signs instead, most likely first; nothing if the request gives no occasion for the mistake. The number
   * is bounded, whatever the request holds.
   *
   * @param right - what AWS expects to be signed
   */
  readonly signed: (right: Signing) => readonly Signing[];
  /**
   * Whether the mistake explains the difference of two canonical requests, if {@link signed} cannot list all that it
   * gives.
   */
  readonly explains?: (signed: Signing, arrived: Signing) => boolean;
  /** Whether the mistake is tried by itself alone, and not together with another one: it is rare, or has many forms. */
  readonly isRare?: boolean;
}

/** A text, or one that quotes what was signed and what arrived. */
export type Text = string | ((signed: Signing, arrived: Signing) => string);

/** The names of the mistakes, for programs. */
export type SigningFault =
  | "method-changed"
  | "path-encoded-once"
  | "path-not-encoded"
  | "path-encoded-thrice"
  | "path-encoding"
  | "path-not-normalized"
  | "path-lost"
  | "stage-not-signed"
  | "stage-doubled"
  | "path-changed"
  | "query-order"
  | "query-plus"
  | "query-encoding"
  | "query-encoded-twice"
  | "query-not-signed"
  | "query-in-path"
  | "query-changed"
  | "host-changed"
  | "port-not-signed"
  | "header-changed"
  | "header-spaces"
  | "header-left-out"
  | "session-token-missing"
  | "body-changed"
  | "body-not-hashed"
  | "body-lost"
  | "canonical-form"
  | "wrong-secret"
  | "secret-altered"
  | "key-for-another-scope"
  | "time-changed"
  | "signature-spelling";

/** @returns the text, with what it quotes */
export function textFor(text: Text, signed: Signing, arrived: Signing): string {
  return typeof text === "string" ? text : text(signed, arrived);
}

/**
 * The first place where an encoding is missing: what was signed there, and how it is written instead.
 *
 * @returns undefined if the lines differ otherwise
 */
export function missingEncoding(
  signed: string,
  arrived: string,
): { readonly signed: string; readonly expected: string } | undefined {
  let at = 0;
  while (at < signed.length && signed[at] === arrived[at]) at += 1;
  // Of two encodings the sign may be the same, and only the digits differ.
  const start = /%[0-9A-Fa-f]?$/.exec(signed.slice(0, at))?.index ?? at;
  const found = /^(%[0-9A-Fa-f]{2}|[\s\S])/.exec(signed.slice(start))?.[0];
  if (found === undefined) return undefined;
  const expected = [percentEncode(found), percentEncode(percentEncode(found))].find(
    (each) => each !== found && arrived.startsWith(each, start),
  );
  return expected === undefined ? undefined : { signed: found, expected };
}
