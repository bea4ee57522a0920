import { createECDH, createHmac, createPublicKey, type KeyObject } from "node:crypto";
import { ALGORITHM_V4A } from "./string-to-sign";

/**
 * The public key that SigV4A signatures of an access key verify with. A holder of the secret can derive the key pair:
 * it is the access key's own, whatever the date, region and service.
 */
export function publicKey(accessKeyId: string, secretAccessKey: string): KeyObject {
  const pair = createECDH("prime256v1");
  pair.setPrivateKey(privateKey((counter) => candidate(accessKeyId, secretAccessKey, counter)));
  const point = pair.getPublicKey(); // 0x04, then the coordinates
  const [x, y] = [point.subarray(1, 33), point.subarray(33)].map((bytes) => bytes.toString("base64url"));
  return createPublicKey({ key: { kty: "EC", crv: "P-256", x, y }, format: "jwk" });
}

/**
 * The private key: the first candidate that is at most the order of the curve minus 2, plus 1, which makes every key
 * from 1 to the order minus 1 equally likely.
 * Source: https://github.com/awslabs/aws-c-auth/blob/main/source/key_derivation.c
 *
 * @param candidateOf - 32 bytes for each counter from 1
 * @returns 32 bytes
 * @throws RangeError where 254 candidates are too large: the chance is 2 to the power of -8128
 */
export function privateKey(candidateOf: (counter: number) => Buffer): Buffer {
  for (let counter = 1; counter <= 254; counter += 1) {
    const number = BigInt(`0x${candidateOf(counter).toString("hex")}`);
    if (number <= ORDER_MINUS_2) return Buffer.from((number + 1n).toString(16).padStart(64, "0"), "hex");
  }
  throw new RangeError(
    "no private key can be derived from this access key: all 254 candidates are too large",
  );
}

/** The order of the group of P-256, minus 2. Source: https://csrc.nist.gov/pubs/sp/800/186/final */
const ORDER_MINUS_2 = 0xffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551n - 2n;

/**
 * A candidate: one block of the key derivation in counter mode, with HMAC-SHA-256 under the secret access key. Its input
 * is the block's number, the algorithm as label, a zero, the access key id and the counter as context, and the length
 * in bits.
 * Source: https://csrc.nist.gov/pubs/sp/800/108/r1/upd1/final, section 4.1
 */
function candidate(accessKeyId: string, secretAccessKey: string, counter: number): Buffer {
  return createHmac("sha256", `AWS4A${secretAccessKey}`)
    .update(uint32(1))
    .update(`${ALGORITHM_V4A}\0${accessKeyId}`)
    .update(Buffer.of(counter))
    .update(uint32(256))
    .digest();
}

function uint32(number: number): Buffer {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32BE(number);
  return bytes;
}
