import { takeApart } from "#plan/plan";
import { hideStandIns, redactPlans } from "#plan/secrets";
import type { Value } from "#terraform/value";
import { type Accepted, acceptedFinder } from "./accepted";
import type { Finding } from "./finding";
import { type AcceptedFinding, type Judgement, judgePlan, verdictOn } from "./judge";
import type { Origin } from "./origin";
import { writeFinding } from "./write/findings";
import { writeJson } from "./write/json";
import type { Markdown } from "./write/markdown";
import { namesFor } from "./write/names";
import { writeReview } from "./write/review";
import { writeSarif } from "./write/sarif";

/** What a review of a plan has come to. */
export interface Review {
  readonly markdown: Markdown;
  /** The findings for other programs. */
  readonly json: string;
  /** The findings as SARIF. */
  readonly sarif: string;
  readonly needsCare: boolean;
  /** Whether a change is not judged. */
  readonly hasNotJudged: boolean;
}

/** What a review is held against. */
export interface ReviewOptions {
  /** The accounts beside the stack's that are not strangers. */
  readonly ownAccounts?: readonly string[];
  readonly accepted?: readonly Accepted[];
  readonly now?: Date;
  /** What is reviewed. */
  readonly origin?: Origin;
}

/**
 * Reviews a plan: who can call what before and after, who may do what, what becomes of data, what would not go live.
 * @param plan - from `terraform show -json`, parsed
 * @param base - the plan of the branch that the change goes to, made from the same state. What it does already is told
 * apart, and "before" is what it would leave behind.
 * @returns no secret of either plan
 */
export function reviewPlan(plan: Value, base?: Value, options: ReviewOptions = {}): Review {
  const { ownAccounts = [], accepted = [], now = new Date(), origin = {} } = options;
  const [head, target] = redactPlans(base === undefined ? [plan] : [plan, base]).map(takeApart);
  if (head === undefined) throw new Error("a plan that was redacted away");
  const judgement = accept(judgePlan(head, target, ownAccounts), accepted, now);
  return {
    markdown: hideStandIns(writeReview(judgement, origin)),
    json: hideStandIns(writeJson(judgement)),
    sarif: hideStandIns(writeSarif(judgement)),
    needsCare: judgement.verdict === "needs care",
    hasNotJudged: judgement.settings.notJudged.length > 0,
  };
}

/** Sets aside what is accepted, by the sentence that the review has for it. */
function accept(judgement: Judgement, accepted: readonly Accepted[], now: Date): Judgement {
  if (accepted.length === 0) return judgement;
  const [names, find] = [namesFor(judgement), acceptedFinder(accepted, now)];
  const matchOf = (finding: Finding) => find(hideStandIns(writeFinding(finding, names)));
  const left = (findings: readonly Finding[]) => findings.filter((finding) => matchOf(finding) === undefined);
  const set = [...judgement.own, ...judgement.pending].flatMap((finding): AcceptedFinding[] => {
    const match = matchOf(finding);
    return match ? [{ finding, reason: match.reason, until: match.until }] : [];
  });
  const [own, pending] = [left(judgement.own), left(judgement.pending)];
  return {
    ...judgement,
    own,
    pending,
    accepted: set,
    verdict: verdictOn(own.length + pending.length, judgement),
  };
}
