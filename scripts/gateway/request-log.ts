import type { Gate } from "./refusal";

/**
 * What the log tells of a request. It holds no query, header or body: signatures and tokens travel in these. The path
 * and the reason are the client's too, and known secrets are taken out of them.
 */
export interface RequestLog {
  readonly requestId: string;
  readonly method: string;
  /** The path as it came, with the stage and without the query. */
  readonly path: string;
  readonly status: number;
  readonly milliseconds: number;
  /** Who signed, by profile. */
  readonly caller?: string;
  /** The API key's name. */
  readonly apiKey?: string;
  /** The gate that refused. */
  readonly gate?: Gate;
  /** Why it refused. */
  readonly reason?: string;
  /** What is not known of a policy, and how it was decided. */
  readonly notes: readonly string[];
}
