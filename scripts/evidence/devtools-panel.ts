import type { ObservedResponse } from "#diagnosis/observed";
import type { HeaderLine } from "#sigv4/request";
import type { SeenRequest } from "./seen-request";

/**
 * The exchange that a browser's Network panel shows under Headers, as people copy it: `Request URL: https://…`, and in newer
 * ones each name and value on lines of their own. Postman's console is read too: `PUT https://…`, then `Request Headers:`
 * with each value in quotes.
 */
export function exchangeOfPanel(
  text: string,
): { readonly request: SeenRequest; readonly response: ObservedResponse } | undefined {
  const lines = text.split("\n").map((line) => line.trim().slice(0, LONGEST_LINE));
  const console = consoleLine(lines);
  const url = textBehind(lines, "Request URL") ?? console?.[2];
  if (url === undefined || !/^https?:\/\//.test(url)) return undefined;
  const response = section(lines, "Response Headers");
  const status = /^\d{3}/.exec(textBehind(lines, "Status Code")?.replace(/^\W+/, "") ?? "")?.[0];
  return {
    request: {
      method: textBehind(lines, "Request Method") ?? console?.[1],
      url,
      headers: section(lines, "Request Headers").filter(([name]) => !/^:(method|path|scheme)$/.test(name)),
    },
    response: { status: status === undefined ? undefined : Number(status), headers: response, body: "" },
  };
}

// ---------------------------------------------------------------------------------------------------- internal

const LONGEST_LINE = 20_000;

const SECTION =
  /^(General|Response Headers|Request Headers|Query String Parameters|Form Data|Request Payload|View (source|parsed|URL encoded)|Payload|Preview|Response( Body)?)\b[^:]*:?$/i;

/** The first line of Postman's console: `PUT https://…`, maybe with the status and the time that it took. */
function consoleLine(lines: readonly string[]): RegExpExecArray | undefined {
  const isConsole = lines.some((line) => /^Request Headers:?$/.test(line));
  const first = isConsole ? lines.find((line) => CONSOLE_LINE.test(line)) : undefined;
  return first === undefined ? undefined : (CONSOLE_LINE.exec(first) ?? undefined);
}

const CONSOLE_LINE = /^([A-Z]{3,7}) (https?:\/\/\S+)/;

/** The value behind a name: in its line, or in the next one. */
function textBehind(lines: readonly string[], name: string): string | undefined {
  const at = lines.findIndex((line) => line === name || line.startsWith(`${name}:`));
  if (at < 0) return undefined;
  return lines[at]?.slice(name.length + 1).trim() || lines[at + 1];
}

function section(lines: readonly string[], title: string): HeaderLine[] {
  const start = lines.findIndex((line) => line.startsWith(title));
  if (start < 0) return [];
  const rest = lines.slice(start + 1);
  const end = rest.findIndex((line) => SECTION.test(line));
  const own = rest.slice(0, end < 0 ? undefined : end).filter((line) => line !== "");
  const isInline = own.some((line) => /^:?[\w-]+:\s*\S/.test(line) && !/^:[a-z]+:?$/.test(line));
  return isInline
    ? own.flatMap((line): HeaderLine[] => {
        const [, name, value] = /^(:?[\w-]+):\s*(.*)$/.exec(line) ?? [];
        return name === undefined ? [] : [[name, (value ?? "").replace(/^"(.*)"$/, "$1")]];
      })
    : pairs(own);
}

function pairs(lines: readonly string[]): HeaderLine[] {
  return lines.flatMap((line, at): HeaderLine[] =>
    at % 2 === 0 && /^:?[\w-]+:?$/.test(line) ? [[line.replace(/(.):$/, "$1"), lines[at + 1] ?? ""]] : [],
  );
}
