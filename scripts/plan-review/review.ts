import { takeApart } from "#plan/plan";
import { hideStandIns, redactPlans } from "#plan/secrets";
import type { Value } from "#terraform/value";
import { judgePlan } from "./judge";
import { writeJson } from "./write/json";
import type { Markdown } from "./write/markdown";
import { writeReview } from "./write/review";

/** What a review of a plan has come to. */
export interface Review {
  readonly markdown: Markdown;
  /** The findings for other programs. */
  readonly json: string;
  readonly needsCare: boolean;
}

/**
 * Reviews a plan: who can call what before and after, who may do what, what becomes of data, what would not go live.
 * @param plan - from `terraform show -json`, parsed
 * @param base - the plan of the branch that the change goes to, made from the same state. What it does already is told
 * apart, and "before" is what it would leave behind.
 * @returns no secret of either plan
 */
export function reviewPlan(plan: Value, base?: Value): Review {
  const [head, target] = redactPlans(base === undefined ? [plan] : [plan, base]).map(takeApart);
  if (head === undefined) throw new Error("a plan that was redacted away");
  const judgement = judgePlan(head, target);
  return {
    markdown: hideStandIns(writeReview(judgement)),
    json: hideStandIns(writeJson(judgement)),
    needsCare: judgement.verdict === "needs care",
  };
}
