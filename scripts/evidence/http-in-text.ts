import type { ObservedResponse } from "#diagnosis/observed";
import type { HeaderLine } from "#sigv4/request";
import { headersIn, type SeenRequest } from "./seen-request";

/** What a text shows of an exchange over HTTP. */
export interface SeenExchange {
  readonly request?: SeenRequest;
  readonly response?: ObservedResponse;
}

/**
 * The HTTP messages in a text: raw, as `curl -v` and `curl -i` show them, in wire logs of Java, in debug logs of Go and
 * botocore, and as .NET prints a request. Of several the last one counts that is not provisional or a proxy's.
 */
export function exchangeInText(text: string): SeenExchange {
  // A line of a message is not longer; what is longer does not belong to its head.
  const lines = text.split("\n").map((line) => line.slice(0, LONGEST_LINE));
  const sent = marked(lines, /^\s*> ?(.*)$/) ?? marked(lines, />> "?(.*?)"?$/);
  const received = marked(lines, /^\s*< ?(.*)$/) ?? marked(lines, /<< "?(.*?)"?$/);
  const body = bodyOfVerbose(lines, received !== undefined);
  return {
    request: requestIn(sent ?? lines) ?? botocoreRequest(text) ?? dotNetRequest(text),
    response: responseIn(received ?? lines, body) ?? botocoreResponse(text),
  };
}

/** A request of which a text shows headers alone, without a request line. */
export function headersAlone(text: string): SeenRequest | undefined {
  // Lines of code end otherwise than headers do.
  const headers = headersIn(text.split("\n").filter((line) => !/[,;{([]\s*$/.test(line)));
  const isRequest = headers.some(([name]) =>
    /^(authorization|host|x-amz-date|x-amz-security-token|x-api-key)$/i.test(name),
  );
  return isRequest ? { headers } : undefined;
}

// ---------------------------------------------------------------------------------------------------- internal

const LONGEST_LINE = 20_000;
const REQUEST_LINE = /^\s*"?([A-Z]{3,10}) ((?:\/|https?:\/\/)[^\s"']*)(?: (HTTP\/[\d.]+))?"?\s*$/;
const STATUS_LINE = /^\s*(?:status line \[)?HTTP\/[\d.]+ (\d{3})\b/;

/** The lines with a mark, without it; undefined if no message begins on one of them. */
function marked(lines: readonly string[], mark: RegExp): string[] | undefined {
  const found = lines.flatMap((line) => {
    const rest = mark.exec(line)?.[1];
    return rest === undefined ? [] : [rest.replace(/\[\\r\]|\[\\n\]|\[\r?\]|\\r|\\n/g, "")];
  });
  return found.some((line) => REQUEST_LINE.test(line) || STATUS_LINE.test(line)) ? found : undefined;
}

function requestIn(lines: readonly string[]): SeenRequest | undefined {
  const starts = lines.flatMap((line, at) =>
    REQUEST_LINE.test(line) && !isInCanonical(lines, at) ? [at] : [],
  );
  const start = starts.at(-1);
  if (start === undefined) return undefined;
  const [, method, url] = REQUEST_LINE.exec(lines[start] ?? "") ?? [];
  const { head, rest } = splitAtEmpty(lines.slice(start + 1));
  const end = rest.findIndex(
    (line) => STATUS_LINE.test(line) || /^-{3}|^=====|^\s*[*<] |^SDK \d{4}\/\d\d\//.test(line),
  );
  const body = rest
    .slice(0, end < 0 ? undefined : end)
    .join("\n")
    .trim();
  return { method, url, headers: headersIn(head), body: body === "" ? undefined : body };
}

/** The method of a canonical request stands on a line of its own, and no version follows. */
function isInCanonical(lines: readonly string[], at: number): boolean {
  return /Canonical String/.test(lines[at - 1] ?? "");
}

function responseIn(lines: readonly string[], verboseBody: string | undefined): ObservedResponse | undefined {
  const starts = lines.flatMap((line, at) => {
    const status = Number(STATUS_LINE.exec(line)?.[1]);
    return status >= 200 ? [at] : [];
  });
  const start = starts.at(-1);
  if (start === undefined) return undefined;
  const { head, rest } = splitAtEmpty(lines.slice(start + 1));
  return {
    status: Number(STATUS_LINE.exec(lines[start] ?? "")?.[1]),
    headers: headersIn(head),
    body: verboseBody ?? rest.join("\n").trim(),
  };
}

/** What `curl -v` prints of the body stands on lines without a mark. */
function bodyOfVerbose(lines: readonly string[], isVerbose: boolean): string | undefined {
  if (!isVerbose) return undefined;
  const start = lines.findLastIndex((line) => /^\s*< ?\s*$/.test(line));
  return start < 0
    ? undefined
    : lines
        .slice(start + 1)
        .filter((line) => !/^\s*[*<>{}] |^[{}] \[/.test(line))
        .join("\n")
        .replace(/\* Connection #\d+ to host .*$/s, "")
        .trim();
}

function splitAtEmpty(lines: readonly string[]): {
  readonly head: readonly string[];
  readonly rest: readonly string[];
} {
  const end = lines.findIndex((line) => line.trim() === "" || /^\s*[{[<]/.test(line));
  return end < 0
    ? { head: lines, rest: [] }
    : { head: lines.slice(0, end), rest: lines.slice((lines[end] ?? "").trim() === "" ? end + 1 : end) };
}

/** `Sending http request: <AWSPreparedRequest stream_output=False, method=GET, url=…, headers={'Host': b'…'}>` */
function botocoreRequest(text: string): SeenRequest | undefined {
  const found = /AWSPreparedRequest[^\n]*?method=([A-Z]+), url=(\S+), headers=\{([^\n]*)\}/.exec(text);
  if (!found) return undefined;
  return { method: found[1], url: found[2], headers: pythonHeaders(found[3] ?? "") };
}

function botocoreResponse(text: string): ObservedResponse | undefined {
  const headers = /Response headers:\s*\{([^\n]*)\}/.exec(text)?.[1];
  if (headers === undefined) return undefined;
  const status = /"[A-Z]+ \S+ HTTP\/[\d.]+" (\d{3})/.exec(text)?.[1];
  const body = /Response body:\s*\n?b?(['"])([\s\S]*?)\1(?:\n|$)/.exec(text)?.[2] ?? "";
  return { status: status === undefined ? undefined : Number(status), headers: pythonHeaders(headers), body };
}

function pythonHeaders(text: string): HeaderLine[] {
  return [...text.matchAll(/['"]([\w-]+)['"]: b?(?:'([^']*)'|"([^"]*)")/g)].map(
    ([, name = "", one, other]) => [name, one ?? other ?? ""],
  );
}

/** `Method: GET, RequestUri: 'https://…', Version: 1.1, Content: …, Headers:\n{\n  Accept: …\n}` */
function dotNetRequest(text: string): SeenRequest | undefined {
  const found = /Method: (\w+), RequestUri: '([^']*)'[^\n]*Headers:\s*\{([^}]*)\}/.exec(text);
  return found
    ? { method: found[1], url: found[2], headers: headersIn((found[3] ?? "").split("\n")) }
    : undefined;
}
