import { parsePlan } from "#plan/read-plan";
import { hideStandIns, redactPlans } from "#plan/secrets";
import { redactLine } from "#text/redact";

/**
 * Takes the secrets out of a plan for people. Terraform hides what is marked as sensitive, wherever that stands, and
 * shows copies of it that nothing marks.
 * @param text - what `terraform show` printed of the plan
 * @param json - what `terraform show -json` printed of it, which tells its secrets
 */
export function readablePlan(text: string, json: string): string {
  const [, redacted] = redactPlans([parsePlan(json, "the plan that was made"), text]);
  return hideStandIns(String(redacted)).split("\n").map(redactLine).join("\n");
}
