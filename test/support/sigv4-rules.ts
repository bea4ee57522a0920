import { createHash, createHmac } from "node:crypto";
import { posix } from "node:path";
import type { HeaderLine, RawRequest } from "#sigv4/request";

/**
 * What AWS's documents say of a signed request, written from them once more: an oracle for what the gateway says, which
 * shares no line with it. Only SigV4 for `execute-api`, HMAC alone.
 * Source: https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_sigv-create-signed-request.html
 */

/** `unspecified`: neither documented nor recorded, so that both answers are right. */
export type Ruling = "accepted" | "refused" | "unspecified";

/** Whom the rules know, and where and when they are. */
export interface Circumstances {
  readonly region: string;
  /** Seconds since 1970. */
  readonly now: number;
  readonly callers: readonly SigningCaller[];
}

export interface SigningCaller {
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  readonly sessionToken?: string;
}

/** How a request is signed. */
export interface SigningChoices {
  /** @default header */
  readonly form?: SignatureForm;
  /** The text of the request's time, whatever it is. */
  readonly date: string;
  /** The header that it is in. @default X-Amz-Date */
  readonly dateHeader?: string;
  readonly region: string;
  /** @default the date's first eight characters, the region, execute-api, aws4_request */
  readonly scope?: string;
  /** Names in lower case of headers that are sent and not signed. */
  readonly unsigned?: readonly string[];
  /** Whether a presigned URL's signature covers its session token. @default true */
  readonly tokenIsSigned?: boolean;
}

type SignatureForm = "header" | "query";

/** The ruling on a request as it came. */
export function ruleOn(request: RawRequest, circumstances: Circumstances): Ruling {
  const claim = readClaim(request);
  if (claim === undefined || hasTwoReadings(request, claim)) return "refused";
  const { region, now, callers } = circumstances;
  const signedAt = secondsOf(claim.date);
  const [accessKeyId, ...scope] = claim.credential.split("/");
  const caller = callers.find((each) => each.accessKeyId === accessKeyId);
  const names = claim.signedHeaders.toLowerCase().split(";").sort();
  const isRefused =
    claim.algorithm !== "AWS4-HMAC-SHA256" ||
    !names.includes("host") ||
    signedAt === undefined ||
    Math.abs(now - signedAt) > 300 ||
    scope.join("/") !== `${claim.date.slice(0, 8)}/${region}/execute-api/aws4_request` ||
    caller === undefined ||
    (claim.token ?? "") !== (caller.sessionToken ?? "");
  if (isRefused) return "refused";

  const fitsTo = (reading: Reading): boolean =>
    signatureOf(request, caller, { ...claim, scope: scope.join("/"), signedHeaders: names }, reading) ===
    claim.signature.toLowerCase();
  const readings = readingsOf(request);
  const fits = readings.map(fitsTo);
  if (!fits.includes(true)) {
    // Which services take a token that was added after signing is not documented.
    const isTokenOutside = claim.form === "query" && claim.token !== undefined;
    const others = isTokenOutside ? readings.map((reading) => ({ ...reading, tokenIsSigned: false })) : [];
    return others.some(fitsTo) ? "unspecified" : "refused";
  }
  const isDoubtful =
    claim.isDoubtful ||
    claim.signature !== claim.signature.toLowerCase() ||
    claim.signedHeaders !== names.join(";") ||
    names.some((name) => valuesOf(request, name).length === 0) ||
    (claim.expires !== undefined && !(now - signedAt <= Number(claim.expires))) ||
    hasBrokenEscape(queryOf(request));
  return isDoubtful || fits.includes(false) ? "unspecified" : "accepted";
}

/** The request with the signature that the rules give it, in an `Authorization` header or, presigned, in its query. */
export function signByRules(request: RawRequest, caller: SigningCaller, choices: SigningChoices): RawRequest {
  const { form = "header", unsigned = [], date, dateHeader = "X-Amz-Date" } = choices;
  const { scope = defaultScope(choices), tokenIsSigned = true } = choices;
  const isHeaderForm = form === "header";
  const token: readonly HeaderLine[] =
    caller.sessionToken === undefined ? [] : [["X-Amz-Security-Token", caller.sessionToken]];
  const added: readonly HeaderLine[] = isHeaderForm ? [[dateHeader, date], ...token] : [];
  const headers = [...request.headers, ...added];
  const names = [...new Set(headers.map(([name]) => name.toLowerCase()))].sort();
  const signedHeaders = names.filter((name) => !unsigned.includes(name) && name !== "authorization");
  const credential = `${caller.accessKeyId}/${scope}`;
  const parameters = [
    ["X-Amz-Algorithm", "AWS4-HMAC-SHA256"],
    ["X-Amz-Credential", credential],
    ["X-Amz-Date", date],
    ["X-Amz-SignedHeaders", signedHeaders.join(";")],
    ...token,
  ] as const;
  const presigned = parameters.map(([name, value]) => `${name}=${encode(value)}`).join("&");
  const target = isHeaderForm
    ? request.target
    : `${request.target}${request.target.includes("?") ? "&" : "?"}${presigned}`;
  const claim = { form, signedHeaders, date, scope };
  const reading = { ...PLAIN, tokenIsSigned };
  const signature = signatureOf({ ...request, target, headers }, caller, claim, reading);
  if (!isHeaderForm) return { ...request, target: `${target}&X-Amz-Signature=${signature}` };
  const value = `AWS4-HMAC-SHA256 Credential=${credential}, SignedHeaders=${signedHeaders.join(";")}, Signature=${signature}`;
  return { ...request, headers: [...headers, ["Authorization", value]] };
}

/** The canonical request; a byte string. */
export function canonicalByRules(
  request: RawRequest,
  signedHeaders: readonly string[],
  form: SignatureForm,
  choices: Partial<Reading> = {},
): string {
  const reading = { ...PLAIN, ...choices };
  return [
    request.method,
    canonicalPath(pathOf(request)),
    canonicalQuery(queryOf(request), form, reading),
    ...signedHeaders.map(
      (name) =>
        `${name}:${valuesOf(request, name)
          .map((value) => collapse(value, reading))
          .join(",")}`,
    ),
    "",
    signedHeaders.join(";"),
    createHash("sha256").update(request.body).digest("hex"),
  ].join("\n");
}

/** The credential scope that is right for a date and a region. */
export function defaultScope({ date, region }: Pick<SigningChoices, "date" | "region">): string {
  return `${date.slice(0, 8)}/${region}/execute-api/aws4_request`;
}

// ---------------------------------------------------------------------------------------------------- internal

/** How what is not documented is read; the first of each is what most signers do. */
interface Reading {
  /** `+` in a query: a space, or a plus. */
  readonly plus: " " | "+";
  /** Nothing between two `&`: no parameter, or one without a name. */
  readonly emptyPair: boolean;
  /** A tab within a header's value: white space like another, or a character like another. */
  readonly tab: " " | "\t";
  /**
   * Whether the token of a presigned URL is in its canonical request, or was added after signing.
   * Source: https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_sigv-create-signed-request.html
   */
  readonly tokenIsSigned: boolean;
}

const PLAIN: Reading = { plus: " ", emptyPair: false, tab: " ", tokenIsSigned: true };

/** The readings that can make a difference to this request. */
function readingsOf(request: RawRequest): readonly Reading[] {
  const query = queryOf(request);
  const others: Partial<Reading>[] = [
    ...(query.includes("+") ? [{ plus: "+" as const }] : []),
    ...(/^&|&&|&$/.test(query) ? [{ emptyPair: true }] : []),
    ...(request.headers.some(([, value]) => value.includes("\t")) ? [{ tab: "\t" as const }] : []),
  ];
  let readings: readonly Reading[] = [PLAIN];
  for (const other of others) readings = readings.flatMap((reading) => [reading, { ...reading, ...other }]);
  return readings;
}

/** What a request says of its signature. */
interface Claim {
  readonly form: SignatureForm;
  readonly algorithm: string;
  readonly credential: string;
  readonly signedHeaders: string;
  readonly signature: string;
  readonly date: string;
  readonly token?: string;
  readonly expires?: string;
  /** Whether it is spelled in a way that the documents do not speak of. */
  readonly isDoubtful: boolean;
}

const OWS = "[ \\t]*";
const HEADER_FORM = new RegExp(`^${OWS}([^ \\t=]+)[ \\t]+(\\S.*?)${OWS}$`, "s");
const STRICT_PART = new RegExp(`^${OWS}(Credential|SignedHeaders|Signature)=([!-+--~]+)${OWS}$`);

/** Of a repeated header or parameter the first counts, of a repeated part of the `Authorization` header the last. */
function readClaim(request: RawRequest): Claim | undefined {
  const authorization = valuesOf(request, "authorization")[0] ?? "";
  const pairs = queryOf(request).split("&").filter(Boolean).map(splitPair);
  const parameter = (name: string) => pairs.find((pair) => decode(pair[0]) === name)?.[1];
  const isHeaderForm = !new RegExp(`^${OWS}$`).test(authorization);
  if (isHeaderForm) {
    if (parameter("X-Amz-Algorithm") !== undefined) return undefined;
    const [, algorithm = "", list = ""] = HEADER_FORM.exec(authorization) ?? [];
    const parts = list.split(",");
    if (parts.some((part) => !part.includes("="))) return undefined;
    const part = (name: string): string =>
      parts
        .map((each) => new RegExp(`^${OWS}${name}${OWS}=${OWS}(.*?)${OWS}$`, "s").exec(each)?.[1])
        .findLast((value) => value !== undefined) ?? "";
    const amzDate = valuesOf(request, "x-amz-date")[0];
    const date = amzDate || valuesOf(request, "date")[0] || "";
    return {
      form: "header",
      algorithm,
      credential: part("Credential"),
      signedHeaders: part("SignedHeaders"),
      signature: part("Signature"),
      date: date,
      token: valuesOf(request, "x-amz-security-token")[0],
      isDoubtful:
        amzDate === "" ||
        parts.some((each) => !STRICT_PART.test(each)) ||
        new Set(valuesOf(request, "x-amz-security-token")).size > 1,
    };
  }
  const spelled = pairs.filter(([name]) => decode(name).startsWith("X-Amz-"));
  const required = ["Algorithm", "Credential", "SignedHeaders", "Signature", "Date"] as const;
  const [algorithm, credential, signedHeaders, signature, date] = required.map((name) =>
    decode(parameter(`X-Amz-${name}`) ?? ""),
  ) as [string, string, string, string, string];
  const token = parameter("X-Amz-Security-Token");
  const expires = parameter("X-Amz-Expires");
  return {
    form: "query",
    algorithm,
    credential,
    signedHeaders,
    signature,
    date,
    token: token && decode(token),
    expires: expires && decode(expires),
    isDoubtful: spelled.some(([name]) => name.includes("%")),
  };
}

/**
 * Whether what a signature covers can be read as more than one request: a path that normalizing changes, a query that
 * splits at `;`, a parameter of the signature that is there twice, a header that API Gateway's front end changes. AWS's
 * answers are reported for the headers alone; the others are refused because they are not known.
 */
function hasTwoReadings(request: RawRequest, { form, signedHeaders }: Claim): boolean {
  const segments = pathOf(request).split("/").slice(1);
  const names = queryOf(request)
    .split("&")
    .map((pair) => decode(splitPair(pair)[0]))
    .filter((name) => OF_SIGNATURE.test(name));
  const signed = signedHeaders.toLowerCase().split(";");
  return (
    segments.slice(0, -1).includes("") ||
    segments.some((segment) => /^(\.|%2e){1,2}$/i.test(segment) || segment.includes("\\")) ||
    queryOf(request).includes(";") ||
    (form === "query" && new Set(names).size < names.length) ||
    signed.some((name) => CHANGED_HEADERS.includes(name)) ||
    (signed.includes("user-agent") && !valuesOf(request, "user-agent")[0])
  );
}

const OF_SIGNATURE =
  /^X-Amz-(Algorithm|Credential|Date|Expires|Region-Set|Security-Token|Signature|SignedHeaders)$/;

/** Those of AWS's page on canonical requests, and of the reports about API Gateway. */
export const CHANGED_HEADERS: readonly string[] = [
  ..."connection keep-alive proxy-authenticate proxy-authorization te trailer transfer-encoding upgrade".split(
    " ",
  ),
  ..."expect proxy-connection via x-amzn-trace-id x-forwarded-for x-forwarded-port x-forwarded-proto".split(
    " ",
  ),
];

function signatureOf(
  request: RawRequest,
  { secretAccessKey }: SigningCaller,
  claim: {
    readonly form: SignatureForm;
    readonly date: string;
    readonly scope: string;
    readonly signedHeaders: readonly string[];
  },
  reading: Reading,
): string {
  const { form, date, scope, signedHeaders } = claim;
  const canonical = canonicalByRules(request, signedHeaders, form, reading);
  const hash = createHash("sha256").update(canonical, "latin1").digest("hex");
  const key = scope
    .split("/")
    .reduce<string | Buffer>(
      (secret, element) => createHmac("sha256", secret).update(element, "latin1").digest(),
      `AWS4${secretAccessKey}`,
    );
  return createHmac("sha256", key)
    .update(`AWS4-HMAC-SHA256\n${date}\n${scope}\n${hash}`, "latin1")
    .digest("hex");
}

/** Source: https://www.rfc-editor.org/rfc/rfc9112#section-3.2.2 */
function originForm({ target }: RawRequest): string {
  return target.replace(/^[a-z][a-z0-9+.-]*:\/\/[^/?]*/i, "");
}

function pathOf(request: RawRequest): string {
  return originForm(request).replace(/\?.*$/s, "") || "/";
}

function queryOf(request: RawRequest): string {
  return /\?(.*)$/s.exec(originForm(request))?.[1] ?? "";
}

/** Normalized, then encoded although it is encoded already. */
function canonicalPath(path: string): string {
  return posix.normalize(path).split("/").map(encode).join("/");
}

function canonicalQuery(
  query: string,
  form: SignatureForm,
  { plus, emptyPair, tokenIsSigned }: Reading,
): string {
  return query
    .split("&")
    .filter((pair) => pair !== "" || (emptyPair && query !== ""))
    .map((pair) => splitPair(pair).map((text) => encode(decode(text, plus))))
    .filter(([name]) => form === "header" || name !== "X-Amz-Signature")
    .filter(([name]) => form === "header" || tokenIsSigned || name !== "X-Amz-Security-Token")
    .map((pair) => pair.join("\0"))
    .sort()
    .map((pair) => pair.replace("\0", "="))
    .join("&");
}

function splitPair(pair: string): readonly [name: string, value: string] {
  const [name = "", ...value] = pair.split("=");
  return [name, value.join("=")];
}

function decode(text: string, plus: Reading["plus"] = " "): string {
  return text.replace(/\+|%[0-9a-f]{2}/gi, (written) =>
    written === "+" ? plus : String.fromCharCode(Number(`0x${written.slice(1)}`)),
  );
}

function hasBrokenEscape(query: string): boolean {
  return /%(?![0-9a-f]{2})/i.test(query);
}

function encode(text: string): string {
  return text.replace(
    /[^A-Za-z0-9._~-]/g,
    (character) => `%${Buffer.from(character, "latin1").toString("hex").toUpperCase()}`,
  );
}

/** Without the white space around them, folded lines in one. Source: https://www.rfc-editor.org/rfc/rfc9112#section-5 */
function valuesOf({ headers }: RawRequest, lowerCaseName: string): readonly string[] {
  return headers
    .filter(([name]) => name.toLowerCase() === lowerCaseName)
    .map(([, value]) => value.replace(/(?:\r?\n[ \t]*)+/g, " ").replace(/^[ \t]+|[ \t]+$/g, ""));
}

/** Runs of spaces are one space. */
function collapse(value: string, { tab }: Reading): string {
  return value.replace(tab === " " ? /[ \t]+/g : / +/g, " ");
}

/** `YYYYMMDDTHHMMSSZ`, of a calendar's and a clock's own; anything else is no time. */
function secondsOf(date: string): number | undefined {
  const iso = date.replace(/^(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)(\d\d)Z$/, "$1-$2-$3T$4:$5:$6.000Z");
  const milliseconds = iso === date ? Number.NaN : Date.parse(iso);
  if (Number.isNaN(milliseconds) || new Date(milliseconds).toISOString() !== iso) return undefined;
  return milliseconds / 1000;
}
