import type { RouteAccess } from "#access/authorization-matrix";
import { type CheckedApi, requestApi, summarizeAnswer } from "#call/api-request";
import type { Answer } from "#call/send";
import type { Credentials } from "#functions/lib/sigv4";
import { headerValue } from "#sigv4/request";
import { type CallerRoles, expectedOutcomes, type Outcome, type ProbeCaller, probeCallers } from "./expected";
import { probeFor } from "./probe";

/** The API that is verified, and who calls it. */
export interface VerifiedApi extends CheckedApi {
  readonly roles: CallerRoles;
  /** By the name of the role. */
  readonly credentials: ReadonlyMap<string, Credentials>;
  readonly apiKeys: { readonly right?: string; readonly wrong: string };
  /** What probes name that nothing has. */
  readonly id: string;
}

/** What one caller was answered at one route. */
export interface Check {
  readonly route: RouteAccess;
  readonly caller: ProbeCaller;
  readonly expected: readonly Outcome[];
  /** Undefined for an answer that is neither past the gates nor a refusal of one of them. */
  readonly outcome?: Outcome;
  readonly status: number;
  /** In a few words. */
  readonly told: string;
  readonly agrees: boolean;
}

/** A route with its checks; none where it cannot be called without changing something. */
export interface CheckedRoute {
  readonly route: RouteAccess;
  readonly checks: readonly Check[];
}

/**
 * Calls every route of a synthesized stage as every caller, one after the other.
 * @throws UserError where no answer comes
 */
export async function* verifyStage(
  matrix: readonly RouteAccess[],
  api: VerifiedApi,
): AsyncGenerator<CheckedRoute> {
  for (const route of matrix) {
    const checks: Check[] = [];
    for (const caller of probeCallers(route, api.roles)) {
      const answer = await probe(route, caller, api);
      if (!answer) continue;
      const expected = expectedOutcomes(route, caller);
      const outcome = outcomeOf(answer);
      const agrees = outcome !== undefined && expected.includes(outcome);
      checks.push({
        route,
        caller,
        expected,
        outcome,
        status: answer.status,
        told: summarizeAnswer(answer),
        agrees,
      });
    }
    yield { route, checks };
  }
}

// ---------------------------------------------------------------------------------------------------- internal

async function probe(route: RouteAccess, caller: ProbeCaller, api: VerifiedApi): Promise<Answer | undefined> {
  const request = probeFor(route, api.id);
  if (!request) return undefined;
  const { answer } = await requestApi(api, {
    ...request,
    credentials: caller.role === undefined ? undefined : api.credentials.get(caller.role),
    apiKey: caller.key === "none" ? undefined : api.apiKeys[caller.key],
  });
  return answer;
}

/** A gate names itself in a header, which stays where an API customises its answers. */
function outcomeOf({ status, headers }: Answer): Outcome | undefined {
  const errorType = headerValue(headers, "x-amzn-errortype")?.split(":")[0] ?? "";
  const refusal = REFUSALS.get(errorType);
  if (refusal !== undefined) return refusal;
  // What the API answers for itself, 404 for example, is behind the gates; so is a validator's 400. A 403 without a name
  // is not the gateway's: something in front of it answered.
  const isBehind = errorType === "" || errorType === "BadRequestException";
  return isBehind && status < 500 && ![401, 403, 429].includes(status) ? "passed" : undefined;
}

const REFUSALS: ReadonlyMap<string, Outcome> = new Map([
  ["MissingAuthenticationTokenException", "not signed"],
  ["AccessDeniedException", "not authorized"],
  ["ForbiddenException", "no valid key"],
]);
