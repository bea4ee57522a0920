import type { Opinion, Rule } from "#plan-rules/rule";
import { COMMON, TABLE } from "#plan-rules/table";

/**
 * The page with each rule of the table in the place of the rules that it has.
 * @param page - docs/plan-review-rules.md
 */
export function writeRulesPage(page: string): string {
  const [head = ""] = page.split(TABLE_HEAD);
  return `${head}${TABLE_HEAD}${ruleLines().map(writeRuleLine).join("\n")}\n`;
}

const TABLE_HEAD = "| Type | Path | Rule |\n| --- | --- | --- |\n";

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

function writeRuleLine([type, path, rule]: RuleLine): string {
  return `| \`${type}\` | \`${path}\` | ${rule.replaceAll("|", "\\|")} |`;
}
