import { substituteVariables, type Variables } from "./variables";
import { isUnknown, unknown, type Verdict } from "./verdict";
import { matchesPattern, toPattern } from "./wildcard";

const ARN_COMPONENTS = 6;

/**
 * Whether a resource matches a pattern of `Resource` or `NotResource` (case-sensitive). A wildcard stays inside its
 * component of the ARN; the last component, after the fifth colon, holds any character. A `*` at the end of the pattern
 * covers every component after it. AWS lets a `*` at the end of a component also "expand to match beyond the colon
 * boundaries", and no page says how far: a match that needs this is unknown. A match through a policy variable before
 * the fifth colon is also unknown, because AWS allows none there.
 * Source: https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_resource.html
 */
export function matchesResource(pattern: string, resource: string, variables: Variables): Verdict {
  if (isPlain(pattern)) return pattern === resource;
  const whole = matchesText(pattern, resource, variables);
  if (whole !== true) return whole;
  const wanted = components(pattern, variables);
  const actual = components(resource, undefined);
  const isAsLong =
    wanted.length === actual.length || (wanted.length < actual.length && pattern.endsWith("*"));
  const isCertain =
    isAsLong &&
    wanted.every((component, index) => {
      const mayVary = index === ARN_COMPONENTS - 1 || variables === undefined || !component.includes("${");
      return mayVary && matchesText(component, actual[index] ?? "", variables) === true;
    });
  return isCertain || unknown(`"${pattern}" matches only if a wildcard or variable may span colons`);
}

/**
 * Whether an ARN matches a pattern of `ArnLike` or `ArnEquals`, which are the same: each of the six components is
 * compared separately. If either is not an ARN, the result is unknown: no page says what AWS does, with a negated
 * operator either.
 * Source: https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_condition_operators.html#Conditions_ARN
 */
export function matchesArn(pattern: string, arn: string, variables: Variables): Verdict {
  const wanted = components(pattern, variables);
  const actual = components(arn, undefined);
  if (actual.length < ARN_COMPONENTS || actual[0] !== "arn")
    return unknown("the request's value is not an ARN");
  if (wanted.length < ARN_COMPONENTS) {
    return unknown(`"${pattern}" has fewer than the six components of an ARN`);
  }
  const [beginning = ""] = wanted;
  if (isPlain(beginning) && beginning !== "arn") return unknown(`"${pattern}" is not an ARN`);
  const whole = matchesText(pattern, arn, variables);
  if (whole !== true) return whole;
  return wanted.every((component, index) => matchesText(component, actual[index] ?? "", variables) === true);
}

/** Whether a text as a whole matches a pattern with wildcards and policy variables. */
export function matchesText(pattern: string, text: string, variables: Variables): Verdict {
  if (isPlain(pattern)) return pattern === text;
  const pieces = substituteVariables(pattern, variables);
  if (pieces === undefined) return false;
  if (isUnknown(pieces)) return pieces;
  return matchesPattern(toPattern(pieces), text);
}

/** Whether a pattern has neither wildcards nor policy variables, and so matches only itself. */
function isPlain(pattern: string): boolean {
  return !/[*?$]/.test(pattern);
}

const COLON_OUTSIDE_VARIABLE = /:(?![^{}]*\})/;

/** The components of an ARN, six at most: the last takes all further colons. */
function components(arn: string, variables: Variables): string[] {
  const parts = arn.split(variables !== undefined && arn.includes("${") ? COLON_OUTSIDE_VARIABLE : ":");
  const last = ARN_COMPONENTS - 1;
  return parts.length <= last ? parts : [...parts.slice(0, last), parts.slice(last).join(":")];
}
