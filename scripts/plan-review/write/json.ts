import type { Finding } from "../finding";
import type { Judgement } from "../judge";
import { writeFinding } from "./findings";
import { namesFor } from "./names";

/** Which form the JSON has. Another one means that a member is gone or means something else; more of them may come. */
const SCHEMA_VERSION = 1;

/**
 * A review as JSON for other programs, as docs/plan-review-json.md describes it. Names stand in it as the plan has them,
 * with each character that could command a terminal or turn the direction of text as an escape.
 */
export function writeJson(judgement: Judgement): string {
  const { verdict, own, pending, changedAreas, actionCounts, outputs, settings, accepted } = judgement;
  const names = namesFor(judgement);
  const describe = (broughtBy: "change" | "base") => (finding: Finding) => {
    const { kind, ...members } = finding;
    return { kind, broughtBy, message: writeFinding(finding, names), ...members };
  };
  const review = {
    schemaVersion: SCHEMA_VERSION,
    verdict,
    findings: [...own.map(describe("change")), ...pending.map(describe("base"))],
    notJudged: settings.notJudged,
    accepted: accepted.map(({ finding, reason, until }) => ({
      message: writeFinding(finding, names),
      reason,
      until,
    })),
    changedAreas,
    actions: Object.fromEntries(actionCounts),
    outputs,
  };
  return `${escapeUnseen(JSON.stringify(review, undefined, 2))}\n`;
}

/** Writes what cannot be seen as escapes of JSON; line ends between the members stay. */
export function escapeUnseen(json: string): string {
  return json.replace(/(?!\n)[\p{C}\p{Zl}\p{Zp}]/gu, (character) =>
    [...Array(character.length).keys()]
      .map((index) => `\\u${character.charCodeAt(index).toString(16).padStart(4, "0")}`)
      .join(""),
  );
}
