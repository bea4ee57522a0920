import type { Signer } from "#iam/caller";
import type { RestApi, Route } from "#model/rest-api";
import type { PlanMember } from "./gates/api-key";
import type { Matched } from "./gates/match";
import type { HttpRequest } from "./http/message";
import type { AnswerIds } from "./http/response-headers";

/** A request that has arrived. */
export interface ReceivedRequest {
  readonly request: HttpRequest;
  /** When the request arrived, in milliseconds since the epoch and fractions of one. */
  readonly receivedAt: number;
  readonly ids: AnswerIds;
}

/** What an authorizer says of a caller whom it lets through. */
export interface AuthorizerResult {
  /** Who it is, by a Lambda authorizer. */
  readonly principalId?: string;
  /** Values for the function that answers, by a Lambda authorizer. */
  readonly context?: Readonly<Record<string, string>>;
  /** The token's claims, by a user pool. */
  readonly claims?: Readonly<Record<string, string>>;
  /** The API key of the caller, if the API takes it from here; never logged. */
  readonly usageIdentifierKey?: string;
  /** How long the authorizer took, in milliseconds; 0 from the cache. */
  readonly latency?: number;
}

/** A request for a route, with the findings of the gates that it has passed. */
export interface GatewayCall<R extends Route = Route> extends ReceivedRequest {
  readonly match: Matched<R>;
  readonly api: Pick<RestApi, "id" | "binaryMediaTypes">;
  /** The account that owns the API. */
  readonly accountId: string;
  /** The whole `X-Amzn-Trace-Id` header. */
  readonly trace: string;
  /** The signer; absent if the method requires no signature. */
  readonly signer?: Signer;
  /** What the route's authorizer says of the caller; absent if the route has none. */
  readonly authorizer?: AuthorizerResult;
  /** The API key and its plan; absent if the method needs no key. */
  readonly member?: PlanMember;
  /** What could not be evaluated in a policy, and how it was decided. */
  readonly notes?: readonly string[];
}
