import { textOf } from "./bytes";

/** The values of `x-amzn-ErrorType` that a refused signature can have. */
export type SignatureErrorType =
  | "MissingAuthenticationTokenException"
  | "IncompleteSignatureException"
  | "InvalidSignatureException"
  | "UnrecognizedClientException"
  | "ExpiredTokenException";

/** Why a signature was refused: the half that goes over the wire, and the half that only the log shows. */
export interface SignatureRefusal {
  readonly accepted: false;
  readonly errorType: SignatureErrorType;
  /** The wire message, exactly AWS's. */
  readonly message: string;
  /** One printable line for the log: what was got, what was expected, what to do. Never holds a secret. */
  readonly reason: string;
  /**
   * On a mismatch: what the request should have been signed as. For the caller who sent it, not for a log, since a
   * signed session token is part of it.
   */
  readonly canonicalRequest?: string;
  readonly stringToSign?: string;
}

/** A refusal. The message may be a byte string: what is not ASCII in it is read as UTF-8. */
export function refuse(errorType: SignatureErrorType, message: string, reason: string): SignatureRefusal {
  return { accepted: false, errorType, message: textOf(message), reason };
}

const LONGEST_QUOTE = 80;

/** Text of the client, fit for a log line: in quotes, bounded, and printable ASCII alone. */
export function quote(text: string): string {
  const printable = text
    .slice(0, LONGEST_QUOTE)
    .replace(/[^ -~]/g, (character) => `\\x${character.charCodeAt(0).toString(16).padStart(2, "0")}`);
  return text.length > LONGEST_QUOTE ? `'${printable}'...` : `'${printable}'`;
}
