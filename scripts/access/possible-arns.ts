import { type AuthorizedApi, methodArn } from "#gateway/gates/authorize";
import { segmentKind, segmentsOf } from "#gateway/gates/path-template";
import { matchesText } from "#iam/arn-pattern";
import type { ApplicablePolicies } from "#iam/evaluate";
import type { NamedPolicy } from "#iam/identity";
import { toList } from "#iam/policy";
import type { RequestContext } from "#iam/request-context";
import { variablesOf } from "#iam/statement";
import { substituteVariables, type Variables } from "#iam/variables";
import { isUnknown } from "#iam/verdict";
import { HTTP_METHODS } from "#model/rest-api";
import { commonText, literalPlaces, type PatternPlace } from "./common-text";

/** A route by its method, which may be `ANY`, and its path template. */
export interface RoutePlace {
  readonly method: string;
  readonly path: string;
}

/**
 * The ARNs of requests that take the route: for each method one with values that no policy names (`{code}` itself), and
 * for each pattern of the policies that does not match this one, but matches other requests of the route, one of those.
 */
export function possibleArns(
  model: AuthorizedApi,
  stage: string,
  { method, path }: RoutePlace,
  policies: ApplicablePolicies,
  context: RequestContext,
): string[] {
  const methods = method === "ANY" ? HTTP_METHODS : [method];
  const arns = methods.flatMap((each) => {
    const unnamed = methodArn(model, stage, each, path);
    const [beginning = ""] = unnamed.split("{");
    const requests = requestPlaces(methodArn(model, stage, each, "/"), path);
    const named = allPolicies(policies).flatMap((policy) => {
      const variables = variablesOf({ policy }, { context });
      return patternsOf(policy)
        .filter(
          (pattern) => mayBegin(pattern, beginning) && matchesText(pattern, unnamed, variables) !== true,
        )
        .flatMap((pattern) => commonText(patternPlaces(pattern, variables), requests) ?? []);
    });
    return [unnamed, ...named];
  });
  return [...new Set(arns)];
}

// ---------------------------------------------------------------------------------------------------- internal

function allPolicies({ identity, boundary, resource }: ApplicablePolicies): NamedPolicy[] {
  return [...identity, boundary, resource].filter((policy) => policy !== undefined);
}

function patternsOf({ document }: NamedPolicy): string[] {
  return toList(document.Statement).flatMap(({ Resource = [], NotResource = [] }) => [
    ...toList(Resource),
    ...toList(NotResource),
  ]);
}

/**
 * Whether a pattern can match a text with a given beginning: compares its text up to the first wildcard or variable.
 */
function mayBegin(pattern: string, beginning: string): boolean {
  const [own = ""] = pattern.split(/[*?$]/);
  return own.startsWith(beginning) || beginning.startsWith(own);
}

/** A pattern of IAM. The value of a variable may be unknown, in which case it can be anything. */
function patternPlaces(pattern: string, variables: Variables): PatternPlace[] {
  const pieces = substituteVariables(pattern, variables);
  // Matches nothing, because no ARN is empty.
  if (pieces === undefined) return [];
  if (isUnknown(pieces)) return patternPlaces(pattern.replaceAll(/\$\{[^}]*\}?/g, "*"), undefined);
  return pieces.flatMap(({ text, literal }) =>
    literal
      ? literalPlaces(text)
      : [...text].map((each) => WILDCARDS[each] ?? { only: each, repeats: false }),
  );
}

const WILDCARDS: Readonly<Record<string, PatternPlace>> = {
  "*": { repeats: true },
  "?": { repeats: false },
};

/** The ARNs of all requests that match a route. Slashes after the path do not change the route. */
function requestPlaces(rootArn: string, path: string): PatternPlace[] {
  const segments = segmentsOf(path).flatMap((segment, index) => [
    ...(index === 0 ? [] : literalPlaces("/")),
    ...(SEGMENTS[segmentKind(segment)] ?? literalPlaces(segment)),
  ]);
  return [...literalPlaces(rootArn), ...segments, { only: "/", repeats: true }];
}

/** What a parameter matches: a segment that is not empty, or the rest of the path. */
const SEGMENTS: Readonly<Record<string, PatternPlace[]>> = {
  parameter: [
    { but: "/", repeats: false },
    { but: "/", repeats: true },
  ],
  greedy: [{ repeats: false }, { repeats: true }],
};
