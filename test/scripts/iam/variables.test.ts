import { createContext } from "#iam/request-context";
import { substituteVariables } from "#iam/variables";

const context = createContext({
  "aws:username": "carlos",
  "aws:PrincipalTag/team": "blue*",
  "aws:PrincipalTag/empty": "",
  "aws:PrincipalTag/*": undefined,
  "aws:TagKeys": ["a", "b"],
});

/** The pieces as one text, with literal ones in angle brackets. */
const substitute = (text: string): unknown => {
  const pieces = substituteVariables(text, context);
  if (!Array.isArray(pieces)) return pieces;
  return pieces.map((piece) => (piece.literal ? `<${piece.text}>` : piece.text)).join("");
};

describe("policy variables", () => {
  test.each([
    { name: "no variable", text: "home/*", expected: "home/*" },
    { name: "a value", text: "home/${aws:username}/*", expected: "home/<carlos>/*" },
    { name: "a key in another case", text: "${AWS:UserName}", expected: "<carlos>" },
    { name: "a value with a wildcard is literal", text: "${aws:PrincipalTag/team}", expected: "<blue*>" },
    { name: "two values", text: "${aws:username}-${aws:PrincipalTag/team}", expected: "<carlos>-<blue*>" },
    {
      name: "a default is not used for a key with a value",
      text: "${aws:username, 'x'}",
      expected: "<carlos>",
    },
    { name: "a default for an absent key", text: "${aws:PrincipalTag/x, 'a*'}", expected: "<a*>" },
    { name: "an absent key", text: "${aws:PrincipalTag/x}", expected: undefined },
    { name: "an asterisk", text: "${*}", expected: "<*>" },
    { name: "a question mark", text: "${?}", expected: "<?>" },
    { name: "a dollar sign", text: "${$}{aws:username}", expected: "<$>{aws:username}" },
    { name: "a dollar sign of its own", text: "$5 {a}", expected: "$5 {a}" },
  ])("$name", ({ text, expected }) => {
    expect(substitute(text)).toEqual(expected);
  });

  test.each([
    { name: "a key that is not known here", text: "${s3:prefix}" },
    { name: "a default for a key that is not known here", text: "${s3:prefix, 'home'}" },
    { name: "a key with several values", text: "${aws:TagKeys}" },
    { name: "an empty value", text: "${aws:PrincipalTag/empty}" },
    { name: "a default without quotes", text: "${aws:PrincipalTag/x, home}" },
    { name: "no key", text: "${}" },
    { name: "no closing brace", text: "home/${aws:username" },
  ])("unknown: $name", ({ text }) => {
    expect(substitute(text)).toEqual({ unknown: expect.stringContaining("policy variable") });
  });

  test("are ordinary text in policies of 2008-10-17", () => {
    const text = "home/${aws:username}";
    expect(substituteVariables(text, undefined)).toEqual([{ text, literal: false }]);
  });
});
