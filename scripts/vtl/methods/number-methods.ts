import { isInt, isLong } from "../values/java-number";
import type { Value } from "../values/value";
import { asInt, failed, methodTable } from "./method";

/**
 * Of an Integer or a Long. `#set($Integer = 0)$Integer.parseInt($text)` is how templates read a number, by the static
 * methods that any Integer has.
 * Source: https://docs.oracle.com/en/java/javase/17/docs/api/java.base/java/lang/Integer.html
 */
export const WHOLE_NUMBER_METHODS = methodTable<bigint>(
  "a whole number",
  "bitCount byteValue compare compareUnsigned decode describeConstable divideUnsigned floatValue getInteger getLong " +
    "highestOneBit lowestOneBit max min numberOfLeadingZeros numberOfTrailingZeros parseUnsignedInt remainderUnsigned " +
    "resolveConstantDesc reverse reverseBytes rotateLeft rotateRight shortValue signum sum toBinaryString toHexString " +
    "toOctalString toUnsignedLong toUnsignedString abs add and divide gcd mod modPow multiply negate pow subtract testBit",
  [
    ["intValue", [0], (self) => BigInt.asIntN(32, self)],
    ["longValue", [0], (self) => BigInt.asIntN(64, self)],
    ["doubleValue", [0], (self) => Number(self)],
    ["equals", [1], (self, [other]) => self === other],
    ["compareTo", [1], (self, [other]) => (typeof other === "bigint" ? order(self, other) : undefined)],
    ["parseInt", [1, 2], (self, args) => (isInt(self) ? parseWhole(args, isInt) : null)],
    ["parseLong", [1, 2], (self, args) => (isInt(self) ? null : parseWhole(args, isLong))],
    ["valueOf", [1, 2], (self, args) => parseWhole(args, isInt(self) ? isInt : isLong)],
  ],
);

/** Source: https://docs.oracle.com/en/java/javase/17/docs/api/java.base/java/lang/Double.html */
export const DOUBLE_METHODS = methodTable<number>(
  "a decimal number",
  "byteValue compare describeConstable doubleToLongBits floatValue isFinite isInfinite isNaN longBitsToDouble max min " +
    "resolveConstantDesc shortValue sum toHexString",
  [
    ["intValue", [0], (self) => truncate(self, 32)],
    ["longValue", [0], (self) => truncate(self, 64)],
    ["doubleValue", [0], (self) => self],
    ["equals", [1], (self, [other]) => self === other],
    ["compareTo", [1], (self, [other]) => (typeof other === "number" ? order(self, other) : undefined)],
    ["parseDouble", [1], (_, [text]) => parseDouble(text)],
    ["valueOf", [1], (_, [text]) => parseDouble(text)],
  ],
);

export const BOOLEAN_METHODS = methodTable<boolean>(
  "a boolean",
  "compare compareTo describeConstable getBoolean logicalAnd logicalOr logicalXor valueOf",
  [
    ["booleanValue", [0], (self) => self],
    ["equals", [1], (self, [other]) => self === other],
    [
      "parseBoolean",
      [1],
      (_, [text]) => (typeof text === "string" ? text.toLowerCase() === "true" : undefined),
    ],
  ],
);

// ---------------------------------------------------------------------------------------------------- internal

function order<T extends bigint | number>(left: T, right: T): Value {
  return left < right ? -1n : left > right ? 1n : 0n;
}

function parseWhole(
  [text, base = 10n]: readonly Value[],
  fits: (value: bigint) => boolean,
): Value | undefined {
  const radix = asInt(base);
  if (typeof text !== "string" || radix === undefined) return undefined;
  if (radix !== 10) throw failed(`got the radix ${radix}, expected 10`);
  const value = /^[+-]?\d{1,20}$/.test(text) ? BigInt(text.replace(/^\+/, "")) : undefined;
  if (value === undefined || !fits(value))
    throw failed("got a text to parse that is not a whole number in range");
  return value;
}

function parseDouble(text: Value | undefined): Value | undefined {
  if (typeof text !== "string") return undefined;
  if (!/^\s*[+-]?(?:\d{1,400}\.?\d{0,400}|\.\d{1,400})(?:[eE][+-]?\d{1,4})?\s*$/.test(text))
    throw failed("got a text to parse that is not a number");
  return Number(text);
}

/** Java cuts the fraction off, and takes the nearest number that fits. */
function truncate(value: number, bits: number): bigint {
  if (Number.isNaN(value)) return 0n;
  const least = -(2n ** BigInt(bits - 1));
  const greatest = -least - 1n;
  if (value >= Number(greatest)) return greatest;
  if (value <= Number(least)) return least;
  return BigInt(Math.trunc(value));
}
