import type { HeaderLine, RawRequest } from "#sigv4/request";

/**
 * A request as the gates see it: what was received, and from which address. The gates take this, so tests need no
 * socket.
 */
export interface HttpRequest extends RawRequest {
  /** The client's IP address. */
  readonly sourceIp: string;
  /** `HTTP/1.1`, as the Lambda event reports it. */
  readonly protocol: string;
}

/** An answer as it is sent; header names keep their case. */
export interface HttpAnswer {
  readonly status: number;
  readonly headers: readonly HeaderLine[];
  readonly body: Uint8Array | string;
}
