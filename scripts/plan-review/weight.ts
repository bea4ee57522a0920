import type { AccessGained, Finding, GateLost, RouteName } from "./finding";

/**
 * Findings by weight: what is lost for good and whom strangers may be come first, what a mock answers last. Of the same
 * weight, in the order in which they were found.
 * @param mocks - the routes that a mock answers, by {@link routeKey}
 */
export function inOrder(findings: readonly Finding[], mocks: ReadonlySet<string>): Finding[] {
  return findings
    .map((finding) => ({ finding, weight: weightOf(finding, mocks) }))
    .sort((one, other) => one.weight - other.weight)
    .map(({ finding }) => finding);
}

/** Tells a route from every other. */
export function routeKey({ api, stage, method, path }: RouteName): string {
  return JSON.stringify([api, stage, method, path]);
}

function weightOf(finding: Finding, mocks: ReadonlySet<string>): number {
  switch (finding.kind) {
    case "place-changed":
    case "plan-incomplete":
    case "plan-partial":
      return 0;
    case "data-lost":
      return LOST_FOR_GOOD.has(finding.what) ? 1 : 1.5;
    case "account-appears":
      return 2;
    case "access-gained":
      return isStranger(finding) ? 2 : 3;
    case "gate-lost":
      return weightOfGate(finding, mocks);
    case "setting-changed":
      return /\b(anyone|internet|any account|public)\b/.test(finding.effect) ? 2 : 4;
    case "limit-lost":
    case "not-redeployed":
    case "redeployed-early":
    case "retention-shortened":
      return 4;
    default:
      return 3;
  }
}

/** What people work with; of the rest, most can be made again. */
const LOST_FOR_GOOD: ReadonlySet<string> = new Set([
  "bucket",
  "database",
  "encryption key",
  "file system",
  "queue",
  "secret",
  "stream",
  "table",
  "table item",
  "user pool",
]);

function isStranger({ who }: AccessGained): boolean {
  return who.kind === "everyone" || ("isOther" in who && who.isOther);
}

function weightOfGate({ route, isNowPublic, lost }: GateLost, mocks: ReadonlySet<string>): number {
  if (mocks.has(routeKey(route))) return 5;
  return isNowPublic || lost.some(({ gate }) => gate === "api-policy") ? 2 : 3;
}
