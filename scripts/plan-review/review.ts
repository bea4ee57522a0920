import type { Value } from "#terraform/value";
import { collectFindings } from "./findings";
import { takeApart } from "./plan";
import { hideStandIns, redactPlans } from "./secrets";
import type { Markdown } from "./write/markdown";
import { writeSections } from "./write/review";
import { joinSections } from "./write/sections";

/** What a review of a plan has come to. */
export interface Review {
  readonly markdown: Markdown;
  readonly needsCare: boolean;
}

/** A comment on GitHub has 65,536 characters; the rest is for what a workflow puts around a review. */
export const LONGEST_REVIEW = 60_000;

/**
 * Reviews a plan: who can call what before and after, who may do what, what becomes of data, what would not go live.
 * @param plan - from `terraform show -json`, parsed
 * @param base - the plan of the branch that the change goes to, made from the same state. What it does already is told
 * apart, and "before" is what it would leave behind.
 * @returns at most {@link LONGEST_REVIEW} characters, and no secret of either plan
 */
export function reviewPlan(plan: Value, base?: Value): Review {
  const [head, target] = redactPlans(base === undefined ? [plan] : [plan, base]).map(takeApart);
  if (head === undefined) throw new Error("a plan that was redacted away");
  const findings = collectFindings(head, target);
  const sections = writeSections(head, target, findings);
  return {
    markdown: hideStandIns(joinSections(sections, LONGEST_REVIEW)),
    needsCare: findings.own.length + findings.pending.length > 0,
  };
}
