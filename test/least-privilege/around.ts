/**
 * Action patterns that take in an action and more: `*`, `dynamodb:*`, `dynamodb:Get*`, `dynamodb:*Item`,
 * `dynamodb:GetItem*`, …
 */
export function widenAction(action: string): string[] {
  return ["*", ...aroundAction(action, "*")];
}

/** Actions that AWS may have tomorrow, one in reach of each pattern of {@link widenAction}: `dynamodb:GetTomorrow`, … */
export function actionsOfTomorrow(action: string): string[] {
  return aroundAction(action, "Tomorrow");
}

/**
 * Resource patterns that take in a resource, or what a pattern does, and more: `*`, each part as a wildcard, all from
 * a part on, and whatever follows.
 */
export function widenResource(pattern: string): string[] {
  const parts = split(pattern);
  const wider = variableParts(parts).flatMap((index) => [
    put(parts, index, "*"),
    `${parts.slice(0, index).join("")}*`,
  ]);
  return unique(["*", ...wider, `${pattern}*`]).filter((each) => each !== pattern && !each.endsWith("**"));
}

/**
 * The ARNs next to one, each in reach of a pattern of {@link widenResource}: another in each of its parts, and longer
 * ones. A part that is a `{placeholder}` may be anything and has no neighbours.
 */
export function neighbours(arn: string): string[] {
  const parts = split(arn);
  const beside = variableParts(parts).map((index) => put(parts, index, "other"));
  const isOpen = arn === "*" || arn.endsWith("}");
  return isOpen ? beside : [...beside, `${arn}-2`, `${arn}/other`, `${arn}:other`];
}

// ---------------------------------------------------------------------------------------------------- internal

function aroundAction(action: string, filler: string): string[] {
  const [service, name = ""] = action.split(":");
  const words = name.match(/[A-Z]+(?![a-z])|[A-Z][a-z0-9]*/g) ?? [];
  const cuts = Array.from({ length: words.length + 1 }, (_, at) => at).flatMap((at) => [
    `${words.slice(0, at).join("")}${filler}`,
    `${filler}${words.slice(at).join("")}`,
  ]);
  return unique(cuts)
    .map((each) => `${service}:${each}`)
    .filter((each) => each !== action);
}

/** The parts of an ARN, and what separates them: even places are parts, odd ones separators. */
function split(arn: string): string[] {
  return arn.split(/([:/-])/);
}

/** The places of what can be another: not the word `arn`, what is empty, or what may be anything already. */
function variableParts(parts: readonly string[]): number[] {
  return parts.flatMap((part, index) =>
    index % 2 === 1 || index === 0 || part === "" || part === "*" || part.startsWith("{") ? [] : index,
  );
}

function put(parts: readonly string[], index: number, part: string): string {
  return parts.with(index, part).join("");
}

function unique(values: readonly string[]): string[] {
  return [...new Set(values)];
}
