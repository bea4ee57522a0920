const INT = { least: -(2n ** 31n), greatest: 2n ** 31n - 1n };
const LONG = { least: -(2n ** 63n), greatest: 2n ** 63n - 1n };

/** Whether a whole number is an Integer of Java: anything larger does not fit where a method takes an `int`. */
export function isInt(value: bigint): boolean {
  return value >= INT.least && value <= INT.greatest;
}

export function isLong(value: bigint): boolean {
  return value >= LONG.least && value <= LONG.greatest;
}

/**
 * A Double as Java prints it: at least one digit after the point, and a power of ten from 10^7 on and below 10^-3.
 * Source: https://docs.oracle.com/en/java/javase/17/docs/api/java.base/java/lang/Double.html#toString(double)
 */
export function formatDouble(value: number): string {
  if (Number.isNaN(value)) return "NaN";
  if (!Number.isFinite(value)) return value > 0 ? "Infinity" : "-Infinity";
  if (value === 0) return Object.is(value, -0) ? "-0.0" : "0.0";
  const [digits = "", power = "0"] = Math.abs(value).toExponential().split("e");
  const sign = value < 0 ? "-" : "";
  const exponent = Number(power);
  if (exponent >= 7 || exponent < -3)
    return `${sign}${digits.includes(".") ? digits : `${digits}.0`}E${exponent}`;
  const text = String(Math.abs(value));
  return `${sign}${text.includes(".") ? text : `${text}.0`}`;
}
