import { readFileSync } from "node:fs";
import { join } from "node:path";
import fc from "fast-check";
import { evaluate, type Resolve } from "#terraform/evaluate";
import { ExpressionError } from "#terraform/problem";
import type { ObjectValue, Value } from "#terraform/value";
import { character } from "../../support/character";

/** What Terraform itself made of these templates. */
interface Recorded {
  readonly locals: ObjectValue;
  readonly variables: Readonly<Record<string, { readonly default: Value }>>;
  readonly rows: readonly { readonly template: string; readonly value: Value }[];
  readonly refused: readonly string[];
}

const fixture = join(__dirname, "../../fixtures/terraform/expressions.json");
const recorded = JSON.parse(readFileSync(fixture, "utf8")) as Recorded;

const resolve: Resolve = ([root, name = ""]) => {
  if (root === "path") return { value: ".", used: 2 };
  const value = root === "var" ? recorded.variables[name]?.default : recorded.locals[name];
  if (value === undefined) throw new ExpressionError(name, "one that is there");
  return { value: root === "var" ? value : evaluate(value, resolve), used: 2 };
};

describe("evaluate, as Terraform does", () => {
  test.each(recorded.rows.map(({ template, value }) => [template, value]))("%s", (template, value) => {
    expect(evaluate(template as string, resolve)).toEqual(value);
  });

  test.each(recorded.refused)("refuses %s", (template) => {
    expect(() => evaluate(template, resolve)).toThrow(ExpressionError);
  });
});

describe("evaluate", () => {
  test("templates in lists, objects and keys", () => {
    const raw = { "${local.text}-key": ["${local.text}", 1, null, { deep: "<${local.text}>" }] };
    expect(evaluate(raw, resolve)).toEqual({ "text-key": ["text", 1, null, { deep: "<text>" }] });
  });

  test("a member that objects inherit is none", () => {
    expect(() => evaluate("${local.object.constructor}", resolve)).toThrow('the key "constructor"');
  });

  test.each([
    ["brackets", "${".concat("[".repeat(100_000), "]".repeat(100_000), "}")],
    ["templates", '${"'.repeat(50_000)],
  ])("refuses endless %s", (_, template) => {
    expect(() => evaluate(template, resolve)).toThrow(ExpressionError);
  });

  test("text without markers stands for itself", () => {
    fc.assert(
      fc.property(fc.string({ unit: character }), (text) => {
        fc.pre(!text.includes("${") && !text.includes("%{"));
        expect(evaluate(text, resolve)).toBe(text);
      }),
    );
  });

  /** Those that Terraform has not. */
  const ESCAPES_OF_JSON = new Map([
    ["b", "\\u0008"],
    ["f", "\\u000c"],
  ]);

  test("any text in quotes stands for itself", () => {
    fc.assert(
      fc.property(fc.string({ unit: character }), (text) => {
        const quoted = JSON.stringify(text)
          .replaceAll("${", "$${")
          .replaceAll("%{", "%%{")
          // Pair by pair, so that a backslash before a letter stays two characters.
          .replaceAll(/\\(.)/g, (pair, letter) => ESCAPES_OF_JSON.get(letter) ?? pair);
        fc.pre(!/\$\$\$\{|%%%\{/.test(quoted));
        expect(evaluate(`\${${quoted}}`, resolve)).toBe(text);
      }),
      { examples: [["\\b"], ["\\\\f\f"]] },
    );
  });

  test("jsonencode and jsondecode are inverse", () => {
    fc.assert(
      fc.property(fc.jsonValue({ maxDepth: 4 }), (value) => {
        const known: Resolve = () => ({ value: value as Value, used: 2 });
        expect(evaluate("${jsondecode(jsonencode(local.x))}", known)).toEqual(
          JSON.parse(JSON.stringify(value)),
        );
      }),
    );
  });

  test("no template makes it throw a foreign error", () => {
    const fragment = fc.constantFrom(
      ...'${ } %{ $${ [ ] ( ) { } . , = : ? + - * [*] ... for if null true local.text var.x 1 1.5 1e9 " \\n \\u00e9 ~'.split(
        " ",
      ),
      ..."jsonencode( join( format( element( upper( ".split(" "),
    );
    fc.assert(
      fc.property(fc.array(fc.oneof(fragment, fc.string()), { maxLength: 12 }), (fragments) => {
        try {
          evaluate(`\${${fragments.join("")}`, resolve);
        } catch (error) {
          expect(error).toBeInstanceOf(ExpressionError);
        }
      }),
      { numRuns: 2000 },
    );
  });
});
