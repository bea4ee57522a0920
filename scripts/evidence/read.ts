import { parseCutCanonicalRequest } from "#diagnosis/compare-canonical";
import type { Observed, ObservedResponse } from "#diagnosis/observed";
import { parseJson } from "#text/parse-json";
import { canonicalAlone, canonicalInText } from "./canonical-in-text";
import { cleanText, decodeText, unescaped } from "./clean-text";
import { requestOfCommand } from "./commands";
import { exchangeOfPanel } from "./devtools-panel";
import { requestOfCode } from "./generated-code";
import { exchangeOfHar } from "./har";
import { exchangeInText, headersAlone } from "./http-in-text";
import { type SeenRequest, toRawRequest } from "./seen-request";
import { errorCodeIn, sentenceIn, statusIn } from "./sentence";

/** A piece of what a person has: a file, or what was pasted. */
export interface Piece {
  readonly bytes: Buffer;
  /** What the person says that it is; without it that is found out. */
  readonly is?: "request" | "canonical";
}

/**
 * Sorts out what a person has of a refusal: the answer, the request and the canonical request that the client signed, in
 * whatever form and mixture. What is not there is left out; nothing is guessed. Throws nothing, whatever the bytes are.
 */
export function readPieces(pieces: readonly Piece[]): Observed {
  const texts = pieces.map(({ bytes, is }) => ({ bytes, text: cleanText(bytes), is }));
  const plain = texts.map(({ text, is }) => ({ text: unescaped(text), is }));
  const seen = texts.map(({ bytes, text, is }, index) =>
    is === "canonical" ? {} : seenIn(bytes, text, plain[index]?.text ?? text),
  );
  const requests = seen.flatMap(({ request }) => request ?? []);
  const request = mergeRequests(requests);
  const said = plain.filter(({ is }) => is === undefined).map(({ text }) => text);
  return {
    response: answerIn(
      said,
      seen.flatMap(({ response }) => response ?? []),
    ),
    request: request && toRawRequest(request),
    seen: {
      text: plain.map(({ text }) => text).join("\n\n"),
      headers: request?.headers ?? [],
      url: request?.url,
      signsItself: requests.some(({ signsItself }) => signsItself),
    },
    canonicalRequest: canonicalOf(plain),
  };
}

// ---------------------------------------------------------------------------------------------------- internal

interface Seen {
  readonly request?: SeenRequest;
  readonly response?: ObservedResponse;
}

function seenIn(bytes: Buffer, text: string, plain: string): Seen {
  // A HAR file is long, and read as a whole.
  const har = exchangeOfHar(decodeText(bytes));
  if (har !== undefined) return har;
  const panel = exchangeOfPanel(text);
  if (panel !== undefined) return panel;
  const found = exchangeInText(text);
  const inPlain = found.request ? found : exchangeInText(plain);
  const command = requestOfCommand(text);
  const request = mergeRequests([found.request ?? inPlain.request, command].flatMap((each) => each ?? []));
  return {
    request: request ?? urlAlone(text) ?? requestOfCode(text) ?? headersAlone(text),
    response: found.response ?? inPlain.response,
  };
}

/** A text that is, or begins with a paragraph that is, a URL and nothing else, maybe with its method. */
function urlAlone(text: string): SeenRequest | undefined {
  const [, method, url] =
    /^\s*(?:([A-Z]{3,10})[ \t]+)?(https?:\/\/\S+)[ \t]*(?:\n[ \t]*\n|\n?$)/.exec(text) ?? [];
  return url === undefined ? undefined : { method, url, headers: [] };
}

/** One request of what several texts show of it: what was sent comes before what was meant. */
function mergeRequests([first, ...others]: readonly SeenRequest[]): SeenRequest | undefined {
  if (first === undefined) return undefined;
  return others.reduce<SeenRequest>((merged, other) => {
    const names = new Set(merged.headers.map(([name]) => name.toLowerCase()));
    return {
      method: merged.url === undefined ? (other.method ?? merged.method) : merged.method,
      url: merged.url ?? other.url,
      headers: [...merged.headers, ...other.headers.filter(([name]) => !names.has(name.toLowerCase()))],
      body: merged.body ?? other.body,
      signsItself: merged.signsItself || other.signsItself,
    };
  }, first);
}

/** The answer: its head if one is shown, and AWS's own sentence if one is said anywhere. */
function answerIn(texts: readonly string[], responses: readonly ObservedResponse[]): ObservedResponse {
  const all = texts.join("\n\n");
  const response = responses.at(-1);
  const message =
    messageOf(response?.body ?? "") ??
    sentenceIn(unescaped(response?.body ?? "")) ??
    sentenceIn(all) ??
    jsonMessage(texts);
  const status = response?.status ?? statusIn(all);
  const code = errorCodeIn(all);
  const hasType = response?.headers.some(([name]) => name.toLowerCase() === "x-amzn-errortype");
  return {
    status,
    headers: [
      ...(response?.headers ?? []),
      ...(code === undefined || hasType
        ? []
        : [["x-amzn-ErrorType", code.replace(/(Exception)?$/, "Exception")] as const]),
    ],
    body: message ?? response?.body ?? (texts.find(isAboutAnswer) ?? texts[0] ?? "").trim(),
  };
}

/** Whether a text speaks of a status or an error code, as texts about an answer do. */
function isAboutAnswer(text: string): boolean {
  return statusIn(text) !== undefined || errorCodeIn(text) !== undefined;
}

/** The message of a body that is JSON as it should be: nothing has to be searched in it. */
function messageOf(body: string): string | undefined {
  const json = parseJson(body);
  if (typeof json !== "object" || json === null) return undefined;
  const { message, Message } = json as Readonly<Record<string, unknown>>;
  const text = message ?? Message;
  return typeof text === "string" ? (sentenceIn(text) ?? text) : undefined;
}

/** A `message` in JSON, in broken JSON, or in an object as a language prints it. */
function jsonMessage(texts: readonly string[]): string | undefined {
  for (const text of texts) {
    const whole = messageOf(text);
    if (whole !== undefined) return whole;
    const found = /["']?\b[mM]essage["']?\s*[:=]>?\s*(?:["']([^"'\n]{1,500})["']|([^"'\n,}]{1,500}))/.exec(
      text,
    );
    const message = (found?.[1] ?? found?.[2])?.trim();
    if (message) return message;
  }
  return undefined;
}

function canonicalOf(plain: readonly { readonly text: string; readonly is?: string }[]): string | undefined {
  for (const { text, is } of plain) {
    const found = is === "canonical" ? canonicalAlone(canonicalInText(text) ?? text) : canonicalInText(text);
    if (found !== undefined) return found;
  }
  const [given] = plain.filter(({ is }) => is === "canonical");
  // What was said to be one, and is not, is shown as such.
  if (given) return given.text.replace(/\n$/, "");
  const alone = plain.find(
    ({ text }) => /^[A-Z]{3,10}\n\//.test(text.trim()) && parseCutCanonicalRequest(text.trim()),
  );
  return alone?.text.trim();
}
