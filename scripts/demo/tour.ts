import { type Call, type Exchange, exchange } from "#call/exchange";
import { tellAnswer } from "#call/summarize-answer";
import type { Credentials } from "#functions/lib/sigv4";
import type { CalledWith, Stop } from "#this-api/tour";

/** What a request of the walk was answered. */
export interface Step {
  readonly stop: Stop;
  readonly calledWith: CalledWith;
  readonly promised: string;
  readonly actual: string;
  readonly kept: boolean;
  readonly exchange: Exchange;
}

/** What the walk needs of the world. */
export interface Walker {
  /** The stage's URL. */
  readonly baseUrl: string;
  readonly region: string;
  readonly isLocal: boolean;
  /** Of a caller that may read. */
  readonly credentials: Credentials;
  /** @default none, for a walk that shows none */
  readonly apiKey?: string;
  readonly now: () => number;
}

/**
 * Walks: one request after the other, each told once it is answered.
 * @throws UserError where no answer comes
 */
export async function* walk(walker: Walker, stops: readonly Stop[]): AsyncGenerator<Step> {
  for (const stop of stops) {
    for (const [calledWith, promised] of stop.promises) {
      const exchanged = await exchange(callOf(walker, stop.path, calledWith));
      const actual = tellAnswer(exchanged.answer);
      yield { stop, calledWith, promised, actual, kept: isKept(promised, actual), exchange: exchanged };
    }
  }
}

/** Whether an answer is the one that was promised; a status alone promises no more than that. */
export function isKept(promised: string, actual: string): boolean {
  return actual === promised || (/^\d{3}$/.test(promised) && actual.startsWith(`${promised} `));
}

/** Whether such a request carries an API key. */
export function carriesKey(calledWith: CalledWith): boolean {
  return calledWith === "API key" || calledWith === "both";
}

function callOf(walker: Walker, path: string, calledWith: CalledWith): Call {
  const { baseUrl, region, isLocal, credentials, apiKey, now } = walker;
  const isSigned = calledWith === "signature" || calledWith === "both";
  return {
    method: "GET",
    url: baseUrl + path,
    headers: apiKey !== undefined && carriesKey(calledWith) ? { "x-api-key": apiKey } : {},
    credentials: isSigned ? credentials : undefined,
    region,
    clockOffset: 0,
    isLocal,
    now,
  };
}
