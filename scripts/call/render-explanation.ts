import { type Paint, SCREEN_WIDTH, wrap } from "#cli/table";
import { type CanonicalPart, parseCanonicalRequest } from "#diagnosis/compare-canonical";
import { paragraph } from "#diagnosis/render";
import { maskCanonical } from "#text/secrets";
import type { Explanation } from "./explanation";

/** The sources of a signature's settings. */
export interface Sources {
  readonly credentials: string;
  readonly region: string;
}

/**
 * The calculation, step by step, under the headings of AWS's documentation.
 * Source: https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_sigv-create-signed-request.html
 */
export function renderExplanation(steps: Explanation, sources: Sources, paint: Paint): string {
  const canonical = maskCanonical(steps.canonicalRequest);
  const isMasked = canonical !== steps.canonicalRequest;
  const step = (number: number, title: string, ...lines: string[]) =>
    `\n${paint("bold", `${number}. ${title}`)}\n${lines.join("")}`;
  const note = (text: string) => paint("dim", paragraph(text, "  "));
  const rows = (list: readonly Row[]) => list.map((row) => renderRow(row, paint)).join("");
  const [algorithm = "", time = "", scope = "", hash = ""] = steps.stringToSign.split("\n");

  return [
    `${paint("bold", "Signature")}  ${paint("dim", "every step, with the names of AWS's documentation")}\n`,
    step(
      1,
      "Create a canonical request",
      rows(canonicalRows(canonical)),
      note(
        `CanonicalURI is the path as sent, each segment encoded once more. HashedPayload is the SHA-256 of the body${steps.isBodyEmpty ? ", which is empty here" : ""}.${isMasked ? " Values that end in (… characters) are masked here; the calculation uses them in full." : ""}`,
      ),
    ),
    step(2, "Create a hash of the canonical request", rows([["SHA-256", steps.canonicalRequestHash]])),
    step(
      3,
      "Create a string to sign",
      rows([
        ["Algorithm", algorithm],
        ["RequestDateTime", time],
        ["CredentialScope", scope],
        ["HashedCanonicalRequest", hash],
      ]),
    ),
    step(
      4,
      "Derive a signing key",
      rows(steps.signingKeyDerivation),
      note("These keys are not shown: anyone who has one of them can sign."),
    ),
    step(5, "Calculate the signature", rows([["Signature", [steps.signature, steps.signatureFormula]]])),
    step(
      6,
      "Add the signature to the request",
      rows([["Authorization", authorizationLines(steps.authorization)]]),
    ),
    `\n${paint("bold", "From configuration")}  ${paint("dim", "cannot be derived from the request")}\n`,
    rows([
      ["access key id", steps.accessKeyId, sources.credentials],
      ["secret access key", "", "never sent, never shown"],
      ...(steps.hasSessionToken
        ? [["session token", "", "in X-Amz-Security-Token, for temporary credentials"] as const]
        : []),
      ["region", steps.region, sources.region],
      ["service", steps.service, "the service name of every API of API Gateway"],
    ]),
    `${paint("bold", "From the request")}\n`,
    rows([
      ["method, path, query", "as they are sent"],
      ["headers", "those that SignedHeaders lists, host at least"],
      ["body", "its SHA-256"],
      ["time", steps.amzDate, "X-Amz-Date; API Gateway accepts 5 minutes before and after"],
    ]),
  ].join("");
}

// ---------------------------------------------------------------------------------------------------- internal

const INDENT = "  ";
const GAP = "  ";
const NAME_WIDTH = 24;

/** A name, the lines of its value, and a remark. */
type Row = readonly [name: string, value: string | readonly string[], remark?: string];

/** A value after its name, or below it if a line is too long for the screen; the remark goes where there is room. */
function renderRow([name, value, remark = ""]: Row, paint: Paint): string {
  const values = typeof value === "string" ? [value] : value;
  const room = SCREEN_WIDTH - INDENT.length - NAME_WIDTH;
  const isWide = values.some((line) => line.length > room);
  const last = values.at(-1) ?? "";
  const isBeside = last.length + GAP.length + remark.length <= room;
  const remarks = (remark ? wrap(remark, room) : []).map((line) => paint("dim", line));
  const lines = isBeside
    ? [...values.slice(0, -1), [last, ...remarks].filter(Boolean).join(GAP)]
    : [...values, ...remarks];
  const head = `${INDENT}${paint("dim", isWide ? name : name.padEnd(NAME_WIDTH))}`;
  const column = `\n${INDENT}${isWide ? INDENT : " ".repeat(NAME_WIDTH)}`;
  return `${head}${isWide ? column : ""}${lines.join(column)}\n`;
}

/** The four parts of the header, one per line. */
function authorizationLines(value: string): readonly string[] {
  return value.replace(" ", "\n").replaceAll(/, */g, ",\n").split("\n");
}

/** Each line of a canonical request after its name. */
function canonicalRows(text: string): readonly Row[] {
  const parsed = parseCanonicalRequest(text);
  if (!parsed) throw new Error("our own canonical request is not well-formed");
  const headers = parsed.headers.map(([name, value]) => `${name}:${value}`);
  return [
    ["HTTPMethod", parsed.method],
    ["CanonicalURI", parsed.uri],
    ["CanonicalQueryString", parsed.query || "(empty line)"],
    ["CanonicalHeaders", [...headers, "(empty line)"]],
    ["SignedHeaders", parsed.signedHeaders],
    ["HashedPayload", parsed.payloadHash],
  ] satisfies readonly (readonly [CanonicalPart, ...unknown[]])[];
}
