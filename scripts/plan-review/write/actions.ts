import type { DataRow } from "../data";
import type {
  DataLost,
  KeyChanged,
  NotRedeployed,
  RedeployedEarly,
  Retention,
  RetentionShortened,
  SecretExposed,
} from "../finding";
import type { MissedChange, StaleStage } from "../live";
import { code, list, type Markdown, tableRow } from "./markdown";

/** The columns of {@link dataRow}. */
export const DATA_COLUMNS = [" ", "What", "Resource", "Why"];

/** Something that happens to what holds data, or to a key. */
export function dataRow(row: DataRow): Markdown {
  const mark = MARKED.has(row.kind) ? `**${row.kind}**` : row.kind;
  return tableRow([mark, row.what, code(row.address), reasonOf(row)]);
}

/** What needs care. */
const MARKED = new Set<DataRow["kind"]>(["replaced", "destroyed", "rotated", "shortened", "exposed"]);

function reasonOf(row: DataRow): Markdown {
  switch (row.kind) {
    case "forgotten":
      return "stays in AWS, no longer managed";
    case "replaced":
    case "destroyed":
      return row.replacedFor.length > 0 ? `${list(row.replacedFor.map(code))} cannot change in place` : "";
    case "rotated":
      return "";
    case "shortened":
      return keptFor(row.days);
    case "less protected":
      return `loses its ${row.lost}`;
    case "exposed":
      return `in the variable ${code(row.variable)}`;
  }
}

function keptFor({ from, to }: Retention): Markdown {
  return `kept for ${to} days instead of ${from === "ever" ? from : `${from} days`}`;
}

/** `table … is replaced: its items are lost` */
export function dataLost({ what, name, action }: DataLost): Markdown {
  const effect = EFFECTS.get(what);
  return [`${what} ${code(name)} is ${action}`, ...(effect ? [effect] : [])].join(": ");
}

/** What it means that something goes, by what it is, where that is not plain. */
const EFFECTS: ReadonlyMap<string, string> = new Map([
  ["API", "its URL goes with it"],
  ["API key", "clients that have it are refused"],
  ["encryption key", "what it encrypts cannot be read any more"],
  ["log group", "its logs are lost"],
  ["table", "its items are lost"],
]);

/** `API key … gets another value` */
export function keyChanged({ what, address }: KeyChanged): Markdown {
  return `${what} ${code(address)} gets another value`;
}

/** `log group … is kept for 14 days instead of 365 days: older logs are destroyed` */
export function retentionShortened({ what, name, days }: RetentionShortened): Markdown {
  return `${what} ${code(name)} is ${keptFor(days)}: older logs are destroyed`;
}

/** `Lambda … has what looks like a secret in its variable …` */
export function secretExposed({ holder: { kind, name }, variable }: SecretExposed): Markdown {
  return `${kind} ${code(name)} has what looks like a secret in its variable ${code(variable)}: anyone who can read the ${kind} or the state reads it`;
}

/** A line for each change that does not reach a stage. */
export function staleLines({ stage, reason, missed }: StaleStage): Markdown[] {
  const rest = ENDS[reason](code(stage));
  return missed.map((change) => `- ${describe(change)} ${rest}`);
}

const ENDS: Readonly<Record<StaleStage["reason"], (stage: Markdown) => Markdown>> = {
  stays: (stage) => `does not reach stage ${stage}`,
  early: (stage) => `may not reach stage ${stage}: its deployment does not wait for it`,
  lingers: (stage) =>
    `is still in the new deployment of stage ${stage}; ${code("make apply")} publishes once more when it is gone`,
};

function describe({ action, address, attributes }: MissedChange): Markdown {
  return `${code(address)} (${action === "update" ? list(attributes.map(code)) : action})`;
}

/** `stage … of API … is not redeployed: … would not go live` */
export function notRedeployed({ api, stage, missed }: NotRedeployed): Markdown {
  return `stage ${code(stage)} of API ${code(api)} is not redeployed: ${list(missed.map(code), 3)} would not go live`;
}

/** `stage … of API … may be redeployed too early: the deployment does not wait for … (depends_on)` */
export function redeployedEarly({ api, stage, missed }: RedeployedEarly): Markdown {
  const place = `stage ${code(stage)} of API ${code(api)}`;
  return `${place} may be redeployed too early: the deployment does not wait for ${list(missed.map(code), 3)} (depends_on)`;
}
