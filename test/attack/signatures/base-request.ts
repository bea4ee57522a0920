import type { HeaderLine, RawRequest } from "#sigv4/request";
import { signWithAws4 } from "../../scripts/sigv4/signed-requests";
import type { Random } from "../../support/random";
import { type SigningCaller, type SigningChoices, signByRules } from "../../support/sigv4-rules";

/** A request before it is signed, and who signs it. */
export interface BaseRequest {
  readonly request: RawRequest;
  readonly caller: SigningCaller;
  /** How it is signed, where nothing is to be wrong. */
  readonly choices: SigningChoices;
}

const METHODS = ["GET", "PUT", "POST", "DELETE", "PATCH", "OPTIONS"] as const;
const IN_PATH = [..."abcXYZ019-._~!$'()*+,;=:@&", "%20", "%2F", "%2f", "%C3%A4", "%25", "%F0%9F%98%80"];
const IN_QUERY = [..."abcXYZ019-._~!$'()*,:@/?", "%20", "%2B", "%26", "%3D", "%25", "%C3%A4"];
const IN_VALUE = [..."abcXYZ019 ,;=/", "  ", "\xc3\xa4"];

/** Draws a request of the kinds that clients send: with escapes, repeated parameters, repeated headers, a body. */
export function drawRequest(
  random: Random,
  {
    host,
    callers,
    region,
    date,
  }: { host: string; callers: readonly SigningCaller[]; region: string; date: string },
): BaseRequest {
  const text = (characters: readonly string[], min: number): string =>
    Array.from({ length: random.integer(min, 5) }, () => random.pick(characters)).join("");
  const segments = Array.from({ length: random.integer(1, 3) }, () => `x${text(IN_PATH, 0)}`);
  const parameters = Array.from({ length: random.integer(0, 3) }, () =>
    random.pick([`${text(IN_QUERY, 1)}=${text(IN_QUERY, 0)}`, `a=${random.integer(0, 3)}`, "b"]),
  );
  const repeated = Array.from({ length: random.integer(0, 2) }, () => ["x-part", text(IN_VALUE, 1)] as const);
  const notes: readonly HeaderLine[] = [["X-Note", `a${text(IN_VALUE, 0)}z`], ["Accept", "*/*"], ...repeated];
  const hasBody = random.fraction() < 0.5;
  return {
    request: {
      method: random.pick(METHODS),
      target: `/dev/${segments.join("/")}${parameters.length > 0 ? `?${parameters.join("&")}` : ""}`,
      headers: [["Host", host], ...notes],
      body: hasBody ? random.bytes(random.integer(1, 40)) : Buffer.alloc(0),
    },
    caller: random.pick(callers),
    choices: { date, region, form: random.pick(["header", "header", "query"]), unsigned: ["accept"] },
  };
}

/** Signs as a client does; what aws4 can sign, it does, every other time. */
export function signBase({ request, caller, choices }: BaseRequest, random: Random): RawRequest {
  const names = request.headers.map(([name]) => name);
  const body = Buffer.from(request.body).toString("utf8");
  const isForAws4 =
    new Set(names).size === names.length &&
    request.headers.every(([, value]) => /^[ -~]*$/.test(value)) &&
    /^[!-~]*$/.test(request.target) &&
    Buffer.from(body).equals(request.body);
  if (!isForAws4 || random.fraction() < 0.5) return signByRules(request, caller, choices);
  const { method, target, headers } = request;
  return signWithAws4(
    { method, path: target, headers: Object.fromEntries(headers), body: body === "" ? undefined : body },
    { ...choices, credentials: caller },
  );
}
