import type { Credentials, SignedRequest } from "#functions/lib/sigv4";
import { UserError } from "#modules/project";
import { headerValue, type RawRequest } from "#sigv4/request";
import { type Answer, send } from "./send";

/** A request before it is signed, and how to sign it. */
export interface Call {
  readonly method: string;
  /** The stage's URL, followed by the path. */
  readonly url: string;
  /** Names in lower case. */
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: Uint8Array;
  /** The signer. @default the request is not signed */
  readonly credentials?: Credentials;
  readonly region: string;
  /** Signs with SigV4A for these regions, instead of with SigV4 for one. */
  readonly regionSet?: readonly string[];
  /** @default "execute-api" */
  readonly service?: string;
  /** Seconds that the signing date is ahead of the clock; `auto` measures them if the time is refused. */
  readonly clockOffset: number | "auto";
  /** Whether it goes to the gateway of `make dev`. */
  readonly isLocal: boolean;
  /** Milliseconds since the epoch. */
  readonly now: () => number;
}

/** The request and the answer on the wire. */
export interface Exchange {
  /** The last request, as it was sent. */
  readonly request: RawRequest;
  /** The URL that it was sent to. */
  readonly url: string;
  readonly answer: Answer;
  /** Seconds that the answer's `Date` is ahead of this machine's clock; unknown without that header. */
  readonly clockOffsetSeconds?: number;
  /** Seconds that the signing date was ahead of this machine's clock. */
  readonly signedAheadSeconds: number;
}

/**
 * Signs a request and sends it. With the offset `auto` it is signed by this machine's clock first. If the gateway
 * refuses the time, the request is signed once more by the gateway's clock, which is in the answer's `Date`. A
 * refused request has had no effect, so it can be sent again whatever its method.
 * @throws UserError if there is no answer
 */
export async function exchange(call: Call): Promise<Exchange> {
  const first = await exchangeAt(call, call.clockOffset === "auto" ? 0 : call.clockOffset);
  const offset = first.clockOffsetSeconds;
  const again = call.clockOffset === "auto" && offset !== undefined && isTimeRefused(first.answer);
  return again ? exchangeAt(call, offset) : first;
}

// ---------------------------------------------------------------------------------------------------- internal

async function exchangeAt(call: Call, ahead: number): Promise<Exchange> {
  const { request, url } = await prepare(call, new Date(call.now() + ahead * 1000));
  const answer = await send(request, url, call.isLocal);
  const date = Date.parse(headerValue(answer.headers, "date") ?? "");
  return {
    request,
    url,
    answer,
    ...(Number.isFinite(date) && { clockOffsetSeconds: Math.round((date - call.now()) / 1000) }),
    signedAheadSeconds: ahead,
  };
}

async function prepare(
  call: Call,
  date: Date,
): Promise<{ readonly request: RawRequest; readonly url: string }> {
  const { body } = call;
  const signed = await sign(call, date);
  const url = new URL(signed.url);
  const all: Readonly<Record<string, string>> = { host: url.host, ...signed.headers };
  const { authorization, ...headers } = all;
  const length = body && body.length > 0 ? { "content-length": String(body.length) } : {};
  return {
    url: url.href,
    request: {
      method: signed.method,
      target: url.pathname + url.search,
      // Last, since it is computed from the others.
      headers: Object.entries({ ...headers, ...length, ...(authorization && { authorization }) }),
      body: body ?? Buffer.alloc(0),
    },
  };
}

async function sign(call: Call, date: Date): Promise<SignedRequest> {
  const { method, headers, body, credentials, region, regionSet, service } = call;
  const unsigned = { method, url: call.url, headers, body };
  if (!credentials) return { ...unsigned, url: new URL(call.url).href };
  try {
    if (regionSet === undefined) {
      // Loaded here, since the signer's packages are many, and requests without a signature do without.
      const { signRequest }: typeof import("#functions/lib/sigv4") = require("#functions/lib/sigv4");
      return await signRequest(unsigned, { credentials, region, service, date });
    }
    // Loaded here: its elliptic curve is large, and few calls need it.
    const { signRequestMultiRegion }: typeof import("./sigv4a") = require("./sigv4a");
    return await signRequestMultiRegion(unsigned, { credentials, regionSet, service, date });
  } catch (error) {
    // The signer throws this for a request that it cannot sign.
    if (error instanceof TypeError) throw new UserError(error.message, { cause: error });
    throw error;
  }
}

function isTimeRefused({ status, body }: Answer): boolean {
  return status === 403 && /Signature (?:expired|not yet current): /.test(body.toString());
}
