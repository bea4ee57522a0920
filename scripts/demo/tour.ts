import { type CheckedApi, requestApi, summarizeAnswer } from "#call/api-request";
import type { Exchange } from "#call/exchange";
import type { Credentials } from "#functions/lib/sigv4";
import type { CalledWith, TourStep } from "#modules/config/project-config";

/** The answer to one request of the tour. */
export interface TourAnswer {
  readonly step: TourStep;
  readonly calledWith: CalledWith;
  readonly promised: string;
  readonly actual: string;
  readonly kept: boolean;
  readonly exchange: Exchange;
}

/** The API that the tour calls, and with what. */
export interface TourApi extends CheckedApi {
  /** Of a caller that may read. */
  readonly credentials: Credentials;
  /** @default none, for a tour that needs none */
  readonly apiKey?: string;
}

/**
 * Takes the tour: sends one request after the other, and yields each answer as it comes.
 * @throws UserError if there is no answer
 */
export async function* takeTour(api: TourApi, steps: readonly TourStep[]): AsyncGenerator<TourAnswer> {
  for (const step of steps) {
    for (const [calledWith, promised] of step.promises) {
      const exchanged = await requestApi(api, {
        method: "GET",
        path: step.path,
        credentials: calledWith === "signature" || calledWith === "both" ? api.credentials : undefined,
        apiKey: carriesKey(calledWith) ? api.apiKey : undefined,
      });
      const actual = summarizeAnswer(exchanged.answer);
      yield { step, calledWith, promised, actual, kept: isKept(promised, actual), exchange: exchanged };
    }
  }
}

/** Whether an answer is the promised one. A promise that is a status alone is kept by any answer of that status. */
export function isKept(promised: string, actual: string): boolean {
  return actual === promised || (/^\d{3}$/.test(promised) && actual.startsWith(`${promised} `));
}

/** Whether a request carries an API key. */
export function carriesKey(calledWith: CalledWith): boolean {
  return calledWith === "API key" || calledWith === "both";
}
