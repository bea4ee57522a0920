import type { Paint } from "#cli/table";
import type { HeaderLine } from "#sigv4/request";
import { parseJson } from "#text/parse-json";
import { type Mask, maskHeader } from "#text/secrets";
import type { Exchange } from "./exchange";

/** How an exchange is shown. */
export interface Shown {
  readonly paint: Paint;
  /** Removes secrets, and characters that would control the terminal. */
  readonly mask: Mask;
  /** Whether to show the whole signature. */
  readonly showSignature: boolean;
}

/**
 * The request as it went over the wire: request line, headers, body.
 * @param how - a remark after the heading, such as the signer
 */
export function renderRequest({ request, url }: Exchange, how: string, shown: Shown): string {
  const { paint, mask } = shown;
  const body = request.body.length > 0 ? `\n${indented(prettyBody(request.body, mask))}` : "";
  return [
    `${paint("bold", "Request")}  ${paint("dim", how)}\n`,
    `  ${paint("cyan", request.method)} ${mask(url)}\n`,
    ...request.headers.map((header) => headerLine(header, shown)),
    body,
  ].join("");
}

/** The answer: status, headers, and body. JSON is indented. */
export function renderAnswer({ answer }: Exchange, shown: Shown): string {
  const { paint, mask } = shown;
  const { status, statusText, milliseconds } = answer;
  const colour = status < 400 ? "green" : status < 500 ? "yellow" : "red";
  const body = answer.body.length > 0 ? `\n${indented(prettyBody(answer.body, mask))}` : "";
  return [
    `${paint("bold", "Response")}  ${paint([colour, "bold"], `${status} ${mask(statusText)}`)}  ${paint("dim", `${milliseconds.toFixed(0)} ms`)}\n`,
    ...answer.headers.map((header) => headerLine(header, shown)),
    body,
  ].join("");
}

// ---------------------------------------------------------------------------------------------------- internal

function headerLine(header: HeaderLine, { paint, mask, showSignature }: Shown): string {
  const name = paint("dim", `${header[0]}:`);
  const value = mask(maskHeader(header, showSignature));
  if (header[0].toLowerCase() !== "authorization" || !value.startsWith("AWS4-"))
    return `  ${name} ${value}\n`;
  // It is long, and has four parts.
  return `  ${name} ${value.replace(" ", "\n    ").replaceAll(/, */g, ",\n    ")}\n`;
}

function prettyBody(body: Uint8Array, mask: Mask): string {
  const text = Buffer.from(body).toString();
  const json = parseJson(text);
  return mask(json === undefined ? text : JSON.stringify(json, null, 2));
}

function indented(text: string): string {
  return text
    .trimEnd()
    .split("\n")
    .map((line) => `  ${line}`.trimEnd())
    .map((line) => `${line}\n`)
    .join("");
}
