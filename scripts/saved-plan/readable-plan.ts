import { parsePlan } from "#plan/read-plan";
import { hideStandIns, redactPlans } from "#plan/secrets";
import { redactLine } from "#text/redact";

/**
 * Removes the secrets from a plan that people read. Terraform hides values that are marked as sensitive, but shows copies
 * of them that are not marked.
 * @param text - the plan as `terraform show` prints it
 * @param json - the plan as `terraform show -json` prints it, which marks the secrets
 */
export function readablePlan(text: string, json: string): string {
  const [, redacted] = redactPlans([parsePlan(json, "the plan that was made"), text]);
  return hideStandIns(String(redacted)).split("\n").map(redactLine).join("\n");
}
