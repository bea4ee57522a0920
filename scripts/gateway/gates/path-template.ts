/** The segments of a path or of a resource's path template; trailing slashes do not count, slashes inside do. */
export function segmentsOf(path: string): string[] {
  let end = path.length;
  while (end > 1 && path[end - 1] === "/") end--;
  return end <= 1 ? [] : path.slice(1, end).split("/");
}

/**
 * What a template's segment matches: its literal text, any one segment (`{code}`), or the rest of the path
 * (`{proxy+}`).
 */
export function segmentKind(segment: string): "static" | "parameter" | "greedy" {
  if (!segment.startsWith("{") || !segment.endsWith("}")) return "static";
  return segment.endsWith("+}") ? "greedy" : "parameter";
}
