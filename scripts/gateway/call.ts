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
  /** The API key and its plan; absent if the method needs no key. */
  readonly member?: PlanMember;
  /** What could not be evaluated in a policy, and how it was decided. */
  readonly notes?: readonly string[];
}
