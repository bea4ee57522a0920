import { readFileSync } from "node:fs";
import { join } from "node:path";
import { takeApart } from "#plan/plan";
import { judgeChanges } from "#plan-rules/judge-changes";
import { ruleFor, TABLE } from "#plan-rules/table";
import { type RuleLine, ruleLines, writeRulesPage } from "#self/docs/rules-page";
import { PROJECT_ROOT } from "#self/repository";
import { planBetween } from "../../support/terraform-plan";

const page = readFileSync(join(PROJECT_ROOT, "docs", "plan-review-rules.md"), "utf8");
const documented = readRuleLines(page);

test("the page has each rule of the table, and no other: a rule that is taken away is missed", () => {
  expect(documented).toEqual(ruleLines());
  expect(documented.length).toBeGreaterThan(1_500);
});

test("'make docs' writes this page", () => {
  expect(writeRulesPage(page)).toBe(page);
  const [head = ""] = page.split("| `any type` |");
  expect(writeRulesPage(`${head}| \`aws_x\` | \`old\` | listed |\n`)).toBe(page);
});

test("no row could be taken away: without it another rule decides, or none", () => {
  const idle = [...TABLE].flatMap(([type, row]) =>
    Object.entries(row.attributes).flatMap(([path, rule]) => {
      const { [path]: _, ...attributes } = row.attributes;
      return ruleFor({ ...row, attributes }, path) === rule ? [`${type}.${path}`] : [];
    }),
  );
  expect(idle).toEqual([]);
});

/** The lines of the page. */
function readRuleLines(text: string): RuleLine[] {
  return text.split("\n").flatMap((line): RuleLine[] => {
    const [, type, path, rule] = /^\| `?([^`|]+)`? \| `?([^`|]+)`? \| (.+) \|$/.exec(line) ?? [];
    if (type === undefined || path === undefined || rule === undefined || /^(Type|---)$/.test(type))
      return [];
    return [[type, path, rule.replaceAll("\\|", "|")]];
  });
}

/** Sets an attribute in blocks: `a.b` is `{ a: [{ b: … }] }`. */
function valuesAt(path: string, value: unknown): Record<string, unknown> {
  const [name = "", ...rest] = path.split(/\.(?!response\.header|request\.|header\.)/);
  return { [name]: rest.length === 0 ? value : [valuesAt(rest.join("."), value)] };
}

const read = (before: Values, after: Values, type: string) =>
  judgeChanges(takeApart(planBetween({ [`${type}.x`]: before }, { [`${type}.x`]: after })));

type Values = Record<string, unknown>;

const attributes = documented.filter(
  ([type, path]) => type !== "any type" && path !== "made" && path !== "gone",
);
const types = [...new Set(attributes.map(([type]) => type))];

describe.each(types)("%s", (type) => {
  const rules = attributes.filter(([each]) => each === type);

  test("each documented attribute is judged, and one that is not documented is not", () => {
    for (const [, path] of rules) {
      expect([path, read(valuesAt(path, "one"), valuesAt(path, "other"), type).notJudged]).toEqual([
        path,
        [],
      ]);
    }
    const notJudged = [{ address: `${type}.x`, action: "update", attributes: ["anything_else"] }];
    expect(read({ anything_else: 1 }, { anything_else: 2 }, type).notJudged).toEqual(notJudged);
  });

  test("each rule that asks for care does so for a change that it names", () => {
    for (const [, path, rule] of rules.filter(([, , each]) => each.startsWith("care"))) {
      const effects = EXAMPLES.flatMap(([before, after]) =>
        read(valuesAt(path, before), valuesAt(path, after), type).findings.map(({ effect }) => effect),
      );
      expect([path, effects.some((effect) => rule.includes(effect))]).toEqual([path, true]);
    }
  });
});

/** Changes one of which each rule asks for care for. */
const EXAMPLES: readonly (readonly [before: unknown, after: unknown])[] = [
  [true, false],
  [false, true],
  [1, 2],
  [2, 1],
  [1, 0],
  [7, 0],
  ["a", "b"],
  ["a", "*"],
  ["Enabled", "Suspended"],
  ["strong", "OFF"],
  ["TLS_1_3", "TLS_1_0"],
  ["ON", "OFF"],
  ["IAM", "NONE"],
  ["Active", "PassThrough"],
  ["Active", "Inactive"],
  ["Inactive", "Active"],
  ["Enforce", "Warn"],
  ["PRIVATE", "REGIONAL"],
  ["PRIVATE", "GLOBAL"],
  ["400", "200"],
  ["nodejs22.x", "nodejs16.x"],
  ["Auto", "Manual"],
  ["DEBUG", "WARN"],
  ["TRACE", "FATAL"],
  ["INFO", "OFF"],
  ["ENFORCED", "OFF"],
  ["ENABLED", "LEGACY"],
  ["ACTIVE", "INACTIVE"],
  ["PAY_PER_REQUEST", "PROVISIONED"],
  ["private", "public-read"],
  ["BucketOwnerEnforced", "ObjectWriter"],
  [["https://a"], ['"*"', "*"]],
  ["SecureString", "String"],
  ["IMMUTABLE", "MUTABLE"],
  ["KMS", "NONE"],
  ["10.0.0.0/8", "0.0.0.0/0"],
  ["HTTPS", "HTTP"],
  ["defensive", "monitor"],
  ["ENABLED", "DISABLED"],
  ["", "123456789012"],
  [[], [{ allow: [{}] }]],
  ["", "x"],
  ["https://a.example", "https://b.example"],
];
