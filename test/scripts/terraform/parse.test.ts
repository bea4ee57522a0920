import { parseTemplate } from "#terraform/parse";
import { ExpressionError } from "#terraform/problem";

describe("parseTemplate", () => {
  test.each([
    ["text", { kind: "literal", value: "text" }],
    ["${aws_x.y.z}", { kind: "reference", names: ["aws_x", "y", "z"] }],
    ["${data.aws_x.y-1.z}", { kind: "reference", names: ["data", "aws_x", "y-1", "z"] }],
    [
      "${aws_x.y.z[0].w}",
      {
        kind: "index",
        target: {
          kind: "index",
          target: { kind: "reference", names: ["aws_x", "y", "z"] },
          key: { kind: "literal", value: 0 },
        },
        key: { kind: "literal", value: "w" },
      },
    ],
    [
      "a${f(1)}",
      {
        kind: "template",
        parts: [
          { kind: "literal", value: "a" },
          { kind: "call", name: "f", arguments: [{ kind: "literal", value: 1 }] },
        ],
      },
    ],
  ])("%s", (template, expected) => {
    expect(parseTemplate(template)).toEqual(expected);
  });

  test.each([
    ["${1 + 2}", 'the operator "+"'],
    ["${a.b - 1}", 'the operator "-"'],
    ["${a.b == 1}", 'the operator "=="'],
    ["${!a.b}", 'the operator "!"'],
    ["${a.b && c.d}", 'the operator "&&"'],
    ['${true ? "a" : "b"}', 'the operator "?"'],
    ["${a.b[*].c}", 'the operator "[*]"'],
    ["${a.b.*.c}", 'the operator ".*"'],
    ["${f(a.b...)}", 'the operator "..."'],
    ["${[for x in a.b : x]}", 'a "for" expression'],
    ["${{for x in a.b : x => x}}", 'a "for" expression'],
    ["%{if true}a%{endif}", 'the template directive "%{"'],
    ["${~ a.b ~}", 'the strip marker "~"'],
    ["${<<EOT\na\nEOT\n}", 'the operator "<"'],
    ["${a.b # note\n}", 'the character "#" at position 7'],
    ["${a.b", "the end of the text"],
    ["${", "the end of the text"],
    ['${"a}', "text without a closing quote"],
    ['${"\\q"}', 'the escape "\\\\q"'],
  ])("refuses %s by name", (template, got) => {
    expect(() => parseTemplate(template)).toThrow(ExpressionError);
    expect(() => parseTemplate(template)).toThrow(`got ${got}, supported: `);
  });
});
