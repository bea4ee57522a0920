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
  /** Cause and advice on one line of a log. */
  readonly inLog: Text;
  /** What the client did, in a sentence or two. */
  readonly cause: Text;
  /** What to do instead, in a sentence or two. */
  readonly advice: Text;
  /**
   * What the client signs instead, most likely first; nothing if the request gives no occasion for the mistake. The number
   * is bounded, whatever the request holds.
   *
   * @param right - what AWS expects to be signed
   */
  readonly signed: (right: Signing) => readonly Signing[];
  /** Whether the mistake explains the difference of two canonical requests, if {@link signed} cannot list all that it gives. */
  readonly explains?: (signed: Signing, arrived: Signing) => boolean;
}

/** A text, or one that quotes what was signed and what arrived. */
export type Text = string | ((signed: Signing, arrived: Signing) => string);

/** The names of the mistakes, for programs. */
export type SigningFault =
  | "method-changed"
  | "path-encoded-once"
  | "path-not-encoded"
  | "path-encoded-thrice"
  | "path-partly-encoded"
  | "path-not-normalized"
  | "stage-not-signed"
  | "path-changed"
  | "query-order"
  | "query-plus"
  | "query-encoding"
  | "query-changed"
  | "host-changed"
  | "port-not-signed"
  | "header-changed"
  | "session-token-missing"
  | "body-changed"
  | "body-not-hashed"
  | "body-lost";

/** @returns the text, with what it quotes */
export function textFor(text: Text, signed: Signing, arrived: Signing): string {
  return typeof text === "string" ? text : text(signed, arrived);
}
