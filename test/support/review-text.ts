/** The verdict of a review: `nothing changes`, `changes`, `needs care`. */
export function verdictIn(markdown: string): string {
  return /^## Plan review: \**([a-z ]+?)\**(?:,.*)?$/m.exec(markdown)?.[1] ?? "none";
}

/** The reasons for care that a review gives under its verdict. */
export function reasonsIn(markdown: string): string[] {
  const [, verdict = ""] = markdown.split(/^##+ /m);
  return verdict.split("\n").flatMap((line) => (line.startsWith("- ") ? [line.slice(2)] : []));
}
