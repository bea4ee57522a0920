import type { RestApi, Throttle } from "#model/rest-api";
import type { HeaderLine, RawRequest } from "#sigv4/request";

/** What is known of a request that was refused. The answer is enough; whatever else there is sharpens the diagnosis. */
export interface Observed {
  readonly response: ObservedResponse;
  /** The request as it was sent. */
  readonly request?: RawRequest;
  /** The canonical request that the client signed, as text. */
  readonly canonicalRequest?: string;
  /** How far the answer's `Date` is ahead of the client's clock, in seconds. */
  readonly clockOffsetSeconds?: number;
  readonly lookedUp?: LookedUp;
  /** What else a person handed over. */
  readonly seen?: Seen;
}

/** Texts around a refusal: code, logs, what a client printed. */
export interface Seen {
  /** All of it, no longer escaped. */
  readonly text: string;
  /** Headers of the request, also if the rest of it is not known. */
  readonly headers: readonly HeaderLine[];
  readonly url?: string;
  /** The client signs by itself, so that the signature is not seen. */
  readonly signsItself?: boolean;
}

export interface ObservedResponse {
  /** Unknown where only a body was kept. */
  readonly status?: number;
  readonly headers: readonly HeaderLine[];
  readonly body: string;
}

/** What the caller may look up of the API; each part may be out of reach. */
export interface LookedUp {
  /** Where it was looked up, as in "not a route of {@link source}". */
  readonly source: string;
  /** The API as its Terraform has it: routes and stages. */
  readonly api?: RestApi;
  readonly keys?: KeyDirectory;
  readonly region?: string;
  readonly accountId?: string;
}

/** The API keys that could be looked up, and the usage plans they belong to. */
export interface KeyDirectory {
  readonly keys: readonly KeyRecord[];
  readonly plans: readonly PlanRecord[];
}

interface KeyRecord {
  readonly id: string;
  readonly name: string;
  /** The secret; never shown. */
  readonly value: string;
  readonly enabled: boolean;
}

export interface PlanRecord {
  readonly name: string;
  readonly apiKeyIds: readonly string[];
  /** Stages of this API that the plan holds. */
  readonly apiStages: readonly { readonly stage: string }[];
  readonly throttle?: Pick<Throttle, "rate" | "burst">;
  readonly quota?: { readonly limit: number; readonly period: string };
}
