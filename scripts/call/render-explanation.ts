import { type CanonicalPart, parseCanonicalRequest } from "../diagnosis/compare-canonical";
import { paragraph } from "../diagnosis/layout";
import { maskCanonical } from "../diagnosis/secrets";
import type { Paint } from "../lib/table";
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
  const rows = (list: readonly (readonly [name: string, value: string])[]) =>
    list.map(([name, value]) => `  ${paint("dim", name.padEnd(NAME_WIDTH))}${value}\n`).join("");
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
    step(
      5,
      "Calculate the signature",
      rows([
        ["Signature", steps.signature],
        ["", steps.signatureFormula],
      ]),
    ),
    step(6, "Add the signature to the request", rows(authorizationRows(steps.authorization))),
    `\n${paint("bold", "From configuration")}  ${paint("dim", "cannot be derived from the request")}\n`,
    rows([
      ["access key id", `${steps.accessKeyId}  ${paint("dim", sources.credentials)}`],
      ["secret access key", paint("dim", "never sent, never shown")],
      ...(steps.hasSessionToken
        ? [
            [
              "session token",
              paint("dim", "sent in X-Amz-Security-Token; temporary credentials have one"),
            ] as const,
          ]
        : []),
      ["region", `${steps.region}  ${paint("dim", sources.region)}`],
      [
        "service",
        `${steps.service}  ${paint("dim", "the name that every API of API Gateway is signed for")}`,
      ],
    ]),
    `${paint("bold", "From the request")}\n`,
    rows([
      ["method, path, query", "as they are sent"],
      ["headers", "those that SignedHeaders lists, host at least"],
      ["body", "its SHA-256"],
      ["time", `${steps.amzDate}  ${paint("dim", "X-Amz-Date; API Gateway takes 5 minutes on either side")}`],
    ]),
  ].join("");
}

// ---------------------------------------------------------------------------------------------------- internal

const NAME_WIDTH = 24;

/** The four parts of the header, a line each. */
function authorizationRows(value: string): (readonly [name: string, line: string])[] {
  const parts = value.replace(" ", "\n").replaceAll(/, */g, ",\n").split("\n");
  return parts.map((part, index) => [index === 0 ? "Authorization" : "", part] as const);
}

/** Each line of a canonical request behind the name of what it is; a name stands at its first line only. */
function canonicalRows(text: string): (readonly [name: string, line: string])[] {
  const parsed = parseCanonicalRequest(text);
  if (!parsed) throw new Error("a canonical request of our own has not its form");
  const headers = parsed.headers.map(([name, value]) => `${name}:${value}`);
  const parts: readonly (readonly [CanonicalPart, readonly string[]])[] = [
    ["HTTPMethod", [parsed.method]],
    ["CanonicalURI", [parsed.uri]],
    ["CanonicalQueryString", [parsed.query || "(empty line)"]],
    ["CanonicalHeaders", [...headers, "(empty line)"]],
    ["SignedHeaders", [parsed.signedHeaders]],
    ["HashedPayload", [parsed.payloadHash]],
  ];
  return parts.flatMap(([part, lines]) =>
    lines.map((line, index) => [index === 0 ? part : "", line] as const),
  );
}
