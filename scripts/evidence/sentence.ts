/**
 * AWS's own sentence in a text, whatever stands around it: an exception, a log line, XML, an object as a language
 * prints it.
 *
 * @param text - no longer escaped
 * @returns undefined if there is none; else from its first word on, cut where it ends
 */
export function sentenceIn(text: string): string | undefined {
  const mismatch = MISMATCH.exec(text);
  if (mismatch) return mismatchIn(text.slice(mismatch.index, mismatch.index + LONGEST), mismatch[0]);
  for (const [start, end] of SENTENCES) {
    const found = start.exec(text);
    if (!found) continue;
    const rest = text.slice(found.index, found.index + LONGEST);
    const until = rest.search(end);
    return balanced((until < 0 ? rest : rest.slice(0, until)).replace(/\s+/g, " ").trim());
  }
  return undefined;
}

/** An error code in a text, without the namespaces around it. */
export function errorCodeIn(text: string): string | undefined {
  const header = /x-amzn-errortype["']?\s*[:=]\s*["']?([A-Za-z.#]+)/i.exec(text)?.[1];
  const code = CODE.exec(text);
  return header?.replace(/^.*#/, "") ?? code?.[0];
}

/** The HTTP status that a text speaks of, if it says so in one of the usual ways. */
export function statusIn(text: string): number | undefined {
  for (const pattern of STATUSES) {
    const found = [...text.matchAll(pattern)].at(-1)?.[1];
    if (found !== undefined) return Number(found);
  }
  return undefined;
}

// ---------------------------------------------------------------------------------------------------- internal

const LONGEST = 20_000;

const MISMATCH = broken(/The request signature we calculated does not match/i);

/** The long form goes on with two blocks; the short one ends with its paragraph. */
function mismatchIn(rest: string, start: string): string {
  const straight = start.replace(/\s+/g, " ") + rest.slice(start.length);
  if (/Canonical String for this|<CanonicalRequest>/.test(straight)) return straight;
  const end = straight.search(/["<`]|\n[ \t]*\n/);
  return (end < 0 ? straight : straight.slice(0, end)).replace(/\s+/g, " ").trim();
}

/** A sentence that was broken into lines by a terminal or a mail: any white space stands between its words. */
function broken(pattern: RegExp): RegExp {
  return new RegExp(pattern.source.replaceAll(" ", "\\s{1,20}"), pattern.flags);
}

/** Without the bracket that closes what stands around the sentence. */
function balanced(sentence: string): string {
  const last = sentence.at(-1) ?? "";
  const opening = { ")": "(", "]": "[", "}": "{" }[last];
  if (opening === undefined) return sentence;
  const count = (character: string): number => sentence.split(character).length;
  return count(last) > count(opening) ? balanced(sentence.slice(0, -1).trimEnd()) : sentence;
}

/** Where a sentence ends. */
const LINE = /\n[ \t]*\n|\n(?=[ \t]*at )|["<`]/;
const WORDS = /[\n"<`}']|$/;

const SENTENCES: readonly (readonly [start: RegExp, end: RegExp])[] = [
  [/Signature expired: \S{1,60} is now earlier/, /["`\n]|<\//],
  [/Signature not yet current: \S{1,60} is still later/, /["`\n]|<\//],
  [/'Host'(?: or ':authority')? must be a 'SignedHeader'/, LINE],
  [/Credential should be scoped |Date in Credential scope /, LINE],
  [/Credential must have exactly /, /["\n]/],
  [/The security token included in the request is (?:expired|invalid)/, WORDS],
  [/Authorization header requires /, /[\n"]/],
  [/Authorization header must begin with the algorithm name/, LINE],
  [
    /Invalid key=value pair \(missing|(?:'[^'\n]{0,400}'|\S{1,400}) not a valid key=value pair/,
    /"\s*[}\n]|\n/,
  ],
  [
    /AWS query-string parameters must include |Found both 'X-Amz-Algorithm'|Unsupported AWS 'algorithm'/,
    LINE,
  ],
  [/Date must be in ISO-8601 'basic format'/, LINE],
  [/Missing required header for this request: x-amz-region-set|SigV4a query auth requires/, LINE],
  [/There were headers present in the request which were not signed/, LINE],
  [
    /(?:User: )?(?<!\S)\S{1,400} is not authorized to perform: [\w-]+:\w+|User: \S{1,400} is not authorized to perform: [\w-]+:\w+/,
    /["<`]|\n\n|\n(?=\S+ *: )|\.\.\.(?![./\w])|\n\[/,
  ],
  [/User is not authorized to access this resource/, WORDS],
  [/Missing Authentication Token/, WORDS],
  [/HTTP content length exceeded \d+|Missing required request parameters: \[/, LINE],
].map(([start, end]) => [broken(start as RegExp), end as RegExp] as const);

const CODE =
  /\b(?:MissingAuthenticationToken|InvalidSignature|IncompleteSignature|SignatureDoesNotMatch|UnrecognizedClient|ExpiredToken|AccessDenied|Forbidden|TooManyRequests|LimitExceeded|InvalidClientTokenId|InvalidAccessKeyId|RequestTimeTooSkewed|RequestExpired|AuthorizationHeaderMalformed|XAmzContentSHA256Mismatch|Unauthorized)Exception\b|\b(?:MissingAuthenticationToken|IncompleteSignature|SignatureDoesNotMatch|InvalidClientTokenId|InvalidAccessKeyId|RequestTimeTooSkewed|AuthorizationHeaderMalformed|XAmzContentSHA256Mismatch)\b/;

const STATUSES = [
  /^[< \t]*HTTP\/[\d.]+ ([345]\d\d)\b/gm,
  /\bstatus[ _-]?(?:code)?["']?\s{0,5}[:=]?\s{0,5}\(?([345]\d\d)\b/gi,
  /^[ \t]{0,20}([45]\d\d)\b(?! ?[=/])/gm,
  /\b([45]\d\d) (?:Forbidden|Unauthorized|Bad Request|Too Many Requests|Client Error|Not Found)\b/gi,
  // java.net.http's answers.
  /\([A-Z]{3,7} https?:\/\/[^\s)]{1,2000}\) ([345]\d\d)\b/g,
  /\bERR_FAILED ([45]\d\d)\b/g,
];
