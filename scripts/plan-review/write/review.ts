import type { Findings } from "../findings";
import type { Part } from "../part";
import type { Action, Plan } from "../plan";
import { DATA_COLUMNS } from "./data";
import { LIMITS_COLUMNS } from "./limits";
import { count, list, type Markdown, tableHead, tableRow } from "./markdown";
import { PERMISSION_COLUMNS } from "./permissions";
import { planText } from "./plan-text";
import { ROUTE_COLUMNS } from "./routes";
import type { Section } from "./sections";

/** The sections of a review, in the order in which they are read. */
export function writeSections(head: Plan, target: Plan | undefined, findings: Findings): Section[] {
  const { pending, parts } = findings;
  const { routes, iam, data, live, limits } = parts;
  return [
    verdict(head, target, findings),
    ...(pending.length === 0 ? [] : [pendingSection(pending)]),
    tableSection("Who can call what", routes, ROUTE_COLUMNS, {
      legend: "~~Before~~ and **after**, where they differ.",
      none: "There are no routes.",
      noun: ["route", "routes"],
      share: 18_000,
    }),
    tableSection("Permissions", iam, PERMISSION_COLUMNS, {
      legend: iam.hasStandIns ? "Names in parentheses stand for what AWS will assign." : undefined,
      none: "Nobody gains or loses any.",
      noun: ["line", "lines"],
      share: 10_000,
    }),
    tableSection("Data and keys", data, DATA_COLUMNS, {
      none: "Nothing that holds data is replaced or destroyed, and no key is.",
      noun: ["line", "lines"],
      share: 5_000,
    }),
    listSection("What would not go live", live, "Everything that changes goes live.", 4_000),
    tableSection("Limits", limits, LIMITS_COLUMNS, {
      none: "There are no usage plans.",
      noun: ["line", "lines"],
      share: 4_000,
    }),
    countSection(head),
    ...textSections(head),
  ];
}

function verdict(head: Plan, target: Plan | undefined, { own, pending, parts }: Findings): Section {
  const changes = [head, target].some(
    (plan) => plan && (countActions(plan).size > 0 || plan.outputs.length > 0),
  );
  const reasons = own.length + pending.length;
  const line =
    reasons > 0 ? `**needs care**, for ${count(reasons, "reason")}` : changes ? "changes" : "nothing changes";
  const basis = target ? ["", "Before is what the plan of the base would leave behind."] : [];
  const places = line === "changes" ? ["", whatChanges(parts)] : [];
  return {
    lead: [`## Plan review: ${line}`, ...basis, ...places, ...(own.length > 0 ? [""] : [])],
    items: own.map((finding) => `- ${finding}`),
    noun: ["reason", "reasons"],
    share: 6_000,
  };
}

/** Where to look, for a reviewer whom no reason sends anywhere. */
function whatChanges({ routes, iam, data, limits }: Findings["parts"]): Markdown {
  const places = [
    routes.isChanged && "who can call what",
    iam.isChanged && "permissions",
    data.isChanged && "data and keys",
    limits.isChanged && "limits",
  ].filter((place) => place !== false);
  return places.length > 0
    ? `What changes: ${list(places)}.`
    : "Who can call what, permissions, data, keys and limits stay as they are.";
}

function pendingSection(pending: readonly Markdown[]): Section {
  return {
    lead: ["The plan of the base does this already; it is applied with this one if that was not:", ""],
    items: pending.map((finding) => `- ${finding}`),
    noun: ["reason", "reasons"],
    share: 3_000,
  };
}

interface TableTexts {
  readonly legend?: Markdown;
  /** What stands in place of a table without rows. */
  readonly none: Markdown;
  readonly noun: Section["noun"];
  readonly share: number;
}

/** Notes are few; where a hostile plan makes them many, these are enough. */
const MOST_NOTES = 8;

function tableSection(title: string, part: Part, columns: readonly string[], texts: TableTexts): Section {
  const { legend, none, noun, share } = texts;
  const isEmpty = part.rows.length === 0;
  return {
    lead: [
      `### ${title}`,
      "",
      ...(isEmpty ? [none] : [...(legend ? [legend, ""] : []), ...tableHead(columns)]),
    ],
    items: part.rows,
    tail: part.notes.slice(0, MOST_NOTES).flatMap((note) => ["", note]),
    noun,
    share,
  };
}

function listSection(title: string, part: Part, none: Markdown, share: number): Section {
  return {
    lead: [`### ${title}`, "", ...(part.rows.length === 0 ? [none] : [])],
    items: part.rows,
    noun: ["line", "lines"],
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

/** How many resources each action is for; those left out to which nothing happens. */
function countActions({ changes }: Plan): ReadonlyMap<Action, number> {
  const counts = new Map<Action, number>();
  for (const { action } of changes) {
    if (action !== "no-op" && action !== "read") counts.set(action, (counts.get(action) ?? 0) + 1);
  }
  return counts;
}

function countSection(plan: Plan): Section {
  const counts = countActions(plan);
  const shown = ACTIONS.filter(([action]) => counts.has(action));
  const outputs =
    plan.outputs.length === 0 ? [] : ["", `${count(plan.outputs.length, "output")} of the stack change.`];
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

function textSections({ changes }: Plan): Section[] {
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
