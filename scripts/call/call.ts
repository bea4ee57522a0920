import { readFileSync } from "node:fs";
import type { Io } from "#cli/command";
import { type Paint, paintFor } from "#cli/table";
import { diagnose } from "#diagnosis/diagnose";
import type { Diagnosis } from "#diagnosis/diagnosis";
import { renderDiagnosis } from "#diagnosis/render";
import { isLoopback } from "#gateway/http/loopback";
import { defaultClient, projectName } from "#modules/config/load-config";
import { UserError } from "#modules/project";
import { headerValue } from "#sigv4/request";
import { parseJson } from "#text/parse-json";
import { printable } from "#text/printable";
import { createMask, type Mask, maskCanonical, secretsInHeaders } from "#text/secrets";
import { type ApiKeyChoice, findApiKey } from "./api-key";
import type { CallArguments } from "./arguments";
import { assumedCaller } from "./assumed-caller";
import { type Caller, findCaller } from "./caller";
import { findDestination } from "./destination";
import { type Exchange, exchange } from "./exchange";
import { type Explanation, explainSignature } from "./explanation";
import { lookUp, routesOf } from "./look-up";
import { printCode } from "./print-code";
import { renderAnswer, renderRequest, type Shown } from "./render-exchange";
import { renderExplanation, type Sources } from "./render-explanation";
import { type Report, toJson } from "./report";
import type { Target } from "./target";

/** The environment of `call`. */
export interface CallWorld {
  readonly env: NodeJS.ProcessEnv;
  readonly io: Io;
  /** The folder with the local gateway's files. */
  readonly localFolder: string;
  /** Milliseconds since the epoch. */
  readonly now: () => number;
  /** The service to sign for. @default "execute-api" */
  readonly service?: string;
}

/**
 * Makes one call and prints the request, the calculation of its signature if requested, the answer, and the reason if
 * the request was refused.
 *
 * @returns 0 for a 2xx or 3xx answer, 1 for another
 * @throws UserError if no request could be made
 */
export async function call(asked: CallArguments, world: CallWorld): Promise<number> {
  const { env, io } = world;
  const { target, path, note } = await findDestination({
    asked,
    env,
    localFolder: world.localFolder,
    routesOf: (found) => routesOf(found, env),
  });
  if (note !== undefined) io.err.write(`${printable(note)}\n`);
  const body = readBody(asked.data);
  const apiKey =
    asked.apiKey === undefined
      ? undefined
      : await findApiKey(asked.apiKey, env.CLIENT || defaultClient(), target, asked.profile);
  const headers = requestHeaders(asked, apiKey?.value, body);
  const service = world.service ?? "execute-api";
  const url = target.baseUrl + path;
  const { method, signed } = asked;
  const { region } = target;
  if (asked.print !== undefined) {
    const { "user-agent": _, ...others } = headers;
    const sent = {
      method,
      url: new URL(url).href,
      headers: others,
      body: textBody(body),
      region,
      service,
      signed,
    };
    io.out.write(printCode(sent, asked.print));
    return 0;
  }
  const own = signed ? await findCaller(target, asked.profile) : undefined;
  const caller = own && asked.role ? await assumedCaller(own, asked.role, region, world) : own;
  if (caller && asked.presignSeconds !== undefined) {
    const { "user-agent": _, ...others } = headers;
    const options = {
      region,
      service,
      credentials: caller.credentials,
      expiresInSeconds: asked.presignSeconds,
    };
    // Loaded here, since the signer's packages are many, and `--print` does without.
    const { presignRequest }: typeof import("#functions/lib/sigv4") = require("#functions/lib/sigv4");
    const presigned = await presignRequest(
      { method, url, headers: others, body },
      { ...options, date: new Date(world.now()) },
    );
    io.out.write(`${presigned.url}\n`);
    return 0;
  }
  if ((caller || apiKey) && isExposed(target.baseUrl)) {
    io.err.write(
      `${target.baseUrl} is not encrypted: anyone on the network path can read the session token and the API key\n`,
    );
  }

  const exchanged = await exchange({
    method: asked.method,
    url,
    headers,
    body,
    credentials: caller?.credentials,
    region: target.region,
    regionSet: asked.regionSet,
    service: world.service,
    clockOffset: asked.clockOffset,
    isLocal: target.kind === "local",
    now: world.now,
  });
  const steps = caller && explainSignature(exchanged.request, caller.credentials);
  const diagnosis = await diagnoseAnswer(exchanged, steps, target, asked.profile, env);

  const { secretAccessKey, sessionToken } = caller?.credentials ?? {};
  const mask = createMask([secretAccessKey, sessionToken, ...secretsInHeaders(exchanged.request.headers)]);
  const report: Report = { exchange: exchanged, explanation: asked.explain ? steps : undefined, diagnosis };
  io.out.write(
    asked.json
      ? toJson(report, mask)
      : renderReport(report, { target, caller, apiKey, explain: asked.explain }, mask, paintFor(io.out, env)),
  );
  return exchanged.answer.status < 400 ? 0 : 1;
}

// ---------------------------------------------------------------------------------------------------- internal

/** Whether a request leaves this machine as plain text. */
function isExposed(baseUrl: string): boolean {
  const { protocol, hostname } = new URL(baseUrl);
  return protocol === "http:" && !isLoopback(hostname);
}

/** @throws UserError for a body that is not text, which no code holds */
function textBody(body: Uint8Array | undefined): string | undefined {
  if (body === undefined) return undefined;
  const text = Buffer.from(body).toString();
  if (Buffer.from(text).equals(Buffer.from(body))) return text;
  throw new UserError("--print: the body is not text in UTF-8, so it cannot be a part of the code");
}

/** @throws UserError if the file cannot be read */
function readBody(data: string | undefined): Uint8Array | undefined {
  if (data === undefined) return undefined;
  if (!data.startsWith("@")) return Buffer.from(data);
  const path = data.slice(1);
  try {
    return readFileSync(path);
  } catch (error) {
    const { code = "" } = error as NodeJS.ErrnoException;
    throw new UserError(
      `--data: cannot read the file '${path}' (${code}); to send this text as the body, leave out the @`,
    );
  }
}

function requestHeaders(
  { headers }: CallArguments,
  apiKey: string | undefined,
  body: Uint8Array | undefined,
): Record<string, string> {
  // Some firewalls refuse a request without this header.
  const all = new Headers([["user-agent", projectName()]]);
  if (body && parseJson(Buffer.from(body).toString()) !== undefined)
    all.set("content-type", "application/json");
  for (const [name] of headers) all.delete(name);
  for (const [name, value] of headers) all.append(name, value);
  if (apiKey !== undefined) all.set("x-api-key", readKey(apiKey));
  return Object.fromEntries(all);
}

function readKey(value: string): string {
  if (/^[\x21-\x7e]+$/.test(value)) return value;
  throw new UserError(
    "--api-key: the value contains a space, or a character that API keys do not have; give the key alone",
  );
}

/** Why the request was refused; empty for an answer of the API itself, which needs no explanation. */
async function diagnoseAnswer(
  { request, answer, clockOffsetSeconds }: Exchange,
  steps: Explanation | undefined,
  target: Target,
  profile: string | undefined,
  env: NodeJS.ProcessEnv,
): Promise<Diagnosis | undefined> {
  const { status, headers, body } = answer;
  if (status < 400) return undefined;
  const apiKey = headerValue(request.headers, "x-api-key");
  const diagnosis = diagnose({
    response: { status, headers, body: body.toString() },
    request,
    canonicalRequest: steps?.canonicalRequest,
    clockOffsetSeconds,
    lookedUp: await lookUp(target, { env, apiKey, profile }),
  });
  const isRefusal = status === 403 || status === 429 || !["none", "unknown"].includes(diagnosis.gate);
  return isRefusal ? diagnosis : undefined;
}

/** The parts that show a report. */
interface Circumstances {
  readonly target: Target;
  readonly caller?: Caller;
  readonly apiKey?: ApiKeyChoice;
  readonly explain: boolean;
}

function renderReport(
  { exchange, explanation, diagnosis }: Report,
  circumstances: Circumstances,
  mask: Mask,
  paint: Paint,
): string {
  const { target, caller, explain } = circumstances;
  const shown: Shown = {
    paint,
    mask: (text) => printable(maskCanonical(mask(text))),
    showSignature: explain,
  };
  const sources: Sources = { credentials: caller?.source ?? "", region: target.regionSource };
  const unexplained = caller
    ? "The steps of the calculation do not lead to the signer's signature: please report this request."
    : "The request is not signed, so there is no signature to explain.";
  return [
    renderRequest(exchange, remark(exchange, circumstances), shown),
    ...(explanation ? [renderExplanation(explanation, sources, paint)] : explain ? [`${unexplained}\n`] : []),
    renderAnswer(exchange, shown),
    ...(diagnosis ? [mask(renderDiagnosis(diagnosis, paint))] : []),
  ].join("\n");
}

/** The signer, the access key, and the clock that was used. */
function remark({ signedAheadSeconds: ahead }: Exchange, { caller, apiKey }: Circumstances): string {
  const clock =
    ahead === 0 ? "" : ` ${Math.abs(ahead)} s ${ahead > 0 ? "ahead of" : "behind"} this machine's clock`;
  return [
    caller ? `signed as ${caller.source}${clock}` : "not signed",
    ...(apiKey ? [`API key: ${apiKey.source}`] : []),
  ].join(", ");
}
