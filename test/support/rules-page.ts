import type { Opinion, Rule } from "#plan-rules/rule";
import { COMMON, TABLE } from "#plan-rules/table";

/** A line of docs/plan-review-rules.md, as cells. */
export type RuleLine = readonly [type: string, path: string, rule: string];

/** The table of types and attributes, as docs/plan-review-rules.md has it. */
export function ruleLines(): RuleLine[] {
  return [
    ...attributeLines("any type", COMMON),
    ...[...TABLE].flatMap(([type, row]): RuleLine[] => [
      [type, "made", opinionText(row.made)],
      [type, "gone", opinionText(row.gone)],
      ...attributeLines(type, row.attributes),
    ]),
  ];
}

function attributeLines(type: string, rules: Readonly<Record<string, Rule>>): RuleLine[] {
  return Object.entries(rules).map(([path, { is }]) => [type, path, is]);
}

function opinionText({ level, effect }: Opinion): string {
  return effect === undefined
    ? { quiet: "shown elsewhere", told: "listed", care: "care" }[level]
    : `care: ${effect}`;
}

/** The lines of the page. */
export function readRuleLines(page: string): RuleLine[] {
  return page.split("\n").flatMap((line): RuleLine[] => {
    const [, type, path, rule] = /^\| `?([^`|]+)`? \| `?([^`|]+)`? \| (.+) \|$/.exec(line) ?? [];
    if (type === undefined || path === undefined || rule === undefined || /^(Type|---)$/.test(type))
      return [];
    return [[type, path, rule.replaceAll("\\|", "|")]];
  });
}

/** A line of the page. */
export function writeRuleLine([type, path, rule]: RuleLine): string {
  return `| \`${type}\` | \`${path}\` | ${rule.replaceAll("|", "\\|")} |`;
}
