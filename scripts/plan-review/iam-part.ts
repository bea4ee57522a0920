import { Budget } from "./budget";
import type { Grant } from "./grants";
import { groupBy } from "./grouping";
import { EVERYONE, grantEntry, type IamEntry, type IamView, permissionEntry } from "./iam-entry";
import type { Part } from "./part";
import { comparePermissions } from "./permission-changes";
import type { PlannedPrincipal } from "./principals";
import { list, type Markdown, tableRow } from "./write/markdown";

/** Who may do what by the policies of a stack. */
export interface Authority {
  readonly principals: ReadonlyMap<string, PlannedPrincipal>;
  readonly grants: ReadonlyMap<string, Grant>;
}

/** The columns of the rows of {@link reviewIam}. */
export const IAM_COLUMNS = [" ", "Who", "Action", "On", "By"];

/** Compares what each principal may do. What needs care comes first, of that what everyone gains; what is lost, last. */
export function reviewIam(before: Authority, after: Authority, view: IamView): Part {
  const entries = merge([
    ...comparePrincipals(before.principals, after.principals, view),
    ...compareGrants(before.grants, after.grants, view),
  ]);
  const careful = entries
    .filter(({ needsCare }) => needsCare)
    .sort((one, other) => Number(other.who === EVERYONE) - Number(one.who === EVERYONE));
  const others = entries.filter(({ needsCare }) => !needsCare);
  const gained = others.filter(({ kind }) => kind !== "loses");
  const lost = others.filter(({ kind }) => kind === "loses");
  return {
    rows: [...careful, ...gained, ...lost].map(toRow),
    isChanged: entries.length > 0,
    findings: [...groupBy(careful, ({ who }) => who)].map(
      ([who, entriesOfOne]) => `${who} ${list(toPhrases(entriesOfOne), 2)}`,
    ),
    notes: notesOn(after, view),
  };
}

function notesOn({ principals }: Authority, { show }: IamView): Markdown[] {
  const foreseen = [...principals.values()]
    .flatMap(({ policies }) => policies)
    .flatMap(({ name, document, isForeseen }) => (document && isForeseen ? [name] : []));
  if (foreseen.length === 0) return [];
  const names = list([...new Set(foreseen)].map(show));
  return [`Known after apply, and taken from the configuration: the policies ${names}.`];
}

/** Some seconds' worth. */
const MOST_WORK = 5_000_000;

function comparePrincipals(
  before: Authority["principals"],
  after: Authority["principals"],
  view: IamView,
): IamEntry[] {
  const budget = new Budget(MOST_WORK);
  return [...new Set([...before.keys(), ...after.keys()])].flatMap((key) => {
    const [old, now] = [before.get(key), after.get(key)];
    return comparePermissions(old, now, budget).map((change) =>
      permissionEntry(key, old === undefined, change, view),
    );
  });
}

/** What is granted that was not, and what is not granted any more; with a Deny it is the other way round. */
function compareGrants(before: Authority["grants"], after: Authority["grants"], view: IamView): IamEntry[] {
  const added = [...after].filter(([key]) => !before.has(key)).map(([, grant]) => grant);
  const removed = [...before].filter(([key]) => !after.has(key)).map(([, grant]) => grant);
  return [
    ...added.map((grant) => grantEntry(grant.effect === "Allow" ? "gains" : "loses", grant, view)),
    ...removed.map((grant) => grantEntry(grant.effect === "Allow" ? "loses" : "gains", grant, view)),
  ];
}

/** Joins entries that differ in their action alone. */
function merge(entries: readonly IamEntry[]): IamEntry[] {
  const groups = groupBy(entries, (entry) => JSON.stringify({ ...entry, actions: [] }));
  return [...groups.values()].flatMap(([first, ...others]) =>
    first === undefined ? [] : [{ ...first, actions: [first, ...others].flatMap(({ actions }) => actions) }],
  );
}

const KINDS: Readonly<Record<IamEntry["kind"], Markdown>> = {
  gains: "**gains**",
  "may gain": "**may gain**",
  loses: "loses",
};

function toRow({ kind, who, actions, place, by }: IamEntry): Markdown {
  return tableRow([KINDS[kind], who, list(actions), place, by]);
}

/** What somebody gains; places with the same actions in one phrase. */
function toPhrases(entries: readonly IamEntry[]): Markdown[] {
  const alike = groupBy(entries, ({ kind, actions }) => `${kind} ${list(actions, 3)}`);
  return [...alike].map(([gain, each]) => {
    const places = each.map(({ place }) => place).filter((place) => place !== "");
    return places.length === 0 ? gain : `${gain} on ${list(places, 3)}`;
  });
}
