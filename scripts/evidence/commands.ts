import { parseJson } from "#text/parse-json";
import { headersIn, type SeenRequest } from "./seen-request";
import { shellWords } from "./shell-words";

/**
 * The request of a command or of generated code: `curl` (also as browsers copy it, for bash and cmd), `awscurl`, httpie,
 * `fetch(…)`, `Invoke-WebRequest`, and code whose calls name method, URL and headers.
 */
export function requestOfCommand(text: string): SeenRequest | undefined {
  for (const [pattern, read] of COMMANDS) {
    const found = pattern.exec(text);
    const request = found && read(withVariables(text, found.index));
    if (request?.url !== undefined) return request;
  }
  return undefined;
}

// ---------------------------------------------------------------------------------------------------- internal

const LONGEST_COMMAND = 200_000;

const COMMANDS: readonly (readonly [RegExp, (text: string) => SeenRequest | undefined])[] = [
  [/(?<![\w./-])(?:wget|postman request) (?=[^|;]{0,500}?https?:)/, wgetLike],
  [/(?<![\w./-])(?:aws)?curl(?:\.exe)? (?=[^|;]{0,500}?(?:https?:|-H|-X|"|'|\/))/, curl],
  [/\bfetch\(\s*["'`]/, fetchCall],
  [/\bInvoke-(?:WebRequest|RestMethod)\b/i, powerShell],
  [/(?:^[ \t]{0,20}|[$>#|] ?)(?:https?|httpie) (?! *=)(?=[^\n]{0,500}?(?:https?:\/\/|\.|:))/m, httpie],
];

/** From a command on, with the variables filled in that are set by name before it. */
function withVariables(text: string, start: number): string {
  const set = new Map(
    [
      ...text
        .slice(0, start)
        .matchAll(/^[ \t]*(?:export )?([A-Za-z_]\w{0,40})=(["']?)([^"'\n]{1,2000})\2[ \t]*$/gm),
    ].map(([, name = "", , value = ""]) => [name, value] as const),
  );
  return text
    .slice(start, start + LONGEST_COMMAND)
    .replace(/\$\{(\w{1,40})\}|\$(\w{1,40})/g, (whole, braced, bare) => set.get(braced ?? bare) ?? whole);
}

/** Options of curl and awscurl that have a value, by what it is. */
const CURL_OPTIONS: Readonly<
  Record<string, "method" | "header" | "body" | "url" | "query" | "sigv4" | "other">
> = {
  "-X": "method",
  "--request": "method",
  "-H": "header",
  "--header": "header",
  "--url": "url",
  "--url-query": "query",
  "--aws-sigv4": "sigv4",
  "-F": "body",
  "--form": "body",
  ...Object.fromEntries(
    ["-d", "--data", "--data-raw", "--data-binary", "--data-ascii", "--data-urlencode", "--json"].map(
      (name) => [name, "body" as const],
    ),
  ),
  ...Object.fromEntries(
    "-u --user -o --output -b --cookie -A --user-agent -e --referer -x --proxy --service --region --profile --access_key --secret_key --session_token --security_token -m --max-time --connect-timeout --cacert --cert --key -w --write-out --resolve -T"
      .split(" ")
      .map((name) => [name, "other" as const]),
  ),
};

function curl(text: string): SeenRequest {
  const [program = "", ...words] = shellWords(text);
  let method: string | undefined;
  let url: string | undefined;
  const headers: string[] = [];
  const bodies: string[] = [];
  const query: string[] = [];
  let signsItself = program.startsWith("awscurl");
  for (let at = 0; at < words.length; at += 1) {
    const word = words[at] ?? "";
    const [, short, attached] = /^(-[XHduFA])(.+)$/s.exec(word) ?? [];
    const kind = CURL_OPTIONS[word] ?? (short === undefined ? undefined : CURL_OPTIONS[short]);
    const value =
      kind === undefined
        ? ""
        : short !== undefined && !(word in CURL_OPTIONS)
          ? (attached ?? "")
          : (words[++at] ?? "");
    if (kind === "method") method = value;
    else if (kind === "header") headers.push(value);
    else if (kind === "body") bodies.push(value);
    else if (kind === "url") url = value;
    else if (kind === "query") query.push(value.replace(/^\+/, ""));
    else if (kind === "sigv4") signsItself = true;
    else if (word === "-I" || word === "--head") method ??= "HEAD";
    else if (kind === undefined && !word.startsWith("-")) url ??= word;
  }
  if (words.includes("-G") || words.includes("--get")) query.push(...bodies.splice(0));
  if (
    url !== undefined &&
    /^(?:localhost|\d{1,3}(?:\.\d{1,3}){3}|[\w-]+(?:\.[\w-]+)+)(?::\d+)?(?:[/?]|$)/.test(url)
  )
    url = `http://${url}`;
  const parameters = query.length > 0 ? (url?.includes("?") ? "&" : "?") + query.join("&") : "";
  return {
    method,
    url: url === undefined ? undefined : url + parameters,
    // `Name:` takes a header away.
    headers: headersIn(headers).filter(([, value]) => value !== ""),
    body: bodies.length > 0 ? bodies.join("&") : undefined,
    signsItself,
  };
}

/**
 * wget's and Postman's own command line name their options in other words than curl, and Postman's names the method
 * first.
 */
function wgetLike(text: string): SeenRequest {
  const named = text
    .replace(/^(\S+)(?: request)?(?: ([A-Z]{3,7}) )?/, (_, __, method) =>
      method ? `curl -X ${method} ` : "curl ",
    )
    .replace(/(\s)--method[ =]/g, "$1--request ")
    .replace(/(\s)--body(?:-data)?[ =]/g, "$1--data ")
    .replace(/(\s)--post-data[ =]/g, "$1--data ");
  return curl(named);
}

/** `http POST https://… name=value X-Header:value`; httpie's items are headers, query or fields of the body. */
function httpie(text: string): SeenRequest {
  const [program = "", ...rest] = shellWords(text.replace(/^[$>#|\s]\s*/, ""));
  const isOption = rest.map((word) => word.startsWith("-"));
  // The only option with a value that code generators write.
  const words = rest.filter((_, at) => !isOption[at] && rest[at - 1] !== "--timeout");
  const method = /^[A-Z]+$/.test(words[0] ?? "") ? words.shift() : undefined;
  const url = words.shift() ?? "";
  const items = words.filter((word) => /^[A-Za-z0-9_-]+(?::=|==|[:=])/.test(word));
  const fields = items.filter((item) => /^[\w-]+(?::=|=(?!=))/.test(item));
  const body = Object.fromEntries(fields.map((item) => item.split(/:?=(.*)/s).slice(0, 2)));
  return {
    method,
    url: /^[a-z]+:\/\//.test(url) ? url : `${program === "https" ? "https" : "http"}://${url}`,
    headers: headersIn(items.filter((item) => /^[\w-]+:(?!=)/.test(item))).filter(
      ([, value]) => value !== "",
    ),
    body: fields.length > 0 ? JSON.stringify(body) : undefined,
  };
}

/** As browsers copy it: the second argument is JSON. */
function fetchCall(text: string): SeenRequest | undefined {
  const url = /^fetch\(\s*(["'`])(.*?)\1/s.exec(text)?.[2];
  const start = text.indexOf("{");
  const end = text.lastIndexOf("}");
  const options =
    start < 0
      ? undefined
      : (parseJson(text.slice(start, end + 1)) as Partial<Record<string, unknown>> | undefined);
  // With variables in it, it is code.
  if (options === undefined && /^fetch\([^)]{0,5000}?["'`]\s*,/.test(text)) return undefined;
  const headers = Object.entries((options?.headers ?? {}) as Record<string, unknown>);
  return {
    url,
    method: typeof options?.method === "string" ? options.method : /method["']?:\s*["'](\w+)/.exec(text)?.[1],
    headers: headers.map(([name, value]) => [name, String(value)] as const),
    body: typeof options?.body === "string" ? options.body : undefined,
  };
}

function powerShell(text: string): SeenRequest | undefined {
  const value = (name: string): string | undefined =>
    new RegExp(`-${name}\\s+(?:"((?:[^"\`]|\`[\\s\\S]|"")*)"|'([^']*)'|(\\S+))`, "i")
      .exec(text)
      ?.slice(1)
      .find(Boolean);
  // With variables in it, it is code.
  if (/-Headers\s+\$/i.test(text)) return undefined;
  const block = /-Headers\s+@\{([\s\S]*?)\n?\}/i.exec(text)?.[1] ?? "";
  const headers = [...block.matchAll(/"((?:[^"`]|`[\s\S])*)"\s*=\s*"((?:[^"`]|`[\s\S])*)"/g)];
  const plain = (part = ""): string => part.replace(/`([\s\S])/g, "$1");
  return {
    url: plain(value("Uri")),
    method: value("Method"),
    headers: headers.map(([, name, its]) => [plain(name), plain(its)] as const),
    body: value("Body")?.replace(/`([\s\S])/g, "$1"),
  };
}
