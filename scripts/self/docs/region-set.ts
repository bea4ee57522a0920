import { createECDH, createHmac } from "node:crypto";
import type { Explanation } from "#call/explanation";
import { code, table } from "./markdown";

/**
 * The calculation of one SigV4A signature: the sections of the page that have its numbers. Use it only for a page whose
 * secret is an example: the private key can sign for every day, region and service.
 */
export function regionSetSections(
  steps: Explanation,
  secretAccessKey: string,
): Readonly<Record<string, string>> {
  const header = steps.authorization.replace(" ", "\n  ").replaceAll(/, */g, ",\n  ");
  return {
    "region-set-canonical-request": code("text", steps.canonicalRequest),
    "region-set-string-to-sign": code("text", steps.stringToSign),
    "region-set-keys": table(["value", "made from", "in hex"], keyRows(steps, secretAccessKey)),
    "region-set-header": code("text", `Authorization: ${header}`),
    "region-set-program": code("js", verifyProgram(steps, secretAccessKey)),
  };
}

// ---------------------------------------------------------------------------------------------------- internal

/** The key derivation in counter mode, whose first block is the candidate: all but one of 4 billion access keys stop there. */
function keyRows({ accessKeyId }: Explanation, secretAccessKey: string): string[][] {
  const context = Buffer.concat([
    Buffer.of(0, 0, 0, 1),
    Buffer.from(`AWS4-ECDSA-P256-SHA256\0${accessKeyId}`),
    Buffer.of(1),
    Buffer.of(0, 0, 1, 0),
  ]);
  const candidate = createHmac("sha256", `AWS4A${secretAccessKey}`).update(context).digest();
  const privateKey = (BigInt(`0x${candidate.toString("hex")}`) + 1n).toString(16).padStart(64, "0");
  const pair = createECDH("prime256v1");
  pair.setPrivateKey(privateKey, "hex");
  const point = pair.getPublicKey("hex");
  return [
    [
      "candidate",
      '`HMAC("AWS4A" + secret access key, 00000001 ‖ "AWS4-ECDSA-P256-SHA256" ‖ 00 ‖ access key id ‖ 01 ‖ 00000100)`',
      candidate.toString("hex"),
    ],
    ["private key", "candidate + 1", privateKey],
    ["public key, x", "private key × the base point of P-256", point.slice(2, 66)],
    ["public key, y", "", point.slice(66)],
  ].map(([name = "", from = "", hex]) => [name, from, `\`${hex}\``]);
}

/** A short program that derives the public key and verifies the signature, only from values on the page. */
function verifyProgram(
  { canonicalRequest, stringToSign, signature, accessKeyId }: Explanation,
  secretAccessKey: string,
): string {
  const lines = canonicalRequest.split("\n").map((line) => `  ${JSON.stringify(line)},`);
  const [algorithm, time, scope] = stringToSign.split("\n").map((line) => JSON.stringify(line));
  return `\
const { createECDH, createHash, createHmac, createPublicKey, verify } = require("node:crypto");
const sha256 = (text) => createHash("sha256").update(text).digest("hex");

const canonicalRequest = [
${lines.join("\n")}
].join("\\n");
const stringToSign = [${algorithm}, ${time}, ${scope}, sha256(canonicalRequest)].join("\\n");
const candidate = createHmac("sha256", ${JSON.stringify(`AWS4A${secretAccessKey}`)})
  .update("\\0\\0\\0\\x01AWS4-ECDSA-P256-SHA256\\0${accessKeyId}\\x01\\0\\0\\x01\\0")
  .digest("hex");
const pair = createECDH("prime256v1");
pair.setPrivateKey((BigInt("0x" + candidate) + 1n).toString(16).padStart(64, "0"), "hex");
const [x, y] = [[1, 33], [33, 65]].map((part) => pair.getPublicKey().subarray(...part).toString("base64url"));
const key = createPublicKey({ key: { kty: "EC", crv: "P-256", x, y }, format: "jwk" });
const signature = "${signature}";
console.log(verify("sha256", stringToSign, key, Buffer.from(signature, "hex")));
`;
}
