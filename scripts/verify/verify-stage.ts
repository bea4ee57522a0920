import type { RouteAccess } from "#access/authorization-matrix";
import { type CheckedApi, requestApi, summarizeAnswer } from "#call/api-request";
import type { Answer } from "#call/send";
import type { Credentials } from "#functions/lib/sigv4";
import { headerValue } from "#sigv4/request";
import { type CallerRoles, expectedOutcomes, type Outcome, type ProbeCaller, probeCallers } from "./expected";
import { probeFor } from "./probe";

/** The API to verify, and its callers. */
export interface VerifiedApi extends CheckedApi {
  readonly roles: CallerRoles;
  /** By the name of the role. */
  readonly credentials: ReadonlyMap<string, Credentials>;
  readonly apiKeys: { readonly right?: string; readonly wrong: string };
  /** The id in the paths of probes; no item has it. */
  readonly id: string;
}

/** The answer to one caller at one route. */
export interface Check {
  readonly route: RouteAccess;
  readonly caller: ProbeCaller;
  readonly expected: readonly Outcome[];
  /** Undefined if the answer is neither from after the gates nor the refusal of one. */
  readonly outcome?: Outcome;
  readonly status: number;
  /** The answer, in a few words. */
  readonly answered: string;
  readonly agrees: boolean;
}

/** A route with its checks; there are none if a call would change something. */
export interface CheckedRoute {
  readonly route: RouteAccess;
  readonly checks: readonly Check[];
}

/**
 * Calls every route of a synthesized stage as every caller, one after the other.
 * @throws UserError if there is no answer
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
        answered: summarizeAnswer(answer),
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

/** The outcome, by the header in which a gate names itself. APIs that customise their answers keep that header. */
function outcomeOf({ status, headers }: Answer): Outcome | undefined {
  const errorType = headerValue(headers, "x-amzn-errortype")?.split(":")[0] ?? "";
  const refusal = REFUSALS.get(errorType);
  if (refusal !== undefined) return refusal;
  // Answers of the API itself, such as a 404, come after the gates. So does the 400 of a validator. A 403 without a name
  // does not come from the gateway: something in front of it answered.
  const isAfterGates = errorType === "" || errorType === "BadRequestException";
  return isAfterGates && status < 500 && ![401, 403, 429].includes(status) ? "passed" : undefined;
}

const REFUSALS: ReadonlyMap<string, Outcome> = new Map([
  ["MissingAuthenticationTokenException", "not signed"],
  ["AccessDeniedException", "not authorized"],
  ["ForbiddenException", "no valid key"],
]);
