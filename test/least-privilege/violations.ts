import { type ApplicablePolicies, evaluate } from "#iam/evaluate";
import type { AccessRequest } from "#iam/statement";
import type { Question } from "./question";

/** Policies, and what they are asked. */
export interface Asked {
  readonly name: string;
  readonly policies: ApplicablePolicies;
  readonly questions: Iterable<Question>;
}

/** Policies to be proven. */
export interface Subject extends Asked {
  readonly questions: readonly Question[];
}

/**
 * Every question that the policies answer otherwise than they have to, as a sentence; where there is none, they are
 * proven. An answer that rests on what the evaluator does not know is wrong, too: AWS may know it.
 */
export function* violations({ name, policies, questions }: Asked): Generator<string> {
  for (const { request, brings, allowed } of questions) {
    const { decision, notes } = evaluate(
      request,
      brings.length === 0 ? policies : { ...policies, identity: [...policies.identity, ...brings] },
    );
    if ((decision === "Allowed") === allowed && notes.length === 0) continue;
    yield [
      `${name}: ${describe(request)} ${allowed ? "is needed" : "is not needed"}: ${decision}`,
      ...notes,
    ].join("; ");
  }
}

function describe({ caller, action, resource }: AccessRequest): string {
  const who = "arn" in caller ? caller.arn : "service" in caller ? caller.service : caller.kind;
  return `${action} on ${String(resource)} by ${who}`;
}
