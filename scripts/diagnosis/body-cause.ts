import { createHash } from "node:crypto";
import { EMPTY_PAYLOAD_HASH } from "#sigv4/canonical-request";
import type { MismatchCause } from "./diagnosis";

/**
 * Why two payload hashes differ.
 * @param body - the body that was sent, where it is known
 */
export function bodyCause(client: string, gateway: string, body: Uint8Array | undefined): MismatchCause {
  if (!/^[0-9a-f]{64}$/i.test(client)) {
    return {
      fault: "body-not-hashed",
      cause: `The body was not hashed: '${client}' stands in place of its SHA-256, which execute-api does not honour.`,
      advice: "Sign the SHA-256 of the body as lower-case hex; of an empty one too.",
    };
  }
  if (client.toLowerCase() === gateway) {
    return {
      fault: "body-not-hashed",
      cause: "The payload hash was written with upper-case hex digits.",
      advice: "Write the SHA-256 in lower-case hex.",
    };
  }
  if (client === EMPTY_PAYLOAD_HASH) {
    return {
      fault: "body-not-hashed",
      cause: "The request was signed as one without a body, and one arrived.",
      advice: "Give the signer the body as it is sent.",
    };
  }
  if (gateway === EMPTY_PAYLOAD_HASH) {
    return {
      fault: "body-lost",
      cause:
        "A body was signed and none arrived: the HTTP client did not send it (with GET many do not), or a redirect or proxy dropped it.",
      advice: "Send the body that was signed, or sign none; do not follow redirects with a signed request.",
    };
  }
  const change = body && knownChange(Buffer.from(body), client, gateway);
  return {
    fault: "body-changed",
    cause: `The body that arrived is not the one that was signed${change ? `: ${change}` : ": it was serialized again, re-encoded or altered behind the signer"}.`,
    advice: "Serialize the body once, sign those bytes and send the same (curl: --data-binary, not --data).",
  };
}

/** What HTTP clients do to a body, if one of it turns the one hash into the other. */
function knownChange(body: Buffer, client: string, gateway: string): string | undefined {
  const text = body.toString("latin1");
  const variants: readonly (readonly [what: string, text: string])[] = [
    ["line breaks", text.replace(/[\r\n]/g, "")],
    ["the line break at its end", text.replace(/\r?\n$/, "")],
    ["a line break at its end", `${text}\n`],
    ["CRLF line ends", text.replace(/\r?\n/g, "\r\n")],
    ["LF line ends", text.replace(/\r\n/g, "\n")],
  ];
  const hashes = [client, gateway];
  const found = variants.find(
    ([, variant]) => variant !== text && hashes.includes(sha256(Buffer.from(variant, "latin1"))),
  );
  return found && hashes.includes(sha256(body)) ? `they differ by ${found[0]}` : undefined;
}

function sha256(bytes: Uint8Array): string {
  return createHash("sha256").update(bytes).digest("hex");
}
