import { conditionTests, evaluateCondition } from "#iam/conditions";
import type { PolicyStatement } from "#iam/policy";
import { type ContextKeys, createContext } from "#iam/request-context";
import { every, type Verdict } from "#iam/verdict";

type Condition = NonNullable<PolicyStatement["Condition"]>;

const evaluateAll = (condition: Condition, keys: ContextKeys): Verdict => {
  const context = createContext(keys);
  return every(conditionTests(condition), (each) => evaluateCondition(each, context, context));
};

/** Each row compares a request's value `of` the key with the policy's `values`. */
describe.each([
  {
    operator: "StringEquals",
    rows: [
      { of: "blue", values: "blue", expected: true },
      { of: "Blue", values: "blue", expected: false },
      { of: "blue", values: ["red", "blue"], expected: true },
      { of: "blue", values: "bl*", expected: false },
      { of: "bl*", values: "bl*", expected: true },
      { of: "carlos", values: "${aws:username}", expected: true },
      { of: "${aws:username}", values: "${aws:username}", expected: false },
      { of: "*", values: "${*}", expected: true },
    ],
  },
  {
    operator: "StringNotEquals",
    rows: [
      { of: "blue", values: "red", expected: true },
      { of: "blue", values: ["red", "blue"], expected: false },
      { of: "blue", values: ["red", "green"], expected: true },
      { of: "carlos", values: "${aws:username}", expected: false },
    ],
  },
  {
    operator: "StringEqualsIgnoreCase",
    rows: [
      { of: "BLUE", values: "blue", expected: true },
      { of: "BLUE", values: "blues", expected: false },
    ],
  },
  {
    operator: "StringNotEqualsIgnoreCase",
    rows: [
      { of: "BLUE", values: "blue", expected: false },
      { of: "BLUE", values: "red", expected: true },
    ],
  },
  {
    operator: "StringLike",
    rows: [
      { of: "home/carlos/a", values: "home/*", expected: true },
      { of: "home/carlos/a", values: "home/?", expected: false },
      { of: "home/carlos/a", values: "home/${aws:username}/*", expected: true },
      { of: "HOME/", values: "home/*", expected: false },
    ],
  },
  {
    operator: "StringNotLike",
    rows: [
      { of: "home/carlos", values: "home/*", expected: false },
      { of: "etc", values: ["home/*", "tmp/*"], expected: true },
    ],
  },
  {
    operator: "NumericEquals",
    rows: [
      { of: "10.0", values: 10, expected: true },
      { of: "10", values: "11", expected: false },
    ],
  },
  {
    operator: "NumericNotEquals",
    rows: [
      { of: "10", values: [11, 12], expected: true },
      { of: "10", values: [10, 12], expected: false },
    ],
  },
  {
    operator: "NumericLessThan",
    rows: [
      { of: "9.5", values: "10", expected: true },
      { of: "10", values: "10", expected: false },
    ],
  },
  {
    operator: "NumericLessThanEquals",
    rows: [
      { of: "10", values: "10", expected: true },
      { of: "10.1", values: "10", expected: false },
    ],
  },
  {
    operator: "NumericGreaterThan",
    rows: [
      { of: "-1", values: "-2", expected: true },
      { of: "10", values: "10", expected: false },
    ],
  },
  {
    operator: "NumericGreaterThanEquals",
    rows: [
      { of: "10", values: "10", expected: true },
      { of: "9", values: "10", expected: false },
    ],
  },
  {
    operator: "DateEquals",
    rows: [
      { of: "2026-11-22T10:00:00Z", values: "2026-11-22T11:00:00+01:00", expected: true },
      { of: "2026-11-22T10:00:00Z", values: "2026-11-22", expected: false },
    ],
  },
  {
    operator: "DateNotEquals",
    rows: [
      { of: "2026-11-22T10:00:00Z", values: "2026-11-23", expected: true },
      { of: "2026-11-22T00:00:00Z", values: "2026-11-22", expected: false },
    ],
  },
  {
    operator: "DateLessThan",
    rows: [
      { of: "2026-11-22T10:00:00Z", values: "2026-11-22T10:00:01Z", expected: true },
      { of: "2026-11-22T10:00:00Z", values: "2026-11-22T10:00:00Z", expected: false },
      { of: "1700000000", values: "2023-11-15T00:00:00Z", expected: true },
    ],
  },
  {
    operator: "DateLessThanEquals",
    rows: [
      { of: "2026-11-22T10:00:00Z", values: "2026-11-22T10:00Z", expected: true },
      { of: "2026-11-22T10:00:00.5Z", values: "2026-11-22T10:00:00Z", expected: false },
    ],
  },
  {
    operator: "DateGreaterThan",
    rows: [
      { of: "2026-11-22T10:00:01Z", values: "2026-11-22T10:00:00Z", expected: true },
      { of: "2026-11-22T10:00:00Z", values: "2026-11-22T10:00:00Z", expected: false },
    ],
  },
  {
    operator: "DateGreaterThanEquals",
    rows: [
      { of: "2026-11-22T10:00:00Z", values: "2026-11-22T10:00:00Z", expected: true },
      { of: "2026-11-22T09:59:59Z", values: "2026-11-22T10:00:00Z", expected: false },
    ],
  },
  {
    operator: "Bool",
    rows: [
      { of: "true", values: "true", expected: true },
      { of: "true", values: true, expected: true },
      { of: "True", values: "true", expected: true },
      { of: "true", values: "false", expected: false },
    ],
  },
  {
    operator: "BinaryEquals",
    rows: [
      { of: "QmluYXJ5", values: "QmluYXJ5", expected: true },
      { of: "QmluYXJ5", values: "QmluYXJZ", expected: false },
    ],
  },
  {
    operator: "IpAddress",
    rows: [
      { of: "203.0.113.7", values: "203.0.113.0/24", expected: true },
      { of: "203.0.114.7", values: "203.0.113.0/24", expected: false },
      { of: "203.0.113.7", values: ["10.0.0.0/8", "203.0.113.7"], expected: true },
      { of: "203.0.113.8", values: "203.0.113.7", expected: false },
      { of: "203.0.113.8", values: "0.0.0.0/0", expected: true },
      { of: "10.9.9.9", values: "10.1.2.3/8", expected: true },
      { of: "2001:db8:1234:5678::1", values: "2001:DB8:1234:5678::/64", expected: true },
      { of: "2001:db8:1234:5679::1", values: "2001:DB8:1234:5678::/64", expected: false },
      { of: "2001:db8::1", values: "2001:db8::1", expected: true },
      { of: "2001:db8::2", values: "2001:db8::1", expected: false },
      { of: "::1", values: "0.0.0.0/0", expected: false },
      { of: "127.0.0.1", values: "::/0", expected: false },
      { of: "::ffff:127.0.0.1", values: "127.0.0.0/8", expected: true },
    ],
  },
  {
    operator: "NotIpAddress",
    rows: [
      { of: "203.0.114.7", values: ["203.0.113.0/24", "10.0.0.0/8"], expected: true },
      { of: "203.0.113.7", values: ["203.0.113.0/24", "10.0.0.0/8"], expected: false },
      { of: "::1", values: "203.0.113.0/24", expected: true },
    ],
  },
  {
    operator: "ArnLike",
    rows: [
      { of: "arn:aws:iam::123456789012:role/reader", values: "arn:aws:iam::*:role/*", expected: true },
      { of: "arn:aws:iam::123456789012:user/reader", values: "arn:aws:iam::*:role/*", expected: false },
      { of: "arn:aws:iam::1:user/carlos", values: "arn:aws:iam::*:user/${aws:username}", expected: true },
    ],
  },
  {
    operator: "ArnEquals",
    rows: [
      { of: "arn:aws:iam::123456789012:role/reader", values: "arn:aws:iam::*:role/*", expected: true },
      { of: "arn:aws:iam::123456789012:role/reader", values: "arn:aws:iam::*:role/writer", expected: false },
    ],
  },
  {
    operator: "ArnNotLike",
    rows: [
      { of: "arn:aws:iam::123456789012:user/reader", values: "arn:aws:iam::*:role/*", expected: true },
      { of: "arn:aws:iam::123456789012:role/reader", values: "arn:aws:iam::*:role/*", expected: false },
    ],
  },
  {
    operator: "ArnNotEquals",
    rows: [
      {
        of: "arn:aws:iam::1:role/a",
        values: ["arn:aws:iam::1:role/b", "arn:aws:iam::1:role/c"],
        expected: true,
      },
      {
        of: "arn:aws:iam::1:role/b",
        values: ["arn:aws:iam::1:role/b", "arn:aws:iam::1:role/c"],
        expected: false,
      },
    ],
  },
  {
    operator: "ForAllValues:StringEquals",
    rows: [
      { of: ["a", "b"], values: ["a", "b", "c"], expected: true },
      { of: ["a", "d"], values: ["a", "b", "c"], expected: false },
      { of: "", values: "a", expected: true },
    ],
  },
  {
    operator: "ForAnyValue:StringEquals",
    rows: [
      { of: ["a", "d"], values: ["a", "b"], expected: true },
      { of: ["d", "e"], values: ["a", "b"], expected: false },
      { of: "", values: "a", expected: false },
    ],
  },
  {
    operator: "ForAllValues:StringNotEquals",
    rows: [
      { of: ["c", "d"], values: ["a", "b"], expected: true },
      { of: ["a", "d"], values: ["a", "b"], expected: false },
    ],
  },
  {
    operator: "ForAnyValue:StringNotEquals",
    rows: [
      { of: ["a", "d"], values: ["a", "b"], expected: true },
      { of: ["a", "b"], values: ["a", "b"], expected: false },
    ],
  },
  {
    operator: "ForAnyValue:StringLike",
    rows: [
      { of: ["x", "dept-1"], values: "dept-*", expected: true },
      { of: ["x", "y"], values: "dept-*", expected: false },
    ],
  },
  {
    operator: "StringEqualsIfExists",
    rows: [
      { of: "blue", values: "blue", expected: true },
      { of: "red", values: "blue", expected: false },
    ],
  },
])("$operator", ({ operator, rows }) => {
  test.each<{ of: string | string[]; values: Condition[string][string]; expected: boolean }>(rows)(
    "$of and $values: $expected",
    ({ of, values, expected }) => {
      const keys = { "aws:username": "carlos", "test:Key": of };
      expect(evaluateAll({ [operator]: { "test:Key": values } }, keys)).toBe(expected);
    },
  );
});

describe("a key that the request does not carry", () => {
  test.each([
    { operator: "StringEquals", values: "a", expected: false },
    { operator: "StringLike", values: "*", expected: false },
    { operator: "StringNotEquals", values: "a", expected: true },
    { operator: "StringNotLike", values: "*", expected: true },
    { operator: "NumericLessThan", values: "5", expected: false },
    { operator: "NumericNotEquals", values: "5", expected: true },
    { operator: "DateGreaterThan", values: "2020-01-01", expected: false },
    { operator: "Bool", values: "false", expected: false },
    { operator: "BinaryEquals", values: "QQ==", expected: false },
    { operator: "IpAddress", values: "0.0.0.0/0", expected: false },
    { operator: "NotIpAddress", values: "10.0.0.0/8", expected: true },
    { operator: "ArnLike", values: "*", expected: false },
    { operator: "ArnNotLike", values: "*", expected: true },
    { operator: "StringEqualsIfExists", values: "a", expected: true },
    { operator: "BoolIfExists", values: "true", expected: true },
    { operator: "StringNotEqualsIfExists", values: "a", expected: true },
    { operator: "ForAllValues:StringEquals", values: "a", expected: true },
    { operator: "ForAllValues:ArnNotEquals", values: "a", expected: true },
    { operator: "ForAnyValue:StringEquals", values: "a", expected: false },
    { operator: "ForAnyValue:StringNotEquals", values: "a", expected: false },
    { operator: "ForAnyValue:StringEqualsIfExists", values: "a", expected: false },
    { operator: "ForAnyValue:StringNotEqualsIfExists", values: "a", expected: false },
    { operator: "ForAnyValue:ArnNotLikeIfExists", values: "arn:aws:s3:::b", expected: false },
    { operator: "ForAllValues:StringEqualsIfExists", values: "a", expected: true },
    { operator: "ForAllValues:StringNotEqualsIfExists", values: "a", expected: true },
    { operator: "Null", values: "true", expected: true },
    { operator: "Null", values: "false", expected: false },
  ])("$operator $values: $expected", ({ operator, values, expected }) => {
    expect(evaluateAll({ [operator]: { "test:Key": values } }, { "test:Key": undefined })).toBe(expected);
  });

  test.each([
    { operator: "ForAnyValue:StringEquals", expected: false },
    { operator: "ForAnyValue:StringEqualsIfExists", expected: false },
    { operator: "ForAnyValue:StringNotEquals", expected: false },
    { operator: "ForAllValues:StringEquals", expected: true },
    { operator: "StringEquals", expected: false },
    { operator: "StringEqualsIfExists", expected: false },
    { operator: "StringNotEqualsIfExists", expected: true },
  ])("an empty value to $operator: $expected", ({ operator, expected }) => {
    expect(evaluateAll({ [operator]: { "test:Key": "a" } }, { "test:Key": "" })).toBe(expected);
  });

  test("Null of a key that is there", () => {
    expect(evaluateAll({ Null: { "test:Key": "false" } }, { "test:Key": "x" })).toBe(true);
    expect(evaluateAll({ Null: { "test:Key": true } }, { "test:Key": "x" })).toBe(false);
  });
});

describe("unknown", () => {
  const known = {
    "test:Key": "x",
    "test:Ip": "10.0.0.1",
    "test:Date": "2026-11-22",
    "test:Several": ["a", "b"],
    "test:None": undefined,
    "test:Empty": "",
    "test:Arn": "arn:aws:s3:::b",
    "test:Kelvin": "team-\u212a",
  };
  test.each<{ name: string; condition: Condition; why: string }>([
    {
      name: "an operator",
      condition: { StringMatches: { "test:Key": "x" } },
      why: '"StringMatches" is not known',
    },
    {
      name: "an operator in another case",
      condition: { stringequals: { "test:Key": "x" } },
      why: "not known",
    },
    { name: "Null with IfExists", condition: { NullIfExists: { "test:Key": "true" } }, why: "not known" },
    { name: "a set operator", condition: { "ForSome:Bool": { "test:Key": "true" } }, why: "not known" },
    {
      name: "an operator on an absent key",
      condition: { constructor: { "test:None": "x" } },
      why: "not known",
    },
    {
      name: "a key",
      condition: { StringEquals: { "aws:Other": "x" } },
      why: 'key "aws:Other" cannot be known',
    },
    {
      name: "a key with IfExists",
      condition: { BoolIfExists: { "aws:Other": "true" } },
      why: "cannot be known",
    },
    {
      name: "a key with ForAllValues",
      condition: { "ForAllValues:Bool": { "aws:Other": "1" } },
      why: "cannot be",
    },
    {
      name: "a key with a negated operator",
      condition: { StringNotLike: { "aws:Other": "*" } },
      why: "cannot be",
    },
    { name: "a key with Null", condition: { Null: { "aws:Other": "true" } }, why: "cannot be known" },
    { name: "a Null of neither", condition: { Null: { "test:Key": "yes" } }, why: "not a value of Null" },
    ...["ForAnyValue:Null", "ForAllValues:Null", "ForAnyValue:NullIfExists"].map((operator) => ({
      name: operator,
      condition: { [operator]: { "test:None": "true" } },
      why: "not known",
    })),
    ...["true", "false"].map((value) => ({
      name: `Null ${value} of an empty value`,
      condition: { Null: { "test:Empty": value } },
      why: "takes an empty value for none",
    })),
    ...["ArnEquals", "ArnLike", "ArnNotEquals", "ArnNotLike", "ArnNotLikeIfExists"].flatMap((operator) => [
      {
        name: `a value that is no ARN, to ${operator}`,
        condition: { [operator]: { "test:Key": "arn:aws:s3:::b" } },
        why: "the request's value is not an ARN",
      },
      {
        name: `no ARN in the policy, to ${operator}`,
        condition: { [operator]: { "test:Arn": "b" } },
        why: '"b" has fewer than the six components',
      },
    ]),
    ...["StringEqualsIgnoreCase", "StringNotEqualsIgnoreCase"].map((operator) => ({
      name: `letters beyond A to Z, to ${operator}`,
      condition: { [operator]: { "test:Kelvin": "team-k" } },
      why: "letters beyond A to Z",
    })),
    {
      name: "a key that is spelled with another letter",
      condition: { StringNotEquals: { "test:\u212aey": "y" } },
      why: "cannot be known",
    },
    { name: "a number", condition: { NumericLessThan: { "test:Key": "5" } }, why: "not a number" },
    {
      name: "a number in the policy",
      condition: { NumericNotEquals: { "test:Key": "1e3" } },
      why: "not a number",
    },
    { name: "a date", condition: { DateLessThan: { "test:Key": "2026-11-22" } }, why: "not a date" },
    { name: "a Boolean", condition: { Bool: { "test:Key": "true" } }, why: "as a Boolean" },
    { name: "binary", condition: { BinaryEquals: { "test:Key": "QQ" } }, why: "as Base64" },
    {
      name: "four digits",
      condition: { DateLessThan: { "test:Date": "2027" } },
      why: '"2027" is not a date',
    },
    {
      name: "a long prefix",
      condition: { IpAddress: { "test:Ip": "10.0.0.0/33" } },
      why: '"10.0.0.0/33" is not',
    },
    {
      name: "no address",
      condition: { NotIpAddress: { "test:Ip": "localhost" } },
      why: '"localhost" is not',
    },
    {
      name: "an IP range",
      condition: { NotIpAddress: { "test:Key": "10.0.0.0/33" } },
      why: "not an IP address",
    },
    {
      name: "an IP address",
      condition: { IpAddress: { "test:Key": "10.0.0.0/8" } },
      why: "not an IP address",
    },
    {
      name: "a variable",
      condition: { StringEquals: { "test:Key": "${aws:Other}" } },
      why: "policy variable",
    },
    {
      name: "several values",
      condition: { StringEquals: { "test:Several": "a" } },
      why: "has several values",
    },
  ])("$name", ({ condition, why }) => {
    expect(evaluateAll(condition, known)).toEqual({ unknown: expect.stringContaining(why) });
  });

  test("matters only where the rest holds", () => {
    const unknowable = { Bool: { "aws:Other": "true" } };
    expect(evaluateAll({ ...unknowable, StringEquals: { "test:Key": "y" } }, known)).toBe(false);
    expect(evaluateAll({ ...unknowable, StringEquals: { "test:Key": "x" } }, known)).toHaveProperty(
      "unknown",
    );
  });

  test("a variable without a value equals nothing, and so is unequal to everything", () => {
    const variable = "${test:None}";
    expect(evaluateAll({ StringEquals: { "test:Key": variable } }, known)).toBe(false);
    expect(evaluateAll({ StringNotEquals: { "test:Key": variable } }, known)).toBe(true);
  });
});

describe("several tests", () => {
  const keys = { "aws:SourceIp": "203.0.113.7", "aws:UserAgent": "curl/8" };
  test("all have to hold, and keys have no case", () => {
    const condition = {
      IpAddress: { "AWS:sourceIP": "203.0.113.0/24" },
      StringLike: { "aws:useragent": "curl/*" },
    };
    expect(evaluateAll(condition, keys)).toBe(true);
    expect(evaluateAll({ ...condition, StringLike: { "aws:UserAgent": "wget/*" } }, keys)).toBe(false);
  });

  test("two keys of one operator both have to hold", () => {
    const both = { StringEquals: { "aws:UserAgent": "curl/8", "aws:SourceIp": "203.0.113.7" } };
    expect(evaluateAll(both, keys)).toBe(true);
    expect(evaluateAll(both, { ...keys, "aws:SourceIp": "203.0.113.8" })).toBe(false);
  });
});
