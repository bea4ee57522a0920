/** The verdict of a review: `nothing changes`, `changes`, `needs care`. */
export function verdictIn(markdown: string): string {
  return /^## Plan review: \**([a-z ]+?)(?:: \d+)?\**(?: ·.*)?$/m.exec(markdown)?.[1] ?? "none";
}

/** The reasons for care that a review gives under its verdict; those of the base that it gives after them. */
export function reasonsIn(markdown: string): string[] {
  const [, verdict = ""] = markdown.split(/^##+ /m);
  const [reasons = ""] = verdict.split(/^> \[!(?:WARNING|NOTE)\]/m);
  return reasons.split("\n").flatMap((line) => /^(?:> )?- (.*)$/.exec(line)?.[1] ?? []);
}
