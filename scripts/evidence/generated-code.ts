import type { HeaderLine } from "#sigv4/request";
import { parseJson } from "#text/parse-json";
import { objectsIn } from "./object-literals";
import type { SeenRequest } from "./seen-request";

/**
 * The request of code that sends one, in whatever language, as Postman and Insomnia generate it: its string literals are an
 * address, pairs of header name and value, and a body of JSON. What is put together from variables is not seen.
 *
 * @returns undefined without an address and a method, header or body beside it
 */
export function requestOfCode(text: string): SeenRequest | undefined {
  const literals = literalsIn(text);
  const url = urlOf(literals, text);
  if (url === undefined) return undefined;
  const headers = headersOf(literals, text);
  const objects = objectsIn(text);
  const body = literals.find(({ value }) => isJson(value))?.value ?? hereString(text) ?? objects.body;
  const method = methodOf(text);
  if (method === undefined && headers.length === 0) return undefined;
  const query = objects.query === undefined || url.includes("?") ? "" : `?${objects.query}`;
  return { method, url: url + query, headers, body };
}

// ---------------------------------------------------------------------------------------------------- internal

interface Literal {
  readonly value: string;
  readonly start: number;
  readonly end: number;
}

const MOST_ATTEMPTS = 1_000;
const LONGEST = 20_000;

/** String literals in single, double, tripled or back quotes, with the escapes that languages share. */
function literalsIn(text: string): Literal[] {
  const literals: Literal[] = [];
  const opening = /'''|"""|[`"']/g;
  let attempts = 0;
  for (let found = opening.exec(text); found && attempts < MOST_ATTEMPTS; found = opening.exec(text)) {
    attempts += 1;
    const [quote] = found;
    const next = text.indexOf('"', opening.lastIndex);
    // C#'s; Objective-C has the mark too, and escapes.
    const isVerbatim = text[found.index - 1] === "@" && quote === '"' && text[next - 1] !== "\\";
    const end = closing(text, opening.lastIndex, quote, isVerbatim);
    if (end === undefined) continue;
    const inner = text.slice(opening.lastIndex, end);
    const value = isVerbatim
      ? inner.replaceAll('""', '"')
      : inner.replace(/[\\`](["'`\\/])/g, "$1").replace(/\\n/g, "\n");
    literals.push({ value, start: found.index, end: end + quote.length });
    opening.lastIndex = end + quote.length;
  }
  return literals;
}

function closing(text: string, from: number, quote: string, isVerbatim: boolean): number | undefined {
  const isShort = quote.length === 1 && quote !== "`" && !isVerbatim;
  for (let at = from; at < Math.min(text.length, from + LONGEST); at += 1) {
    if (text[at] === "\n" && isShort) return undefined;
    if (text[at] === "\\" && !isVerbatim) at += 1;
    else if (isVerbatim && text.startsWith('""', at)) at += 1;
    else if (text.startsWith(quote, at)) return at;
  }
  return undefined;
}

/** One address, or a host and a path in literals of their own. */
function urlOf(literals: readonly Literal[], text: string): string | undefined {
  const path = literals.find(({ value }) => /^\/[^\s/]\S*$/.test(value))?.value ?? "";
  const whole = literals.find(({ value }) => /^https?:\/\/[\w.:-]+(?:[/?]\S*)?$/.test(value))?.value;
  if (whole !== undefined)
    return /^https?:\/\/[^/?]+\/?$/.test(whole) && path !== "" ? whole.replace(/\/$/, "") + path : whole;
  const host = literals.find(
    ({ value, start }) =>
      /^[\w-]+(\.[\w-]+){2,}$/.test(value) &&
      /host(?:name)?["']?\s*(?:[:=]|=>)\s*$|HTTPSConnection\(\s*$/i.test(
        text.slice(Math.max(0, start - 40), start),
      ),
  )?.value;
  return host === undefined || path === "" ? undefined : `https://${host}${path}`;
}

const NAME =
  "(?:accept(?:-\\w+)?|authorization|cache-control|connection|content-(?:type|encoding|length)|cookie|host|origin|referer|user-agent|x-[\\w-]+)";
const HEADER_NAME = new RegExp(`^${NAME}$`, "i");
const HEADER_LINE = new RegExp(`^(${NAME}):\\s?(.*)$`, "i");

/** A name and its value in neighbouring literals, or both in one. */
function headersOf(literals: readonly Literal[], text: string): HeaderLine[] {
  return literals
    .flatMap(({ value, end }, at): HeaderLine[] => {
      const [, name, own] = HEADER_LINE.exec(value) ?? [];
      if (name !== undefined) return [[name, own ?? ""]];
      const next = literals[at + 1];
      const between = next === undefined ? "" : text.slice(end, next.start);
      // Swift names the header last.
      if (next !== undefined && HEADER_NAME.test(next.value) && /^,\s*forHTTPHeaderField:\s*$/.test(between))
        return [[next.value, value]];
      const isPair =
        HEADER_NAME.test(value) && next !== undefined && /^\s*\]?\s*(?::|=>|,|=)?\s*@?$/.test(between);
      return isPair ? [[value, next.value]] : [];
    })
    .concat(keywordHeaders(text))
    .filter(([, value]) => value !== "");
}

/** `{:x-api-key "…"}` of Clojure. */
function keywordHeaders(text: string): HeaderLine[] {
  return [...text.matchAll(KEYWORD_HEADER)].map(([, name = "", value = ""]) => [name, value]);
}

const KEYWORD_HEADER = new RegExp(`(?<=[\\s{]):(${NAME})\\s+"([^"\\n]{1,4000})"`, "gi");

/** A method as a literal or a symbol, or in the name of a call or a constant. */
function methodOf(text: string): string | undefined {
  return (
    /["'`](GET|POST|PUT|PATCH|DELETE|HEAD|OPTIONS)\b/.exec(text)?.[1] ??
    /(?:METH(?:OD)?[_.]|Method[. ]|HTTP::|\bhttr::|\bclient\/|\.|method["']?\s*[:=]\s*["'])(get|post|put|patch|delete|head|options)\b(?!\s*[:=])/i
      .exec(text)?.[1]
      ?.toUpperCase()
  );
}

/** PowerShell's `@"` … `"@`, on lines of their own. */
function hereString(text: string): string | undefined {
  const inner = /@["']\n([\s\S]{1,20000}?)\n["']@/.exec(text)?.[1]?.replace(/`(["`])/g, "$1");
  return inner !== undefined && isJson(inner) ? inner : undefined;
}

function isJson(text: string): boolean {
  return /^\s*[{[]/.test(text) && typeof parseJson(text) === "object";
}
