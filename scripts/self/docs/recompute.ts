import { createHmac } from "node:crypto";
import type { Explanation } from "#call/explanation";

/** One of the keys from which the signing key is derived: its name, its text, and the key in hex. */
export type DerivedKey = readonly [name: string, text: string, hex: string];

/**
 * The keys that lead to the signing key, each the HMAC of a text with the previous key. Use them only for a page whose
 * secret is an example: anyone who has one of them can sign.
 */
export function deriveKeys(secretAccessKey: string, { credentialScope }: Explanation): readonly DerivedKey[] {
  const names = ["DateKey", "DateRegionKey", "DateRegionServiceKey", "SigningKey"];
  let key = Buffer.from(`AWS4${secretAccessKey}`);
  return credentialScope.split("/").map((text, index) => {
    key = createHmac("sha256", key).update(text).digest();
    return [names[index] ?? "", text, key.toString("hex")];
  });
}

/** A short program that computes the signature again, only from values on the page. */
export function recomputeProgram(
  { canonicalRequest, amzDate, credentialScope }: Explanation,
  secretAccessKey: string,
): string {
  const lines = canonicalRequest.split("\n").map((line) => `  ${JSON.stringify(line)},`);
  return `\
const { createHash, createHmac } = require("node:crypto");
const sha256 = (text) => createHash("sha256").update(text).digest("hex");
const hmac = (key, text) => createHmac("sha256", key).update(text).digest();

const canonicalRequest = [
${lines.join("\n")}
].join("\\n");
const scope = ${JSON.stringify(credentialScope)};
const stringToSign = ["AWS4-HMAC-SHA256", ${JSON.stringify(amzDate)}, scope, sha256(canonicalRequest)].join("\\n");
const signingKey = scope.split("/").reduce(hmac, ${JSON.stringify(`AWS4${secretAccessKey}`)});
console.log(hmac(signingKey, stringToSign).toString("hex"));
`;
}
