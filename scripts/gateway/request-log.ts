import type { Gate } from "./refusal";

/**
 * What is logged about a request. It holds no query, header or body, because these contain signatures and tokens. The
 * path and the reason also come from the client, so known secrets are masked in them.
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
  /** What could not be evaluated in a policy, and how it was decided. */
  readonly notes: readonly string[];
}
