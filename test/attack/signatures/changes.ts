import type { HeaderLine, RawRequest } from "#sigv4/request";
import type { Random } from "../../support/random";

/** A change to a request, before or after it is signed; none of them knows whether it still counts as signed. */
export type Change = (request: RawRequest, random: Random) => RawRequest;

/** One bit of the method, the target, a header's name or value, or the body. */
export const flipBit: Change = (request, random) => {
  const line = random.integer(0, request.headers.length - 1);
  const flip = (text: string): string => flipBitOf(Buffer.from(text, "latin1"), random).toString("latin1");
  const inLine = (change: (line: HeaderLine) => HeaderLine): RawRequest => ({
    ...request,
    headers: request.headers.map((each, index) => (index === line ? change(each) : each)),
  });
  return random.pick<() => RawRequest>([
    () => ({ ...request, method: flip(request.method) }),
    () => ({ ...request, target: flip(request.target) }),
    () => inLine(([name, value]) => [flip(name), value]),
    () => inLine(([name, value]) => [name, flip(value)]),
    () => inHeader(request, "authorization", flip),
    () => ({ ...request, body: flipBitOf(Buffer.from(request.body), random) }),
  ])();
};

/** The order of header lines, and the case of their names. */
export const reorderHeaders: Change = (request, random) => ({
  ...request,
  headers: shuffle(request.headers, random).map(([name, value]) => [spellCase(name, random), value]),
});

/** A header once more, with the same value or another; a list taken apart or put together. */
export const repeatHeader: Change = (request, random) => {
  const [name, value] = random.pick(request.headers);
  const parts = value.split(",");
  const cut = random.integer(1, Math.max(1, parts.length - 1));
  const values = random.pick([
    [value, value],
    [value, ""],
    ["", value],
    [value, `${value}x`],
    [`${value}x`, value],
    [parts.slice(0, cut).join(","), parts.slice(cut).join(",")],
  ]);
  const others = request.headers.filter(([other]) => other !== name);
  const joined = request.headers.filter(([other]) => other === name).map(([, each]) => each);
  const lines = random
    .pick([values, values, [joined.join(",")], [joined.join(", ")]])
    .map((each): HeaderLine => [name, each]);
  const at = random.integer(0, others.length);
  return { ...request, headers: [...others.slice(0, at), ...lines, ...others.slice(at)] };
};

/** White space in and around a value: spaces, tabs, folded lines. */
export const padValue: Change = (request, random) => {
  const line = random.integer(0, request.headers.length - 1);
  const space = (): string => random.pick([" ", "  ", "\t", " \t ", "\r\n ", "\r\n\t", "", "\xa0"]);
  const pad = (value: string): string =>
    random.pick([
      `${space()}${value}${space()}`,
      value.replace(" ", space),
      value.replaceAll(" ", space),
      value.replace(/[ ,]|$/, (found) => `${found}${space()}`),
    ]);
  return {
    ...request,
    headers: request.headers.map(([name, value], index) => [name, index === line ? pad(value) : value]),
  };
};

/** Dot segments, repeated slashes and slashes at the end. */
export const addDots: Change = (request, random) => {
  const [path, query] = cutTarget(request.target);
  const segment = random.pick(["/.", "/", "/x/..", "/..", "/%2e", "/%2E%2e", "/...", "/./x/../.", "//../x"]);
  const slashes = [...path].flatMap((character, index) => (character === "/" ? [index] : [])).slice(1);
  const at = random.pick([...slashes, path.length]);
  const changed = random.pick([
    `${path.slice(0, at)}${segment}${path.slice(at)}`,
    `${path.slice(0, at)}${segment}${path.slice(at)}`,
    path.replace(/\/[^/]*$/, ""),
    `/${path}`,
    `${path}/`,
  ]);
  return { ...request, target: changed + query };
};

/** The path, the query or one character of them encoded once or twice more, or decoded once. */
export const encodeAgain: Change = (request, random) => {
  const [path, query] = cutTarget(request.target);
  const rewrite = random.pick<(text: string) => string>([
    (text) => text.replaceAll("%", "%25"),
    (text) => text.replaceAll("%", "%2525"),
    (text) =>
      text.replace(/%(?:2[0-9A-E]|[3-7][0-9A-E])/i, (written) =>
        String.fromCharCode(Number(`0x${written.slice(1)}`)),
      ),
    (text) => text.replace(/[A-Za-z0-9](?=[^/=&]*$)/, percent),
    (text) => text.replace(/[A-Za-z0-9](?=[^/=&]*$)/, (character) => percent(character).replace("%", "%25")),
    (text) => text.replace(/%[0-9A-F]{2}/i, (written) => written.toLowerCase()),
    (text) => text.replace(/%[0-9A-F]{2}/i, (written) => written.toUpperCase()),
    (text) => text.replace(/(?!^)\//, "%2F"),
    (text) => text.replace("+", "%20"),
  ]);
  return random.fraction() < 0.5
    ? { ...request, target: rewrite(path) + query }
    : { ...request, target: path + rewrite(query) };
};

/** Escapes that are none, cut off, of bytes that no text has, or of another standard. */
export const oddPercent: Change = (request, random) => {
  const odd = random.pick([
    "%",
    "%2",
    "%zz",
    "%%",
    "%00",
    "%0a",
    "%u0041",
    "%c0%af",
    "%FF",
    "%-1",
    "%+1",
    "%2G",
    "%E4%",
    "%2525",
  ]);
  const at = random.integer("/dev/".length, request.target.length);
  const [before, after] = [request.target.slice(0, at), request.target.slice(at)];
  return { ...request, target: `${before}${odd}${after}` };
};

/** Parameters in another order, twice, without their equal-sign, or spelled otherwise. */
export const rewriteQuery: Change = (request, random) => {
  const [path, query] = cutTarget(request.target);
  const pairs = query.slice(1).split("&");
  const one = random.integer(0, pairs.length - 1);
  const each = (change: (pair: string) => readonly string[]): readonly string[] =>
    pairs.flatMap((pair, index) => (index === one ? change(pair) : [pair]));
  const changed = random.pick<() => readonly string[]>([
    () => shuffle(pairs, random),
    () => shuffle(pairs, random),
    () => each((pair) => [pair, pair]),
    () => each((pair) => [pair, `${pair}x`]),
    () => each((pair) => [`${pair.split("=")[0]}=x`, pair]),
    () => each(() => []),
    () => each((pair) => ["", pair]),
    () => each((pair) => [pair.includes("=") ? pair.replace(/=$/, "") : `${pair}=`]),
    () => each((pair) => [pair.replace("%20", "+")]),
    () => each((pair) => [pair.replace("=", ";")]),
    () => [...pairs, "a=0"],
  ])();
  return { ...request, target: changed.length > 0 ? `${path}?${changed.join("&")}` : path };
};

/** More parameters at the end of a presigned query or at its start, hidden behind a parameter of the signature. */
export const extendPresigned: Change = (request, random) => {
  const [path, query] = cutTarget(request.target);
  const [, value = ""] = /X-Amz-Signature=(\w*)/.exec(query) ?? [];
  const spell = (text: string): string =>
    text.replace(/./g, (character) => (random.fraction() < 0.2 ? percent(character) : character));
  const ours = random.pick(["Algorithm", "Credential", "Date", "SignedHeaders", "Expires", "Security-Token"]);
  const name = random.pick(["Signature", "Signature", "Signature", "signature", ours]);
  const more = `${spell(`X-Amz-${name}`)}${random.pick(["", "=", `=${value}`, "=x", `=${spell(value)}`])}`;
  const hidden = random.pick(["", ";a=0", "%3Ba=0", ";a=0;X-Amz-Signature=x", "&a=0"]);
  return {
    ...request,
    target: random.pick([
      `${path}${query}&${more}${hidden}`,
      `${path}${query}&${more}${hidden}`,
      `${path}?${more}${hidden}&${query.slice(1)}`,
      `${path}${query}${hidden}`,
      `${path}${query.replace(/X-Amz-Signature/, spell)}`,
    ]),
  };
};

/** A value that becomes a parameter of its own for a reader that splits at `;`, and the other way round. */
export const splitQuery: Change = (request, random) => {
  const [path, query] = cutTarget(request.target);
  const changed = random.pick<() => string>([
    () => query.replace(/%3B/i, ";"),
    () => query.replaceAll(/%3B/gi, ";"),
    () => query.replaceAll("%3B", "%3b"),
    () => query.replace("%3B", "&"),
    () => query.replace("&", ";"),
    () => `${query};a=0`,
    () => query.replace("?", "?;"),
  ])();
  return { ...request, target: path + changed };
};

/** The body in chunks as HTTP and as S3 frame them, and headers that speak of it. */
export const reframeBody: Change = (request, random) => {
  const { body } = request;
  const size = body.length.toString(16);
  const chunked = (head: string): Buffer =>
    Buffer.concat([Buffer.from(`${head}\r\n`), body, Buffer.from("\r\n0\r\n\r\n")]);
  const headers: readonly HeaderLine[] = random.pick<readonly HeaderLine[]>([
    [],
    [["Transfer-Encoding", "chunked"]],
    [["x-amz-content-sha256", "UNSIGNED-PAYLOAD"]],
    [["x-amz-content-sha256", "STREAMING-AWS4-HMAC-SHA256-PAYLOAD"]],
    [["Content-Encoding", "aws-chunked"]],
    [["x-amz-decoded-content-length", String(body.length)]],
  ]);
  return {
    ...request,
    headers: [...request.headers, ...headers],
    body: random.pick([
      body,
      body,
      chunked(size),
      chunked(`${size};chunk-signature=${"0".repeat(64)}`),
      Buffer.concat([body, Buffer.from("\n")]),
      Buffer.from(body).subarray(0, -1),
      Buffer.alloc(0),
    ]),
  };
};

/** One length or two, right and wrong. */
export const repeatLength: Change = (request, random) => {
  const { length } = request.body;
  const lengths = random.pick([
    [length, length],
    [length, length + 1],
    [0, length],
    [length],
    [length + 1],
    [`${length}, ${length}`],
    [`+${length}`],
  ]);
  const lines = lengths.map((each): HeaderLine => ["Content-Length", String(each)]);
  return { ...request, headers: [...request.headers, ...lines] };
};

/** The target with a scheme and a host before it, or what looks like one. */
export const absoluteTarget: Change = (request, random) => {
  const host = request.headers.find(([name]) => name === "Host")?.[1] ?? "";
  const before = random.pick([
    `http://${host}`,
    `https://${host}`,
    `HTTP://${host}`,
    `http:/${host}`,
    `//${host}`,
    `http://${host}/`,
    `http:`,
    host,
  ]);
  return { ...request, target: `${before}${request.target}` };
};

/** Those that change the target alone. */
export const OF_TARGETS: readonly Change[] = [
  addDots,
  encodeAgain,
  oddPercent,
  rewriteQuery,
  extendPresigned,
  splitQuery,
  absoluteTarget,
];

/** One of the parts of a credential scope is another, missing, or there twice. */
export function changeScope(scope: string, random: Random): string {
  const elements = scope.split("/");
  const one = random.integer(0, elements.length - 1);
  const each = (change: (element: string) => readonly string[]): string =>
    elements.flatMap((element, index) => (index === one ? change(element) : [element])).join("/");
  return random.pick<() => string>([
    () => scope,
    () => each((element) => [flipBitOf(Buffer.from(element), random).toString("latin1")]),
    () => each((element) => [element.toUpperCase()]),
    () => each(() => []),
    () => each(() => [""]),
    () => each((element) => [element, element]),
    () => each((element) => [` ${element}`]),
    () => each(() => ["*"]),
    () => scope.replace(/\d{8}/, (day) => String(Number(day) + random.pick([-1, 1, 100, -10000]))),
    () =>
      scope.replace(/[a-z]{2}-[a-z]+-\d/, () =>
        random.pick(["us-east-1", "eu-west-10", "eu-west", "aws-global"]),
      ),
    () =>
      scope.replace("execute-api", () =>
        random.pick(["s3", "sts", "iam", "execute-api-v2", "lambda", "apigateway"]),
      ),
    () => shuffle(elements, random).join("/"),
    () => `${scope}/`,
    () => `/${scope}`,
  ])();
}

/** The signature beside another one: a second header, a second part, the query's form too. */
export const repeatAuthorization: Change = (request, random) => {
  const valid = request.headers.find(([name]) => name === "Authorization");
  const junk: HeaderLine = [
    random.pick(["Authorization", "authorization"]),
    random.pick([
      "Bearer abc",
      "",
      " ",
      "AWS4-HMAC-SHA256 Credential=a/b/c/d/e, SignedHeaders=host, Signature=0",
      valid?.[1].replace(/.$/, "x") ?? "Basic YTpi",
    ]),
  ];
  const parameter = random.pick([
    "X-Amz-Algorithm=AWS4-HMAC-SHA256",
    "X-Amz-Signature=0",
    "x-amz-algorithm=x",
  ]);
  const mark = request.target.includes("?") ? "&" : "?";
  const part = random.pick(["Signature=0", "Credential=a/b/c/d/e", "SignedHeaders=host", "Other=x"]);
  return random.pick<() => RawRequest>([
    () => ({ ...request, headers: [junk, ...request.headers] }),
    () => ({ ...request, headers: [...request.headers, junk] }),
    () => (valid ? { ...request, headers: [...request.headers, valid] } : request),
    () => ({ ...request, target: `${request.target}${mark}${parameter}` }),
    () => inHeader(request, "authorization", (value) => `${value}, ${part}`),
    () => inHeader(request, "authorization", (value) => value.replace(" ", ` ${part}, `)),
    () => inHeader(request, "authorization", (value) => `${value}, ${value}`),
    () => inHeader(request, "authorization", (value) => `Bearer x, ${value}`),
  ])();
};

// ---------------------------------------------------------------------------------------------------- internal

function inHeader(request: RawRequest, lowerCaseName: string, change: (value: string) => string): RawRequest {
  const headers = request.headers.map(
    ([name, value]): HeaderLine => [name, name.toLowerCase() === lowerCaseName ? change(value) : value],
  );
  return { ...request, headers };
}

function flipBitOf(bytes: Buffer, random: Random): Buffer {
  if (bytes.length === 0) return bytes;
  const index = random.integer(0, bytes.length - 1);
  const flipped = Buffer.from(bytes);
  flipped[index] = (bytes[index] ?? 0) ^ (1 << random.integer(0, 7));
  return flipped;
}

function shuffle<T>(values: readonly T[], random: Random): T[] {
  return values
    .map((value) => ({ value, weight: random.fraction() }))
    .sort((a, b) => a.weight - b.weight)
    .map(({ value }) => value);
}

function spellCase(name: string, random: Random): string {
  return random.pick([name.toLowerCase(), name.toUpperCase(), name]);
}

/** Path and query, the latter with its question mark. */
function cutTarget(target: string): readonly [path: string, query: string] {
  const mark = target.indexOf("?");
  return mark < 0 ? [target, ""] : [target.slice(0, mark), target.slice(mark)];
}

function percent(character: string): string {
  return `%${Buffer.from(character, "latin1").toString("hex").toUpperCase()}`;
}
