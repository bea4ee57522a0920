/**
 * A request as it came over the wire, before anything normalized it. A signature covers bytes, so verification
 * works on these and on nothing that a framework derived from them.
 */
export interface RawRequest {
  readonly method: string;
  /** The request target exactly as received: raw path and, behind the first `?`, the raw query. */
  readonly target: string;
  /** Header lines in the order received, names in the client's case. */
  readonly headers: readonly HeaderLine[];
  readonly body: Uint8Array;
}

/** One header line: its name in the case it was sent or is to be sent in, and its value. */
export type HeaderLine = readonly [name: string, value: string];
