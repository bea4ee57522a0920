import { lookUp, type RequestContext } from "./request-context";
import { type Unknown, unknown } from "./verdict";
import type { PatternPiece } from "./wildcard";

/** The values of policy variables; `undefined` in policies of version 2008-10-17, in which `${…}` is ordinary text. */
export type Variables = RequestContext | undefined;

const VARIABLE = /\$\{([^}]*)\}/g;
const KEY_AND_DEFAULT = /^([^,']+)(?:, '([^']*)')?$/;

/**
 * Replaces the policy variables of a text by their values: `${aws:username}`, `${aws:PrincipalTag/team, 'none'}`, and
 * `${*}`, `${?}`, `${$}` for the characters themselves. A value is literal: a `*` in it is not a wildcard.
 * @returns the pieces of the text; `undefined` if a variable has no value in this request, so that nothing matches the
 * text; unknown if a variable cannot be resolved here, or is empty and AWS's behaviour is not documented.
 * Source: https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_variables.html
 */
export function substituteVariables(
  text: string,
  variables: Variables,
): readonly PatternPiece[] | undefined | Unknown {
  if (variables === undefined || !text.includes("${")) return [{ text, literal: false }];
  const pieces: PatternPiece[] = [];
  let end = 0;
  for (const match of text.matchAll(VARIABLE)) {
    const value = resolveVariable(match[1] ?? "", variables);
    if (typeof value !== "string") return value;
    pieces.push({ text: text.slice(end, match.index), literal: false }, { text: value, literal: true });
    end = match.index + match[0].length;
  }
  pieces.push({ text: text.slice(end), literal: false });
  if (pieces.some((piece) => !piece.literal && piece.text.includes("${"))) {
    return unknown(`a policy variable in "${text}" has no closing brace`);
  }
  return pieces;
}

function resolveVariable(expression: string, context: RequestContext): string | undefined | Unknown {
  if (expression === "*" || expression === "?" || expression === "$") return expression;
  const unresolved = unknown(`policy variable "\${${expression}}" cannot be resolved here`);
  const match = KEY_AND_DEFAULT.exec(expression);
  const found = match?.[1] === undefined ? "unknown" : lookUp(context, match[1]);
  if (found === "absent") return match?.[2];
  if (found === "unknown" || found.length > 1) return unresolved;
  return found[0] || unresolved;
}
