import crypto, { Hmac } from "node:crypto";
import { compileApiKeys } from "#gateway/gates/api-key";
import { isSameSecret } from "#sigv4/signature";
import { signWithAws4, TEMPORARY, verdict, withHeader } from "../scripts/sigv4/signed-requests";
import { attack } from "../support/attack";
import { anApi, anApiKey, aRequest, aRoute, aUsagePlan, matchOf } from "../support/gateway-model";
import { drawGuess, type Effort, type Guess, leakyEquals, measureLeak, type Secret } from "./timing/leak";

/** How long it takes to refuse a guess must not tell how much of it is right. */

interface Comparison {
  readonly what: string;
  readonly secret: Secret;
  readonly guess: Guess;
  readonly effort: Effort;
  /** How often the leaky comparison is made that the same measurement must find: the leak is so many times as large. */
  readonly controlRepeats: number;
}

const HEX = "0123456789abcdef";
const ALPHANUMERIC = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789";

const signed = signWithAws4({}, { credentials: TEMPORARY });
const authorization = signed.headers.find(([name]) => name === "Authorization")?.[1] ?? "";
const signature = authorization.slice(-64);
const { sessionToken = "" } = TEMPORARY;

const tokenUnsigned = signWithAws4({}, { credentials: TEMPORARY, unsigned: ["x-amz-security-token"] });

const key = anApiKey();
const keyed = aRoute("GET /keyed", { apiKeyRequired: true });
const api = anApi([keyed]);
const checkApiKey = compileApiKeys({ api, apiKeys: [key], usagePlans: [aUsagePlan()] });
const match = matchOf(api, aRequest({ target: "/dev/keyed" }));

const COMPARISONS: readonly Comparison[] = [
  {
    what: "a signature, compared",
    secret: { text: signature, alphabet: HEX },
    guess: (guess) => isSameSecret(signature, guess),
    effort: { batches: 3, guesses: 20_000, repeats: 20 },
    controlRepeats: 1,
  },
  {
    what: "a session token, compared",
    secret: { text: sessionToken, alphabet: ALPHANUMERIC },
    guess: (guess) => isSameSecret(sessionToken, guess),
    effort: { batches: 3, guesses: 20_000, repeats: 20 },
    controlRepeats: 1,
  },
  {
    what: "an API key, through its gate",
    secret: { text: key.value, alphabet: ALPHANUMERIC },
    guess: (guess) => checkApiKey(match, [["x-api-key", guess]]),
    effort: { batches: 3, guesses: 20_000, repeats: 5 },
    controlRepeats: 1,
  },
  {
    what: "a signature, through the verification",
    secret: { text: signature, alphabet: HEX },
    guess: (guess) => verdict(withHeader(signed, "Authorization", `${authorization.slice(0, -64)}${guess}`)),
    effort: { batches: 3, guesses: 8_000, repeats: 1 },
    controlRepeats: 30,
  },
  {
    what: "a session token, through the verification",
    secret: { text: sessionToken, alphabet: ALPHANUMERIC },
    guess: (guess) => verdict(withHeader(tokenUnsigned, "X-Amz-Security-Token", guess)),
    effort: { batches: 3, guesses: 8_000, repeats: 1 },
    controlRepeats: 30,
  },
];

for (const { what, secret, guess, effort, controlRepeats } of COMPARISONS) {
  const leaky: Guess = (text) => leakyEquals(secret.text, text);
  attack({
    area: "timing",
    what,
    target: guess,
    broken: leaky,
    attempt(compare, { full, random, check }) {
      for (let tried = 0; tried < 20; tried += 1) {
        const text = drawGuess(secret, random.pick(["everywhere", "at the end"]), random);
        check(isComparedBlind(compare, text), () => `'${text}' is not compared in constant time`);
      }
      // Time can be measured where there is time for it.
      if (!full) return;
      const control = measureLeak(
        (text) => {
          compare(text);
          for (let repeat = 0; repeat < controlRepeats; repeat += 1) leaky(text);
        },
        secret,
        effort,
        random,
      );
      if (!control.leaks) throw new Error(`a leak that was made was not seen: t is ${control.ts}`);
      const { ts, leaks } = measureLeak(compare, secret, effort, random);
      for (let timed = 0; timed < effort.batches * effort.guesses; timed += 1) {
        check(!leaks, () => `time tells the guesses apart: t is ${ts.map((t) => t.toFixed(1)).join(", ")}`);
      }
    },
  });
}

/** Whether a guess meets the secret in constant time, or only as a digest under a key that no caller has. */
function isComparedBlind(compare: Guess, guess: string): boolean {
  const equal = jest.spyOn(crypto, "timingSafeEqual");
  const digest = jest.spyOn(Hmac.prototype, "update");
  try {
    compare(guess);
    const asGiven = (bytes: unknown): boolean =>
      Buffer.from(bytes as Uint8Array).toString("latin1") === guess;
    return (
      equal.mock.calls.some(([a, b]) => a.byteLength === b.byteLength && (asGiven(a) || asGiven(b))) ||
      digest.mock.calls.some(([data]) => data === guess)
    );
  } finally {
    equal.mockRestore();
    digest.mockRestore();
  }
}
