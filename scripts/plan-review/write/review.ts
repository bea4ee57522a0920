import type { Action } from "#plan/plan";
import type { NotJudged } from "#plan-rules/judge-changes";
import type { Area } from "#plan-rules/rule";
import type { Finding } from "../finding";
import { AREAS, type Judgement } from "../judge";
import type { Origin } from "../origin";
import type { RouteNote } from "../routes";
import { DATA_COLUMNS, dataRow, staleLines } from "./actions";
import { writeFinding } from "./findings";
import { LIMITS_COLUMNS, limitsRow } from "./limits";
import { code, count, listWithin, type Markdown, tableHead } from "./markdown";
import { type Names, namesFor } from "./names";
import { foreseenNote, PERMISSION_COLUMNS, permissionRows } from "./permissions";
import { planText } from "./plan-text";
import { ROUTE_COLUMNS, routeNote, routeRow } from "./routes";
import { joinSections, type Section } from "./sections";
import { notJudgedLine, toldLines } from "./settings";

/** A comment on GitHub has 65,536 characters; the rest is for what a workflow puts around a review. */
export const LONGEST_REVIEW = 60_000;

/**
 * A review as Markdown.
 * @returns at most {@link LONGEST_REVIEW} characters
 */
export function writeReview(judgement: Judgement, origin: Origin): Markdown {
  return joinSections(sectionsOf(judgement, origin), LONGEST_REVIEW);
}

/** The sections of a review, in the order in which they are read: what needs a decision, then what says why. */
function sectionsOf(judgement: Judgement, origin: Origin): Section[] {
  const { pending, routes, permissions, data, live, limits, settings } = judgement;
  const names = namesFor(judgement);
  const [moved, same] = [true, false].map((isChanged) => ({
    routes: routes.rows.filter((row) => row.isChanged === isChanged).map((row) => routeRow(row, names)),
    limits: limits.rows.filter((row) => row.isChanged === isChanged).map((row) => limitsRow(row, names.show)),
  }));
  const stayingNotes = routes.notes.filter((note) => !isOfChange(note)).map(routeNote);
  return [
    verdictSection(judgement, names, origin),
    ...(pending.length === 0 ? [] : [pendingSection(pending, names)]),
    ...acceptedSections(judgement, names),
    ...notJudgedSections(settings.notJudged),
    ...toldSections(judgement),
    tableSection("Who can call what", ROUTE_COLUMNS, {
      rows: moved?.routes ?? [],
      notes: routes.notes.filter(isOfChange).map(routeNote),
      legend: "~~Before~~ and **after**, where they differ.",
      noun: ["route", "routes"],
      share: 18_000,
    }),
    tableSection("Permissions", PERMISSION_COLUMNS, {
      rows: permissionRows(permissions.entries, names.show),
      notes: permissions.foreseen.length === 0 ? [] : [foreseenNote(permissions.foreseen, names.show)],
      legend: permissions.hasStandIns ? "Names in parentheses stand for what AWS will assign." : undefined,
      noun: ["line", "lines"],
      share: 10_000,
    }),
    tableSection("Data and keys", DATA_COLUMNS, {
      rows: data.rows.map(dataRow),
      noun: ["line", "lines"],
      share: 5_000,
    }),
    listSection("What would not go live", {
      rows: live.stages.flatMap(staleLines),
      noun: ["line", "lines"],
      share: 4_000,
    }),
    tableSection("Limits", LIMITS_COLUMNS, {
      rows: moved?.limits ?? [],
      noun: ["line", "lines"],
      share: 4_000,
    }),
    ...quietSections(judgement),
    ...foldedSection(
      ["route that stays as it was", "routes that stay as they were"],
      ROUTE_COLUMNS,
      same?.routes ?? [],
      8_000,
      stayingNotes,
    ),
    ...foldedSection(
      ["limit that stays as it was", "limits that stay as they were"],
      LIMITS_COLUMNS,
      same?.limits ?? [],
      2_000,
    ),
    ...textSections(judgement),
  ].filter((section) => section.lead.length > 0);
}

/** What connections have to be is worth a line above the fold if it changes. */
function isOfChange(note: RouteNote): boolean {
  return note.kind !== "connections" || JSON.stringify(note.before) !== JSON.stringify(note.now);
}

function verdictSection(judgement: Judgement, names: Names, { commit, run }: Origin): Section {
  const { verdict, own, pending, isOnBase, settings } = judgement;
  const number = own.length + pending.length;
  const parts = [
    verdict === "needs care" ? `**needs care: ${number}**` : verdict,
    ...(settings.notJudged.length > 0 ? [`not judged: ${settings.notJudged.length}`] : []),
    ...countParts(judgement),
    ...(commit === undefined ? [] : [`commit ${code(commit.slice(0, 7))}`]),
    ...(run === undefined ? [] : [`run ${run}`]),
  ];
  const basis = isOnBase ? ["", "Before is what the plan of the base would leave behind."] : [];
  return {
    lead: [`## Plan review: ${parts.join(" · ")}`, ...basis, ...(own.length > 0 ? ["", "> [!CAUTION]"] : [])],
    items: own.map((finding) => `> - ${writeFinding(finding, names)}`),
    noun: ["reason", "reasons"],
    share: 8_000,
  };
}

/** `+3 ~5 −1`, and what is rarer by its name. */
function countParts({ actionCounts: counts, outputs, settings }: Judgement): Markdown[] {
  const moved = settings.told.filter(({ how }) => how === "moved").length;
  const signs = SIGNS.flatMap(([action, sign]) =>
    counts.has(action) ? [`${sign}${counts.get(action)}`] : [],
  );
  const forgotten = counts.get("forget") ?? 0;
  return [
    ...(signs.length > 0 ? [signs.join(" ")] : []),
    ...(forgotten > 0 ? [`forgotten: ${forgotten}`] : []),
    ...(moved > 0 ? [`moved: ${moved}`] : []),
    ...(outputs.length > 0 ? [`outputs: ${outputs.length}`] : []),
  ];
}

const SIGNS: readonly (readonly [Action, Markdown])[] = [
  ["create", "+"],
  ["update", "~"],
  ["replace", "±"],
  ["delete", "−"],
];

function pendingSection(pending: readonly Finding[], names: Names): Section {
  return {
    lead: ["The plan of the base does this already; it is applied with this one if that was not:", ""],
    items: pending.map((finding) => `- ${writeFinding(finding, names)}`),
    noun: ["reason", "reasons"],
    share: 3_000,
  };
}

function acceptedSections({ accepted }: Judgement, names: Names): Section[] {
  if (accepted.length === 0) return [];
  return [
    {
      lead: ["Accepted before, and no reason any more:", ""],
      items: accepted.map(
        ({ finding, reason, until }) =>
          `- ${writeFinding(finding, names)}: ${code(reason)}, until ${code(until)}`,
      ),
      noun: ["finding", "findings"],
      share: 2_000,
    },
  ];
}

function notJudgedSections(notJudged: readonly NotJudged[]): Section[] {
  if (notJudged.length === 0) return [];
  return [
    {
      lead: [
        "> [!WARNING]",
        "> Not judged: no rule says whether these are harmless. Read them in the plan below.",
      ],
      items: notJudged.map((each) => `> - ${notJudgedLine(each)}`),
      noun: ["change", "changes"],
      share: 3_000,
    },
  ];
}

function toldSections({ settings, outputs }: Judgement): Section[] {
  const lines = [
    ...toldLines(settings.told),
    ...(outputs.length > 0 ? [`outputs of the stack: ${listWithin(outputs.map(code), 150)}`] : []),
  ];
  if (lines.length === 0) return [];
  return [
    {
      lead: ["> [!NOTE]", "> What else changes, and needs no care by itself:"],
      items: lines.map((line) => `> - ${line}`),
      noun: ["line", "lines"],
      share: 3_000,
    },
  ];
}

/** What stays, in one line; nothing of it where anything is not judged, or not planned as it will be. */
function quietSections({ settings, changedAreas, own, pending, verdict, live }: Judgement): Section[] {
  const isUnsure = [...own, ...pending].some(({ kind }) => UNSURE.has(kind));
  const rest = AREAS.filter((area) => !changedAreas.includes(area));
  if (settings.notJudged.length > 0 || isUnsure || verdict === "nothing changes") return [];
  const isLive = live.isChanged && live.stages.length === 0;
  return [
    {
      lead: [
        ...(rest.length > 0 ? [`No change in: ${rest.map((area) => AREA_NAMES[area]).join(" · ")}.`] : []),
        ...(isLive ? [...(rest.length > 0 ? [""] : []), "Everything that changes goes live."] : []),
      ],
      items: [],
      noun: ["line", "lines"],
      share: 1_000,
    },
  ];
}

/** Findings that say nothing of where something changes. */
const UNSURE: ReadonlySet<Finding["kind"]> = new Set([
  "account-appears",
  "check-failed",
  "deployment-not-read",
  "drifted",
  "not-planned",
  "place-changed",
  "plan-incomplete",
  "plan-partial",
  "runs-program",
  "routes-not-compared",
  "routes-not-read",
]);

const AREA_NAMES: Readonly<Record<Area, Markdown>> = {
  routes: "who can call what",
  permissions: "permissions",
  data: "data and keys",
  limits: "limits",
  code: "functions",
  operation: "logs, alarms and costs",
};

interface Content {
  /** Rows of a table, or lines. */
  readonly rows: readonly Markdown[];
  /** What the rows leave out, and why. */
  readonly notes?: readonly Markdown[];
  readonly legend?: Markdown;
  readonly noun: Section["noun"];
  readonly share: number;
}

/** Notes are few; where a hostile plan makes them many, these are enough. */
const MOST_NOTES = 8;

/** A table under a title; nothing at all if it has no rows and there is nothing to say of it. */
function tableSection(title: string, columns: readonly string[], content: Content): Section {
  const { rows, notes = [], legend, noun, share } = content;
  const shown = notes.slice(0, MOST_NOTES).flatMap((note) => ["", note]);
  if (rows.length === 0) {
    return { lead: shown.length === 0 ? [] : [`### ${title}`, ...shown], items: [], noun, share };
  }
  return {
    lead: [`### ${title}`, "", ...(legend ? [legend, ""] : []), ...tableHead(columns)],
    items: rows,
    tail: shown,
    noun,
    share,
  };
}

function listSection(title: string, { rows, noun, share }: Content): Section {
  return { lead: rows.length === 0 ? [] : [`### ${title}`, ""], items: rows, noun, share };
}

function foldedSection(
  what: readonly [singular: string, plural: string],
  columns: readonly string[],
  rows: readonly Markdown[],
  share: number,
  notes: readonly Markdown[] = [],
): Section[] {
  if (rows.length === 0) return [];
  return [
    {
      lead: [`<details><summary>${count(rows.length, ...what)}</summary>`, "", ...tableHead(columns)],
      items: rows,
      tail: [...notes.slice(0, MOST_NOTES).flatMap((note) => ["", note]), "", "</details>"],
      noun: [what[0].split(" ")[0] ?? "", what[1].split(" ")[0] ?? ""],
      share,
    },
  ];
}

function textSections({ changes, isConfigured, settings }: Judgement): Section[] {
  const lines = planText(changes, isConfigured, new Set(settings.notJudged.map(({ address }) => address)));
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
