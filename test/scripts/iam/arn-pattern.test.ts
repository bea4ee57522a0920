import { matchesArn, matchesResource } from "#iam/arn-pattern";
import { createContext } from "#iam/request-context";

const METHOD = "arn:aws:execute-api:us-east-1:123456789012:abcdef/dev/GET/products/a:1";
const UNKNOWN = { unknown: expect.any(String) };
const context = createContext({
  "aws:PrincipalTag/path": "products/a:1",
  "aws:PrincipalTag/region": "us-east-1",
  "aws:PrincipalTag/scope": "us-east-1:123456789012",
  "aws:PrincipalTag/*": undefined,
});

describe("the Resource element", () => {
  test.each([
    { name: "everything", pattern: "*", expected: true },
    { name: "the ARN itself", pattern: METHOD, expected: true },
    { name: "another case", pattern: METHOD.toUpperCase(), expected: false },
    { name: "a part of it", pattern: METHOD.slice(0, -1), expected: false },
    {
      name: "slashes and colons of the path",
      pattern: "arn:aws:execute-api:us-east-1:123456789012:*1",
      expected: true,
    },
    { name: "any account", pattern: "arn:aws:execute-api:us-east-1:*:abcdef/dev/GET/*", expected: true },
    { name: "a part of a component", pattern: "arn:aws:execute-api:us-*-1:1234567?9012:a*", expected: true },
    { name: "a final * covers all components behind it", pattern: "arn:aws:execute-api:*", expected: true },
    { name: "another service", pattern: "arn:aws:dynamodb:*", expected: false },
    { name: "another stage", pattern: "arn:aws:execute-api:*:*:abcdef/prod/*", expected: false },
    {
      name: "a * that would have to span colons",
      pattern: "arn:aws:execute-api:*:abcdef/*",
      expected: UNKNOWN,
    },
    { name: "a * within a component that would have to", pattern: "arn:*dev/GET/*", expected: UNKNOWN },
    {
      name: "a variable in the path",
      pattern: "arn:aws:execute-api:*:*:abcdef/dev/GET/${aws:PrincipalTag/path}",
      expected: true,
    },
    {
      name: "a variable without a value",
      pattern: "arn:aws:execute-api:*:*:abcdef/dev/GET/${aws:PrincipalTag/none}*",
      expected: false,
    },
    {
      name: "a variable that cannot be known",
      pattern: "arn:aws:execute-api:*:*:abcdef/dev/GET/${s3:prefix}",
      expected: UNKNOWN,
    },
    {
      name: "a variable before the fifth colon",
      pattern: "arn:aws:execute-api:${aws:PrincipalTag/region}:*:abcdef/*",
      expected: UNKNOWN,
    },
    {
      name: "a variable before the fifth colon whose value has colons",
      pattern: "arn:aws:execute-api:${aws:PrincipalTag/scope}:abcdef/*",
      expected: UNKNOWN,
    },
  ])("$name", ({ pattern, expected }) => {
    expect(matchesResource(pattern, METHOD, context)).toEqual(expected);
  });

  test("a short pattern covers the rest only by a final *", () => {
    expect(matchesResource("arn:aws:s3*", "arn:aws:s3:::s3", context)).toBe(true);
    expect(matchesResource("arn:*:s3", "arn:aws:s3:::s3", context)).toEqual(UNKNOWN);
  });

  test("in a policy of 2008-10-17 a variable is plain text", () => {
    const pattern = "arn:aws:s3:::b/${aws:PrincipalTag/path}";
    expect(matchesResource(pattern, pattern, undefined)).toBe(true);
    expect(matchesResource(pattern, "arn:aws:s3:::b/products/a:1", undefined)).toBe(false);
  });

  test("an action without a resource is covered by * alone", () => {
    expect(matchesResource("*", "*", context)).toBe(true);
    expect(matchesResource("arn:aws:dynamodb:*", "*", context)).toBe(false);
  });
});

describe("ArnLike", () => {
  const value = "arn:aws:someservice:us-east-2:999999999999:store/abc:111122223333:finance/document.txt";
  test.each([
    { name: "the ARN itself", pattern: value, expected: true },
    { name: "wildcards in components", pattern: "arn:aws:*:us-*:*:store/*", expected: true },
    {
      name: "AWS's example: a wildcard spans no component",
      pattern: "arn:aws:someservice:*:111122223333:finance/*",
      expected: false,
    },
    { name: "fewer than six components", pattern: "arn:aws:someservice:*", expected: UNKNOWN },
    { name: "fewer than six components that match nothing", pattern: "arn:aws:s3:*", expected: UNKNOWN },
    { name: "no ARN", pattern: "finance", expected: UNKNOWN },
    { name: "no ARN, with as many colons", pattern: "a:b:c:d:e:f", expected: UNKNOWN },
    { name: "an ARN in upper case", pattern: "ARN:aws:s3:::b", expected: UNKNOWN },
    { name: "a wildcard for the first component", pattern: "*:aws:*:*:*:*", expected: true },
    { name: "another ARN", pattern: "arn:aws:s3:::b", expected: false },
  ])("$name", ({ pattern, expected }) => {
    expect(matchesArn(pattern, value, context)).toEqual(expected);
  });

  test.each(["", "carlos", "arn:aws:s3", "ARN:aws:s3:::b", "a:b:c:d:e:f", "*"])(
    "the value %p is not an ARN, whatever the pattern",
    (text) => {
      for (const pattern of ["arn:aws:s3:::b", "arn:*:*:*:*:*", "*", text]) {
        expect(matchesArn(pattern, text, context)).toEqual(UNKNOWN);
      }
    },
  );
});
