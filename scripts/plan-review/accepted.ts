import { readFileSync } from "node:fs";
import { UserError } from "#modules/project";
import { isList, isObject, type Value } from "#terraform/value";
import { parseJson } from "#text/parse-json";
import { escapeControls } from "#text/printable";

/** A finding that was looked at and is accepted, until a day. */
export interface Accepted {
  /** The sentence of the review, or its JSON `message`, as a whole. */
  readonly finding: string;
  readonly reason: string;
  /** The last day that it counts, in UTC: `2026-12-31`. */
  readonly until: string;
}

const EXPECTED =
  'expected [{"finding": "…", "reason": "…", "until": "2026-12-31"}], each of them text that is not empty';

/**
 * Reads a file of accepted findings.
 * @throws UserError, in one line, if it is not such a file
 */
export function readAccepted(path: string): readonly Accepted[] {
  const shown = escapeControls(path);
  let text: string;
  try {
    text = readFileSync(path, "utf8");
  } catch (cause) {
    throw new UserError(`cannot read ${shown}: ${EXPECTED}`, { cause });
  }
  const json = parseJson(text);
  if (!isList(json)) throw new UserError(`${shown}: got no list, ${EXPECTED}`);
  return json.map((each, index) => {
    const [finding, reason, until] = ["finding", "reason", "until"].map((name) => textIn(each, name));
    if (!finding || !reason || !until || !isDay(until)) {
      throw new UserError(`${shown}: got an item ${index + 1} that is not complete, ${EXPECTED}`);
    }
    return { finding, reason, until };
  });
}

function textIn(value: Value | undefined, name: string): string | undefined {
  const found = isObject(value) && Object.hasOwn(value, name) ? value[name] : undefined;
  return typeof found === "string" && found.trim() !== "" ? found : undefined;
}

function isDay(text: string): boolean {
  return /^\d{4}-\d{2}-\d{2}$/.test(text) && !Number.isNaN(Date.parse(`${text}T00:00:00Z`));
}

/** Finds out whether a finding is accepted on a day. One that has expired is not. */
export function acceptedFinder(
  accepted: readonly Accepted[],
  now: Date,
): (message: string) => Accepted | undefined {
  const today = now.toISOString().slice(0, 10);
  const valid = new Map(accepted.filter(({ until }) => until >= today).map((each) => [each.finding, each]));
  return (message) => valid.get(message);
}
