import { posix } from "node:path";
import type { HeaderLine, RawRequest } from "#sigv4/request";
import { REGION } from "../../support/api-terraform";
import type { Random } from "../../support/random";
import { CHANGED_HEADERS, defaultScope, type SigningCaller, signByRules } from "../../support/sigv4-rules";
import { type BaseRequest, signBase } from "./base-request";
import * as changes from "./changes";
import { CALLERS, type Judge, type Judgement, judge, type Mutant } from "./judge";

/** A way to go wrong with a signed request. */
export interface Family {
  readonly what: string;
  readonly mutate: (base: BaseRequest, random: Random) => Mutant;
  /** A careless server. */
  readonly careless: Judge;
}

/** When every request is signed, and when most arrive. */
const NOW = Date.parse("2026-11-22T10:15:30Z") / 1000;
export const AMZ_DATE = "20261122T101530Z";

/** Times as clients write them, right and wrong, near and far. */
const DATES = [
  AMZ_DATE,
  "20261122T101531Z",
  "20261122T101030Z",
  "20261122T101029Z",
  "20261122T102030Z",
  "20261122T102031Z",
  "2026-11-22T10:15:30Z",
  "2026-11-22T10:15:30.000Z",
  "20261122T101530.000Z",
  "20261122T101530",
  "20261122T101530z",
  "20261122t101530Z",
  "20261122T101530+0000",
  "20261122T1015Z",
  "20261122",
  "20261122 101530Z",
  "Sun, 22 Nov 2026 10:15:30 GMT",
  "Sunday, 22-Nov-26 10:15:30 GMT",
  String(NOW),
  "20261122T101490Z",
  "20261122T097530Z",
  "20261121T341530Z",
  "20261053T101530Z",
  "20251422T101530Z",
  "+20261122T101530Z",
  "020261122T101530Z",
  `${AMZ_DATE}Z`,
  `${AMZ_DATE},${AMZ_DATE}`,
  `${AMZ_DATE};`,
  "",
  "99991231T235959Z",
  "00000000T000000Z",
];

export const FAMILIES: readonly Family[] = [
  {
    what: "bit flips",
    mutate: tampered(changes.flipBit),
    careless: believing,
  },
  {
    what: "order and case of headers",
    mutate: tampered(changes.reorderHeaders),
    careless: inHeaders((headers) => headers.filter(([name]) => name !== name.toUpperCase())),
  },
  {
    what: "repeated headers",
    mutate: changed(changes.repeatHeader),
    careless: inHeaders((headers) => [...new Map(headers)]),
  },
  {
    what: "folded and padded values",
    mutate: changed(changes.padValue),
    careless: inHeaders((headers) => headers.map(([name, value]) => [name, value.replace(/\s+/g, "")])),
  },
  {
    what: "dots and slashes in paths",
    mutate: changed(changes.addDots),
    careless: inTarget((target) =>
      target.replace(/^[^?]*/, (path) => posix.normalize(path.replace(/%2e/gi, "."))),
    ),
  },
  {
    what: "double and triple encoding",
    mutate: changed(changes.encodeAgain),
    careless: inTarget(decodedOnce),
  },
  {
    what: "odd percent signs",
    mutate: changed(changes.oddPercent),
    careless: inTarget(decodedOnce),
  },
  {
    what: "order and repetition of queries",
    mutate: changed(changes.rewriteQuery),
    careless: inTarget(lastOfEachParameter),
  },
  {
    what: "presigned URLs that are extended",
    mutate: (base, random) => {
      const signed = signBase({ ...base, choices: { ...base.choices, form: "query" } }, random);
      const change = random.pick([changes.extendPresigned, changes.extendPresigned, changes.reorderHeaders]);
      return { request: change(signed, random), now: NOW };
    },
    careless: inTarget(withoutOtherSignatures),
  },
  {
    what: "queries with two readings",
    mutate: (base, random) => {
      const { target } = base.request;
      const query = random.pick(["x=1%3Ba=0", "x%3By", "x=1&y=2", "a=0;x=1"]);
      const request = { ...base.request, target: `${target}${target.includes("?") ? "&" : "?"}${query}` };
      return changed(changes.splitQuery)({ ...base, request }, random);
    },
    careless: inTarget((target) => target.replace(/\?.*/s, (query) => query.replaceAll(";", "%3B"))),
  },
  {
    what: "signed headers that front ends change",
    mutate: (base, random) => {
      const name = random.pick([...CHANGED_HEADERS, ...STEADY_HEADERS]);
      const line: HeaderLine = [
        spelled(name, random),
        name === "transfer-encoding" ? "chunked" : random.pick(["x", ""]),
      ];
      const request = { ...base.request, headers: [...base.request.headers, line] };
      const unsigned =
        random.fraction() < 0.3 ? [...(base.choices.unsigned ?? []), name] : base.choices.unsigned;
      const choices = { ...base.choices, unsigned };
      return { request: signByRules(request, base.caller, choices), now: NOW };
    },
    careless: believing,
  },
  {
    what: "bodies in chunks",
    mutate: changed(changes.reframeBody),
    careless: inRequest((request) => ({ ...request, body: Buffer.alloc(0) })),
  },
  {
    what: "two content lengths",
    mutate: (base, random) => {
      const request = signBase({ ...base, request: changes.repeatLength(base.request, random) }, random);
      return { request: random.fraction() < 0.5 ? request : changes.repeatLength(request, random), now: NOW };
    },
    careless: inHeaders((headers) => [...new Map(headers)]),
  },
  {
    what: "absolute targets",
    mutate: changed(changes.absoluteTarget),
    careless: inTarget((target) => `/${target}`),
  },
  {
    what: "forms of dates",
    mutate: (base, random) => {
      const date = random.pick([AMZ_DATE, random.pick(DATES)]);
      const choices = {
        ...base.choices,
        ...random.pick([{}, { scope: defaultScope({ date: AMZ_DATE, region: REGION }) }]),
      };
      const dateHeader = random.pick(["X-Amz-Date", "X-Amz-Date", "Date"]);
      const request =
        random.fraction() < 0.7
          ? signByRules(base.request, base.caller, { ...choices, date, dateHeader })
          : everywhere(signBase(base, random), AMZ_DATE, date);
      return { request, now: NOW };
    },
    careless: before((mutant) => ({ ...mutant, now: NOW - 360 })),
  },
  {
    what: "edited scopes",
    mutate: (base, random) => {
      const right = defaultScope(base.choices);
      const scope = changes.changeScope(right, random);
      const request =
        random.fraction() < 0.5
          ? signByRules(base.request, base.caller, { ...base.choices, scope })
          : everywhere(signBase(base, random), right, scope);
      return { request, now: NOW };
    },
    careless: inHeaders((headers) =>
      headers.map(([name, value]) => [
        name,
        value.replace(
          /(Credential=[^/]*\/).*?(?=,)/,
          `$1${defaultScope({ date: AMZ_DATE, region: REGION })}`,
        ),
      ]),
    ),
  },
  {
    what: "a second authorization",
    mutate: changed(changes.repeatAuthorization),
    careless: inHeaders((headers) => [...headers].reverse()),
  },
  {
    what: "replays",
    mutate: (base, random) => {
      const late = random.pick([
        ...[0, 1, 299, 300, 301, 302, 3600, 86_400, 365 * 86_400],
        random.integer(0, 330),
        random.integer(270, 330),
      ]);
      return { request: signBase(base, random), now: NOW + late * random.pick([1, -1]) };
    },
    careless: before((mutant) => ({ ...mutant, now: NOW })),
  },
  {
    what: "credentials of others",
    mutate: (base, random) => ({
      request: signByRules(base.request, otherCaller(base.caller, random), base.choices),
      now: NOW,
    }),
    careless: believing,
  },
  {
    what: "headers left unsigned",
    mutate: (base, random) => {
      const names = ["host", "x-amz-date", "x-amz-security-token", "x-note", "accept", "x-part"];
      const unsigned = names.filter(() => random.fraction() < 0.3);
      const request = signByRules(base.request, base.caller, { ...base.choices, unsigned });
      return { request: random.pick([request, changes.padValue(request, random)]), now: NOW };
    },
    careless: inHeaders((headers) => headers.filter(([name]) => name !== "X-Note")),
  },
  {
    what: "several changes at once",
    mutate: (base, random) => {
      const request = random.fraction() < 0.5 ? random.pick(ANY)(base.request, random) : base.request;
      let signed = signBase({ ...base, request }, random);
      for (let rest = random.integer(1, 3); rest > 0; rest -= 1) signed = random.pick(ANY)(signed, random);
      return { request: signed, now: NOW };
    },
    careless: inRequest((request) => ({
      ...request,
      target: request.target.split("?")[0] ?? "",
      body: Buffer.alloc(0),
    })),
  },
];

// ---------------------------------------------------------------------------------------------------- internal

/** Headers that arrive as they were sent. */
const STEADY_HEADERS = ["user-agent", "accept-encoding", "x-forwarded-host", "cache-control", "cookie"];

function spelled(name: string, random: Random): string {
  return random.pick([name, name.toUpperCase(), name.replace(/\b./g, (letter) => letter.toUpperCase())]);
}

/** Those that a request may be accepted after. */
const ANY = [
  changes.reorderHeaders,
  changes.repeatHeader,
  changes.padValue,
  changes.addDots,
  changes.encodeAgain,
  changes.rewriteQuery,
  changes.splitQuery,
  changes.extendPresigned,
  changes.reframeBody,
  changes.repeatAuthorization,
];

/** Changes what was signed, or signs what was changed. */
function changed(change: changes.Change): Family["mutate"] {
  return (base, random) =>
    random.fraction() < 0.5
      ? tampered(change)(base, random)
      : { request: signBase({ ...base, request: change(base.request, random) }, random), now: NOW };
}

/** Changes what was signed. */
function tampered(change: changes.Change): Family["mutate"] {
  return (base, random) => ({ request: change(signBase(base, random), random), now: NOW });
}

/** Replaces a text in every header, and as it is written in a query. */
function everywhere(request: RawRequest, from: string, to: string): RawRequest {
  return {
    ...request,
    target: request.target.replace(encodeURIComponent(from), () => encodeURIComponent(to)),
    headers: request.headers.map(([name, value]): HeaderLine => [name, value.replace(from, () => to)]),
  };
}

function otherCaller(caller: SigningCaller, random: Random): SigningCaller {
  const other = random.pick(CALLERS);
  const { accessKeyId, secretAccessKey, sessionToken = "" } = caller;
  return random.pick<SigningCaller>([
    caller,
    { ...caller, secretAccessKey: other.secretAccessKey },
    { ...caller, accessKeyId: other.accessKeyId },
    { ...caller, sessionToken: other.sessionToken },
    { ...caller, sessionToken: undefined },
    { ...caller, sessionToken: `${sessionToken}x` },
    { ...caller, sessionToken: sessionToken.slice(0, -1) },
    { ...caller, sessionToken: sessionToken.toLowerCase() },
    { ...caller, accessKeyId: accessKeyId.toLowerCase() },
    { ...caller, accessKeyId: random.pick(["", "undefined", "__proto__", "constructor", `${accessKeyId}x`]) },
    { ...caller, secretAccessKey: random.pick(["", "undefined", secretAccessKey.slice(0, -1)]) },
  ]);
}

function lastOfEachParameter(target: string): string {
  const [path = "", query] = target.split(/\?(.*)/s);
  if (query === undefined) return path;
  const pairs = query.split("&").map((pair) => [pair.replace(/=.*/s, ""), pair] as const);
  return `${path}?${[...new Map(pairs).values()].join("&")}`;
}

/** Leaves every signature of a query but the first out of what is signed. */
function withoutOtherSignatures(target: string): string {
  const [path = "", query = ""] = target.split(/\?(.*)/s);
  const isSignature = (pair: string): boolean => /^X-Amz-Signature(=|$)/.test(decodedOnce(pair));
  const pairs = query.split("&");
  const first = pairs.findIndex(isSignature);
  return `${path}?${pairs.filter((pair, index) => index === first || !isSignature(pair)).join("&")}`;
}

/** Decodes the path before it is looked at, as frameworks do. */
function decodedOnce(target: string): string {
  return target.replace(/%([0-9a-f]{2})/gi, (_, hex: string) =>
    String.fromCharCode(Number.parseInt(hex, 16)),
  );
}

/** A server that believes every signature. */
async function believing(): Promise<Judgement> {
  return { accepted: true, letIn: true, status: 200 };
}

/** A server that changes requests before it looks at the signature, and so judges others than came. */
function before(change: (mutant: Mutant) => Mutant): Judge {
  return (mutant) => judge(change(mutant));
}

function inRequest(change: (request: RawRequest) => RawRequest): Judge {
  return before((mutant) => ({ ...mutant, request: change(mutant.request) }));
}

function inTarget(change: (target: string) => string): Judge {
  return inRequest((request) => ({ ...request, target: change(request.target) }));
}

function inHeaders(change: (headers: readonly HeaderLine[]) => readonly HeaderLine[]): Judge {
  return inRequest((request) => ({ ...request, headers: change(request.headers) }));
}
