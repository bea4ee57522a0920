import type { Credentials } from "../../functions/lib/sigv4";
import { type Call, type Exchange, exchange } from "../call/exchange";
import { tellAnswer } from "./tell-answer";

/** What a request carries to get through the gates. */
export type CalledWith = "nothing" | "signature" | "API key" | "both";

/** One route of the walk, and what it promises. */
export interface Stop {
  readonly path: string;
  /** What the route shows. */
  readonly lesson: string;
  /** Its answers, in the order of the requests. */
  readonly promises: readonly (readonly [CalledWith, answer: string])[];
}

const SUCCESS = "200 success";
const FORBIDDEN = "403 Forbidden";
const NOT_SIGNED = "403 Missing Authentication Token";

/** The notebook's three routes, each called in every way, and the two endpoints of the inventory. */
export const WALK: readonly Stop[] = [
  {
    path: "/auth/api-key",
    lesson: "needs an API key; nobody looks at a signature",
    promises: [
      ["nothing", FORBIDDEN],
      ["signature", FORBIDDEN],
      ["API key", SUCCESS],
      ["both", SUCCESS],
    ],
  },
  {
    path: "/auth/iam-sigv4",
    lesson: "needs a signature; nobody looks at an API key",
    promises: [
      ["nothing", NOT_SIGNED],
      ["signature", SUCCESS],
      ["API key", NOT_SIGNED],
      ["both", SUCCESS],
    ],
  },
  {
    path: "/auth/iam-sigv4-and-api-key",
    lesson: "needs both; the signature is looked at first",
    promises: [
      ["nothing", NOT_SIGNED],
      ["signature", FORBIDDEN],
      ["API key", NOT_SIGNED],
      ["both", SUCCESS],
    ],
  },
  {
    path: "/products",
    lesson: "the inventory as JSON, for those who sign",
    promises: [
      ["nothing", NOT_SIGNED],
      ["signature", "200 a page of products"],
    ],
  },
  {
    path: "/index",
    lesson: "open; its Lambda signs its own call of /products",
    promises: [["nothing", "200 an HTML page"]],
  },
];

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
  readonly apiKey: string;
  readonly now: () => number;
}

/**
 * Walks: one request after the other, each told once it is answered.
 * @throws UserError where no answer comes
 */
export async function* walk(walker: Walker, stops: readonly Stop[] = WALK): AsyncGenerator<Step> {
  for (const stop of stops) {
    for (const [calledWith, promised] of stop.promises) {
      const exchanged = await exchange(callOf(walker, stop.path, calledWith));
      const actual = tellAnswer(exchanged.answer);
      yield { stop, calledWith, promised, actual, kept: actual === promised, exchange: exchanged };
    }
  }
}

function callOf(walker: Walker, path: string, calledWith: CalledWith): Call {
  const { baseUrl, region, isLocal, credentials, apiKey, now } = walker;
  const isSigned = calledWith === "signature" || calledWith === "both";
  const hasKey = calledWith === "API key" || calledWith === "both";
  return {
    method: "GET",
    url: baseUrl + path,
    headers: hasKey ? { "x-api-key": apiKey } : {},
    credentials: isSigned ? credentials : undefined,
    region,
    clockOffset: 0,
    isLocal,
    now,
  };
}
