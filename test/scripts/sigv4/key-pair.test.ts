import { privateKey, publicKey } from "#sigv4/key-pair";

const ORDER = 0xffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551n;
const bytes = (number: bigint): Buffer => Buffer.from(number.toString(16).padStart(64, "0"), "hex");

/** AWS's vectors have one access key, whose first candidate serves: the others are tried here. */
test.each([
  { name: "0", candidates: [0n], key: 1n },
  { name: "255, whose sum carries", candidates: [255n], key: 256n },
  { name: "the order minus 2, the largest", candidates: [ORDER - 2n], key: ORDER - 1n },
  { name: "the second where the first is too large by 1", candidates: [ORDER - 1n, 7n], key: 8n },
  { name: "the third", candidates: [2n ** 256n - 1n, ORDER, 9n], key: 10n },
])("the private key of candidate $name is the next number", ({ candidates, key }) => {
  const asked: number[] = [];
  const result = privateKey((counter) => {
    asked.push(counter);
    return bytes(candidates[counter - 1] ?? 0n);
  });
  expect(result).toEqual(bytes(key));
  expect(asked).toEqual(candidates.map((_, index) => index + 1));
});

test("there are 254 candidates", () => {
  const serving = (last: number) => privateKey((counter) => bytes(counter === last ? 1n : ORDER));
  expect(serving(254)).toEqual(bytes(2n));
  expect(() => serving(255)).toThrow(RangeError);
});

test("the key pair depends on the secret and on the access key id", () => {
  const of = (accessKeyId: string, secretAccessKey: string) =>
    publicKey(accessKeyId, secretAccessKey).export({ format: "jwk" });
  expect(of("AKIA", "secret")).toEqual(of("AKIA", "secret"));
  expect(of("AKIA", "secret")).not.toEqual(of("AKIA", "secreT"));
  expect(of("AKIA", "secret")).not.toEqual(of("AKIB", "secret"));
});
