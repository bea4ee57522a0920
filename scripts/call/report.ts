import type { Diagnosis } from "#diagnosis/diagnosis";
import type { HeaderLine } from "#sigv4/request";
import { parseJson } from "#text/parse-json";
import { type Mask, maskCanonical, maskedJson, maskHeader } from "#text/secrets";
import type { Exchange } from "./exchange";
import type { Explanation } from "./explanation";

/** The result of `call`, for programs. */
export interface Report {
  readonly exchange: Exchange;
  readonly explanation?: Explanation;
  readonly diagnosis?: Diagnosis;
}

/** The report as JSON, with every secret masked. A body that is JSON is a value, another body is a string. */
export function toJson({ exchange, explanation, diagnosis }: Report, mask: Mask): string {
  const { request, url, answer } = exchange;
  const showSignature = explanation !== undefined;
  const report = {
    request: {
      method: request.method,
      url,
      headers: headersOf(request.headers, showSignature),
      ...(request.body.length > 0 && { body: bodyOf(request.body) }),
    },
    response: {
      status: answer.status,
      statusText: answer.statusText,
      headers: headersOf(answer.headers, false),
      body: bodyOf(answer.body),
      milliseconds: Math.round(answer.milliseconds),
    },
    ...(explanation && { explanation }),
    ...(diagnosis && { diagnosis }),
  };
  return maskedJson(report, (text) => maskCanonical(mask(text)));
}

// ---------------------------------------------------------------------------------------------------- internal

/** Names in lower case; the values of repeated lines joined. */
function headersOf(lines: readonly HeaderLine[], showSignature: boolean): Record<string, string> {
  const headers = new Map<string, string>();
  for (const line of lines) {
    const name = line[0].toLowerCase();
    const value = maskHeader(line, showSignature);
    const earlier = headers.get(name);
    headers.set(name, earlier === undefined ? value : `${earlier}, ${value}`);
  }
  return Object.fromEntries(headers);
}

function bodyOf(body: Uint8Array): unknown {
  const text = Buffer.from(body).toString();
  const json = parseJson(text);
  return json === undefined ? text : json;
}
