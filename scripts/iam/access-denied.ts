import type { Evaluation } from "./evaluate";
import { POLICY_KIND_NAMES } from "./explain";
import type { AccessRequest } from "./statement";

/**
 * What AWS tells a caller who is denied: who, what, on which resource, and which kind of policy decided. The texts for
 * a boundary are those of other services than API Gateway; which kind is named where several deny is not documented:
 * here it is the first in the order identity, boundary, resource.
 * Source: https://docs.aws.amazon.com/IAM/latest/UserGuide/troubleshoot_access-denied.html
 *
 * @param resource - the resource as the service shows it
 */
export function accessDenied(
  evaluation: Evaluation,
  { caller, action }: Pick<AccessRequest, "caller" | "action">,
  resource: string,
): string {
  const user = "arn" in caller ? caller.arn : caller.kind;
  return `User: ${user} is not authorized to perform: ${action} on resource: ${resource}${why(evaluation, action)}`;
}

function why({ decision, statements, missing = "identity" }: Evaluation, action: string): string {
  const kind = decision === "ExplicitlyDenied" ? (statements[0]?.kind ?? missing) : missing;
  const name = POLICY_KIND_NAMES[kind];
  if (decision === "ImplicitlyDenied") return ` because no ${name} allows the ${action} action`;
  return ` with an explicit deny in ${/^[aeiou]/.test(name) ? "an" : "a"} ${name}`;
}
