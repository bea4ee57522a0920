import type { ArithmeticOperator } from "../parse/syntax";
import { isLong } from "../values/java-number";
import type { Value } from "../values/value";
import { VtlError } from "../vtl-error";

/**
 * A calculation of two numbers: of whole ones if both are, so that `7 / 2` is 3; null if one of them is not a number,
 * and for a division by zero. Whole numbers grow beyond a Long, as in Velocity.
 * Source: https://velocity.apache.org/engine/1.7/user-guide.html#math
 */
export function calculate(operator: ArithmeticOperator, left: Value, right: Value): Value {
  if (typeof left === "bigint" && typeof right === "bigint") return whole(operator, left, right);
  if (!isNumber(left) || !isNumber(right)) return null;
  for (const operand of [left, right])
    if (typeof operand === "bigint" && !isLong(operand))
      throw new VtlError("unsupported", "got a decimal number and a whole one that does not fit into a Long");
  return decimal(operator, Number(left), Number(right));
}

// ---------------------------------------------------------------------------------------------------- internal

/** 2 to the power of these is as far as numbers may grow. */
const MOST_BITS = 4_096n;

function isNumber(value: Value): value is bigint | number {
  return typeof value === "bigint" || typeof value === "number";
}

function whole(operator: ArithmeticOperator, left: bigint, right: bigint): Value {
  if (right === 0n && (operator === "/" || operator === "%")) return null;
  const result = {
    "+": () => left + right,
    "-": () => left - right,
    "*": () => left * right,
    "/": () => left / right,
    "%": () => left % right,
  }[operator]();
  if (result >= 2n ** MOST_BITS || result <= -(2n ** MOST_BITS))
    throw new VtlError("limit", `got a number of more than ${MOST_BITS} bits`);
  return result;
}

function decimal(operator: ArithmeticOperator, left: number, right: number): Value {
  if (right === 0 && (operator === "/" || operator === "%")) return null;
  return {
    "+": () => left + right,
    "-": () => left - right,
    "*": () => left * right,
    "/": () => left / right,
    "%": () => left % right,
  }[operator]();
}
