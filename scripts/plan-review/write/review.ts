import type { Action } from "#plan/plan";
import type { Finding } from "../finding";
import type { Area, Judgement } from "../judge";
import { DATA_COLUMNS, dataRow, staleLines } from "./actions";
import { writeFinding } from "./findings";
import { LIMITS_COLUMNS, limitsRow } from "./limits";
import { count, list, type Markdown, tableHead, tableRow } from "./markdown";
import { type Names, namesFor } from "./names";
import { foreseenNote, PERMISSION_COLUMNS, permissionRow } from "./permissions";
import { planText } from "./plan-text";
import { ROUTE_COLUMNS, routeNote, routeRow } from "./routes";
import { joinSections, type Section } from "./sections";

/** A comment on GitHub has 65,536 characters; the rest is for what a workflow puts around a review. */
export const LONGEST_REVIEW = 60_000;

/**
 * A review as Markdown.
 * @returns at most {@link LONGEST_REVIEW} characters
 */
export function writeReview(judgement: Judgement): Markdown {
  return joinSections(sectionsOf(judgement), LONGEST_REVIEW);
}

/** The sections of a review, in the order in which they are read. */
function sectionsOf(judgement: Judgement): Section[] {
  const { pending, routes, permissions, data, live, limits } = judgement;
  const names = namesFor(judgement);
  return [
    verdictSection(judgement, names),
    ...(pending.length === 0 ? [] : [pendingSection(pending, names)]),
    tableSection("Who can call what", ROUTE_COLUMNS, {
      rows: routes.rows.map((row) => routeRow(row, names)),
      notes: routes.notes.map(routeNote),
      legend: "~~Before~~ and **after**, where they differ.",
      none: "There are no routes.",
      noun: ["route", "routes"],
      share: 18_000,
    }),
    tableSection("Permissions", PERMISSION_COLUMNS, {
      rows: permissions.entries.map((entry) => permissionRow(entry, names.show)),
      notes: permissions.foreseen.length === 0 ? [] : [foreseenNote(permissions.foreseen, names.show)],
      legend: permissions.hasStandIns ? "Names in parentheses stand for what AWS will assign." : undefined,
      none: "Nobody gains or loses any.",
      noun: ["line", "lines"],
      share: 10_000,
    }),
    tableSection("Data and keys", DATA_COLUMNS, {
      rows: data.rows.map(dataRow),
      none: "Nothing that holds data is replaced or destroyed, and no key is.",
      noun: ["line", "lines"],
      share: 5_000,
    }),
    listSection("What would not go live", {
      rows: live.stages.flatMap(staleLines),
      none: "Everything that changes goes live.",
      noun: ["line", "lines"],
      share: 4_000,
    }),
    tableSection("Limits", LIMITS_COLUMNS, {
      rows: limits.rows.map((row) => limitsRow(row, names.show)),
      none: "There are no usage plans.",
      noun: ["line", "lines"],
      share: 4_000,
    }),
    countSection(judgement),
    ...textSections(judgement),
  ];
}

function verdictSection({ verdict, own, pending, isOnBase, changedAreas }: Judgement, names: Names): Section {
  const line =
    verdict === "needs care"
      ? `**needs care**, for ${count(own.length + pending.length, "reason")}`
      : verdict;
  const basis = isOnBase ? ["", "Before is what the plan of the base would leave behind."] : [];
  const places = verdict === "changes" ? ["", whatChanges(changedAreas)] : [];
  return {
    lead: [`## Plan review: ${line}`, ...basis, ...places, ...(own.length > 0 ? [""] : [])],
    items: own.map((finding) => `- ${writeFinding(finding, names)}`),
    noun: ["reason", "reasons"],
    share: 6_000,
  };
}

/** Where to look, for a reviewer whom no reason sends anywhere. */
function whatChanges(areas: readonly Area[]): Markdown {
  return areas.length > 0
    ? `What changes: ${list(areas.map((area) => AREA_NAMES[area]))}.`
    : "Who can call what, permissions, data, keys and limits stay as they are.";
}

const AREA_NAMES: Readonly<Record<Area, Markdown>> = {
  routes: "who can call what",
  permissions: "permissions",
  data: "data and keys",
  limits: "limits",
};

function pendingSection(pending: readonly Finding[], names: Names): Section {
  return {
    lead: ["The plan of the base does this already; it is applied with this one if that was not:", ""],
    items: pending.map((finding) => `- ${writeFinding(finding, names)}`),
    noun: ["reason", "reasons"],
    share: 3_000,
  };
}

interface Content {
  /** Rows of a table, or lines. */
  readonly rows: readonly Markdown[];
  /** What the rows leave out, and why. */
  readonly notes?: readonly Markdown[];
  readonly legend?: Markdown;
  /** What stands in place of a table without rows. */
  readonly none: Markdown;
  readonly noun: Section["noun"];
  readonly share: number;
}

/** Notes are few; where a hostile plan makes them many, these are enough. */
const MOST_NOTES = 8;

function tableSection(title: string, columns: readonly string[], content: Content): Section {
  const { rows, notes = [], legend, none, noun, share } = content;
  return {
    lead: [
      `### ${title}`,
      "",
      ...(rows.length === 0 ? [none] : [...(legend ? [legend, ""] : []), ...tableHead(columns)]),
    ],
    items: rows,
    tail: notes.slice(0, MOST_NOTES).flatMap((note) => ["", note]),
    noun,
    share,
  };
}

function listSection(title: string, { rows, none, noun, share }: Content): Section {
  return {
    lead: [`### ${title}`, "", ...(rows.length === 0 ? [none] : [])],
    items: rows,
    noun,
    share,
  };
}

const ACTIONS: readonly (readonly [Action, Markdown])[] = [
  ["create", "created"],
  ["update", "changed in place"],
  ["replace", "replaced"],
  ["delete", "destroyed"],
  ["forget", "forgotten"],
];

function countSection({ actionCounts: counts, outputs: changed }: Judgement): Section {
  const shown = ACTIONS.filter(([action]) => counts.has(action));
  const outputs = changed.length === 0 ? [] : ["", `${count(changed.length, "output")} of the stack change.`];
  return {
    lead: [
      "### Resources",
      "",
      ...(shown.length === 0
        ? ["None changes."]
        : [
            ...tableHead(shown.map(([, name]) => name)),
            tableRow(shown.map(([action]) => String(counts.get(action)))),
          ]),
      ...outputs,
    ],
    items: [],
    noun: ["line", "lines"],
    share: 1_000,
  };
}

function textSections({ changes }: Judgement): Section[] {
  const lines = planText(changes);
  if (lines.length === 0) return [];
  return [
    {
      lead: [`<details><summary>The plan, ${count(lines.length, "line")}</summary>`, "", "```diff"],
      items: lines,
      tail: ["```", "", "</details>"],
      noun: ["line", "lines"],
      share: 2_000,
    },
  ];
}
