import { isChangedHeader } from "#sigv4/changed-headers";
import { mistakesBetween } from "#sigv4/mistakes";
import { type Signing, withHeader } from "#sigv4/signing";
import type { ComparedLine } from "./compare-canonical";
import type { MismatchCause } from "./diagnosis";
import { told } from "./told";

/**
 * Why a line of the canonical headers differs. Values are quoted only of the host: others may be secrets.
 * @param gatewaySide - what arrived
 */
export function headerCause(
  { header = "", client, gateway }: ComparedLine,
  gatewaySide: Signing,
): MismatchCause {
  const signed = fieldValue(client);
  const arrived = fieldValue(gateway);
  const clientSide = withHeader(gatewaySide, header, signed ?? "");
  if (!arrived && signed && !isChangedHeader(header)) {
    return header === "x-amz-security-token" ? TOKEN_NOT_SENT : notSent(header);
  }
  if (header === "x-amz-security-token") {
    return {
      fault: "session-token-missing",
      cause: signed
        ? "Another session token was signed than arrived."
        : "The session token arrived and is listed as signed, but its value was left out of the canonical request.",
      advice: "Set X-Amz-Security-Token before signing, sign it, and send that same value.",
    };
  }
  if (signed === undefined) {
    return {
      fault: "signed-headers-changed",
      cause: `'${header}' is listed in SignedHeaders, but the canonical request of the client has no line for it.`,
      advice: "Write a line for every header that SignedHeaders lists, and list no other.",
    };
  }
  const known = told(mistakesBetween("headers", clientSide, gatewaySide, header), clientSide, gatewaySide);
  if (known !== undefined) return known;
  return {
    fault: "header-changed",
    cause: `The header '${header}' arrived with another value than was signed${likeliest(header)}.`,
    advice: VOLATILE.test(header)
      ? `Do not sign '${header}': host and X-Amz-* headers are enough.`
      : `Sign the value that is sent (white space around it cut, runs of spaces made one), or do not sign '${header}'.`,
  };
}

/** Headers that HTTP clients and proxies set as they see fit. */
const VOLATILE =
  /^(accept.*|cache-control|connection|content-length|expect|forwarded|keep-alive|te|trailer|transfer-encoding|upgrade|user-agent|via|x-amzn-trace-id|x-forwarded-.*)$/;

const TOKEN_NOT_SENT: MismatchCause = {
  fault: "session-token-missing",
  cause: "The session token was signed and did not arrive.",
  advice: "Send X-Amz-Security-Token with the value that was signed; temporary credentials (ASIA…) need it.",
};

function notSent(header: string): MismatchCause {
  return {
    fault: "header-not-sent",
    cause: `The header '${header}' was signed and did not arrive: the client did not send it, or a proxy took it out.`,
    advice: `Send '${header}' as it was signed, or do not sign it.`,
  };
}

/** A header without a value in the gateway's canonical request: it arrived so, or did not arrive. */
export function emptyCause(header: string): MismatchCause {
  return {
    fault: "header-not-sent",
    cause: `The header '${header}' is listed as signed and arrived empty or not at all: the client did not send it, or a proxy took it out.`,
    advice: `Send '${header}' as it was signed, or do not sign it.`,
  };
}

function likeliest(header: string): string {
  if (VOLATILE.test(header)) return ": HTTP clients and proxies set it as they see fit";
  if (header === "x-amz-date") return ": the request was signed at one time and sent with another";
  return ": a proxy changed it, or the client did after signing";
}

function fieldValue(line: string | undefined): string | undefined {
  return line?.slice(line.indexOf(":") + 1);
}
