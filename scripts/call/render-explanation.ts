import { type Paint, SCREEN_WIDTH, wrap } from "#cli/table";
import { type CanonicalPart, parseCanonicalRequest } from "#diagnosis/compare-canonical";
import { paragraph } from "#diagnosis/render";
import { maskCanonical } from "#text/secrets";
import type { Explanation } from "./explanation";

/** Where the settings of a signature were found. */
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
    `${paint("bold", "Signature")}  ${paint("dim", "every step of it; names are those of AWS's documentation")}\n`,
    step(
      1,
      "Create a canonical request",
      rows(canonicalRows(canonical)),
      note(
        `CanonicalURI is the path as sent, each segment encoded once more. HashedPayload is the SHA-256 of the body${steps.isBodyEmpty ? ", here of an empty one" : ""}.${isMasked ? " What ends in (… characters) is masked here and goes in whole." : ""}`,
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
      note("None of these keys is shown: whoever has one can sign."),
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
        ? [["session token", "", "in X-Amz-Security-Token; temporary keys have one"] as const]
        : []),
      ["region", steps.region, sources.region],
      ["service", steps.service, "the name that every API of API Gateway is signed for"],
    ]),
    `${paint("bold", "From the request")}\n`,
    rows([
      ["method, path, query", "as they are sent"],
      ["headers", "those that SignedHeaders lists, host at least"],
      ["body", "its SHA-256"],
      ["time", steps.amzDate, "X-Amz-Date; API Gateway takes 5 minutes on either side"],
    ]),
  ].join("");
}

// ---------------------------------------------------------------------------------------------------- internal

const INDENT = "  ";
const GAP = "  ";
const NAME_WIDTH = 24;

/** A name, the lines of its value, and a remark. */
type Row = readonly [name: string, value: string | readonly string[], remark?: string];

/** A value beside its name, or below it where a line is too long for the screen; its remark wherever there is room. */
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

/** The four parts of the header, a line each. */
function authorizationLines(value: string): readonly string[] {
  return value.replace(" ", "\n").replaceAll(/, */g, ",\n").split("\n");
}

/** Each line of a canonical request behind the name of what it is. */
function canonicalRows(text: string): readonly Row[] {
  const parsed = parseCanonicalRequest(text);
  if (!parsed) throw new Error("a canonical request of our own has not its form");
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
