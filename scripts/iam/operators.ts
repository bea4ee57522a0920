import { BlockList, isIP } from "node:net";
import { matchesArn, matchesText } from "./arn-pattern";
import { equalButForCase } from "./fold-case";
import { substituteVariables, type Variables } from "./variables";
import { isUnknown, unknown, type Verdict } from "./verdict";

/** A condition operator without `IfExists`, `ForAllValues:` and `ForAnyValue:`. */
export interface ConditionOperator {
  /** Whether it asks that no value of the policy matches: `StringNotEquals`, `NotIpAddress`, … */
  readonly negated: boolean;
  /** Whether a value of the request matches a value of the policy; the negation is not yet applied. */
  readonly matches: Comparison;
}

type Comparison = (wanted: string, actual: string, variables: Variables) => Verdict;

/**
 * The condition operators by name. `Null` is not among them: it asks about the key, not about its value.
 * Source: https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_condition_operators.html
 */
export const CONDITION_OPERATORS: ReadonlyMap<string, ConditionOperator> = new Map([
  ["StringEquals", is(equalStrings)],
  ["StringNotEquals", isNot(equalStrings)],
  ["StringEqualsIgnoreCase", is(equalIgnoringCase)],
  ["StringNotEqualsIgnoreCase", isNot(equalIgnoringCase)],
  ["StringLike", is(matchesText)],
  ["StringNotLike", isNot(matchesText)],
  ["NumericEquals", is(numeric((actual, wanted) => actual === wanted))],
  ["NumericNotEquals", isNot(numeric((actual, wanted) => actual === wanted))],
  ["NumericLessThan", is(numeric((actual, wanted) => actual < wanted))],
  ["NumericLessThanEquals", is(numeric((actual, wanted) => actual <= wanted))],
  ["NumericGreaterThan", is(numeric((actual, wanted) => actual > wanted))],
  ["NumericGreaterThanEquals", is(numeric((actual, wanted) => actual >= wanted))],
  ["DateEquals", is(date((actual, wanted) => actual === wanted))],
  ["DateNotEquals", isNot(date((actual, wanted) => actual === wanted))],
  ["DateLessThan", is(date((actual, wanted) => actual < wanted))],
  ["DateLessThanEquals", is(date((actual, wanted) => actual <= wanted))],
  ["DateGreaterThan", is(date((actual, wanted) => actual > wanted))],
  ["DateGreaterThanEquals", is(date((actual, wanted) => actual >= wanted))],
  ["Bool", is(equalBooleans)],
  ["BinaryEquals", is(equalBytes)],
  ["IpAddress", is(inRange)],
  ["NotIpAddress", isNot(inRange)],
  ["ArnEquals", is(matchesArn)],
  ["ArnLike", is(matchesArn)],
  ["ArnNotEquals", isNot(matchesArn)],
  ["ArnNotLike", isNot(matchesArn)],
]);

function is(matches: Comparison): ConditionOperator {
  return { negated: false, matches };
}

function isNot(matches: Comparison): ConditionOperator {
  return { negated: true, matches };
}

function equalStrings(wanted: string, actual: string, variables: Variables): Verdict {
  const pieces = substituteVariables(wanted, variables);
  if (pieces === undefined) return false;
  if (isUnknown(pieces)) return pieces;
  return pieces.map((piece) => piece.text).join("") === actual;
}

function equalIgnoringCase(wanted: string, actual: string, variables: Variables): Verdict {
  const pieces = substituteVariables(wanted, variables);
  if (pieces === undefined) return false;
  if (isUnknown(pieces)) return pieces;
  return equalButForCase(pieces.map((piece) => piece.text).join(""), actual);
}

function numeric(compare: (actual: number, wanted: number) => boolean): Comparison {
  return comparing(toNumber, "number", compare);
}

function date(compare: (actual: number, wanted: number) => boolean): Comparison {
  return comparing(toTime, "date", compare);
}

/** Reads both values; if one of them is not of this type, AWS's behaviour is not known. */
function comparing(
  read: (text: string) => number | undefined,
  kind: string,
  compare: (actual: number, wanted: number) => boolean,
): Comparison {
  return (wanted, actual) => {
    const left = read(actual);
    const right = read(wanted);
    if (right === undefined) return unknown(`"${wanted}" is not a ${kind}`);
    return left === undefined ? unknown(`the request's value is not a ${kind}`) : compare(left, right);
  };
}

function toNumber(text: string): number | undefined {
  return /^[+-]?\d+(\.\d+)?$/.test(text) ? Number(text) : undefined;
}

const ISO_DATE = /^\d{4}-\d{2}-\d{2}(T\d{2}:\d{2}(:\d{2}(\.\d+)?)?(Z|[+-]\d{2}:\d{2}))?$/;

/** Milliseconds since 1970 of an ISO 8601 date in the forms of https://www.w3.org/TR/NOTE-datetime, or of epoch seconds. */
function toTime(text: string): number | undefined {
  if (/^\d{5,}(\.\d+)?$/.test(text)) return Number(text) * 1000; // four digits alone could also be a year
  const time = ISO_DATE.test(text) ? Date.parse(text) : Number.NaN;
  return Number.isNaN(time) ? undefined : time;
}

function equalBooleans(wanted: string, actual: string): Verdict {
  const isBoolean = (text: string): boolean => /^(true|false)$/i.test(text);
  if (!isBoolean(wanted) || !isBoolean(actual)) return unknown(`"${wanted}" cannot be compared as a Boolean`);
  return wanted.toLowerCase() === actual.toLowerCase();
}

const BASE64 = /^(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?$/;

/** Binary values are written in Base64 on both sides. */
function equalBytes(wanted: string, actual: string): Verdict {
  if (!BASE64.test(wanted) || !BASE64.test(actual))
    return unknown(`"${wanted}" cannot be compared as Base64`);
  return Buffer.from(wanted, "base64").equals(Buffer.from(actual, "base64"));
}

const MAPPED_IPV4 = /^::ffff:(\d+\.\d+\.\d+\.\d+)$/i;

/** Whether an address lies in a range in CIDR notation, or is the address given; IPv4 never lies in a range of IPv6. */
function inRange(wanted: string, actual: string): Verdict {
  const address = MAPPED_IPV4.exec(actual)?.[1] ?? actual;
  const [, network = "", prefix] = /^([^/]*)(?:\/(\d{1,3}))?$/.exec(wanted) ?? [];
  const family = isIP(network);
  const length = prefix === undefined ? bits(family) : Number(prefix);
  if (family === 0 || length > bits(family)) return unknown(`"${wanted}" is not an IP address or range`);
  if (isIP(address) === 0) return unknown("the request's value is not an IP address");
  if (isIP(address) !== family) return false;
  const range = new BlockList();
  const type = family === 4 ? "ipv4" : "ipv6";
  range.addSubnet(network, length, type);
  return range.check(address, type);
}

function bits(family: number): number {
  return family === 4 ? 32 : 128;
}
