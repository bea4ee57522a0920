import type { Value } from "../local/terraform/value";
import { loadApis } from "./apis";
import { DATA_COLUMNS, reviewData } from "./data-part";
import { loadGrants } from "./grants";
import { type Authority, IAM_COLUMNS, reviewIam } from "./iam-part";
import { LIMIT_COLUMNS, reviewLimits } from "./limits-part";
import { reviewLive } from "./live-part";
import { count, type Markdown, tableHead, tableRow } from "./markdown";
import { commonPrefix, nameWriter } from "./names";
import { findNewThings } from "./new-things";
import type { Part } from "./part";
import { type Action, type Plan, takeApart } from "./plan";
import { planText } from "./plan-text";
import { loadPrincipals } from "./principals";
import { ROUTE_COLUMNS, reviewRoutes, type Side } from "./routes-part";
import { hideStandIns, redactPlans } from "./secrets";
import { joinSections, type Section } from "./sections";
import type { Snapshot } from "./snapshot";

/** What a review of a plan has come to. */
export interface Review {
  readonly markdown: Markdown;
  readonly needsCare: boolean;
}

/** A comment on GitHub has 65,536 characters; the rest is for what a workflow puts around a review. */
export const LONGEST_REVIEW = 60_000;

/**
 * Reviews a plan: who can call what before and after, who may do what, what becomes of data, what would not go live.
 * @param plan - from `terraform show -json`, parsed
 * @param base - the plan of the branch that the change goes to, made from the same state. What it does already is told
 * apart, and "before" is what it would leave behind.
 * @returns at most {@link LONGEST_REVIEW} characters, and no secret of either plan
 */
export function reviewPlan(plan: Value, base?: Value): Review {
  const [head, target] = redactPlans(base === undefined ? [plan] : [plan, base]).map(takeApart);
  if (head === undefined) throw new Error("a plan that was redacted away");
  const findings = collectFindings(head, target);
  const sections = writeSections(head, target, findings);
  return {
    markdown: hideStandIns(joinSections(sections, LONGEST_REVIEW)),
    needsCare: findings.own.length + findings.pending.length > 0,
  };
}

interface Findings {
  /** What the change brings. */
  readonly own: readonly Markdown[];
  /** What the plan of the base brings without it. */
  readonly pending: readonly Markdown[];
  readonly parts: StateParts & ActionParts;
}

function collectFindings(head: Plan, target: Plan | undefined): Findings {
  const actions = reviewActions(head);
  const whole = reviewStates(head.before, head.after, head);
  if (target === undefined) {
    return { own: findingsOf(whole, actions), pending: [], parts: { ...whole, ...actions } };
  }
  const change = reviewStates(target.after, head.after, head);
  const anyway = new Set(findingsOf(reviewActions(target)));
  const own = [...findingsOf(change), ...findingsOf(actions).filter((finding) => !anyway.has(finding))];
  const pending = findingsOf(whole, actions).filter((finding) => !own.includes(finding));
  return { own, pending, parts: { ...change, ...actions } };
}

interface StateParts {
  readonly routes: Part;
  readonly iam: Part;
  readonly limits: Part;
}

interface ActionParts {
  readonly data: Part;
  readonly live: Part;
  readonly whole: Part;
}

function findingsOf(...parts: readonly (StateParts | ActionParts)[]): Markdown[] {
  const found = parts.flatMap((each): Part[] => Object.values(each)).flatMap(({ findings }) => findings);
  return [...new Set(found)];
}

function reviewStates(before: Snapshot, after: Snapshot, { changes }: Plan): StateParts {
  const compared = [before, after];
  const [old, now] = [readSide(before, compared), readSide(after, compared)];
  const show = nameWriter(commonPrefix([...namesIn(old), ...namesIn(now)]));
  const newThings = findNewThings(old.apis, now.apis, after, changes);
  return {
    routes: reviewRoutes(old, now, show),
    iam: reviewIam(old, now, { newThings, show, accountId: after.account.accountId }),
    limits: reviewLimits(before, after, show),
  };
}

function reviewActions(plan: Plan): ActionParts {
  const reason = "Terraform could not plan all of it: what is missing is not reviewed";
  return {
    data: reviewData(plan.changes),
    live: reviewLive(plan),
    whole: { rows: [], findings: plan.isIncomplete ? [reason] : [], notes: [] },
  };
}

type WholeSide = Side & Authority & { readonly snapshot: Snapshot };

function readSide(snapshot: Snapshot, compared: readonly Snapshot[]): WholeSide {
  return {
    snapshot,
    apis: loadApis(snapshot),
    principals: loadPrincipals(snapshot, compared),
    grants: loadGrants(snapshot),
  };
}

/** The names that a review mentions most. */
function namesIn({ snapshot, principals }: WholeSide): string[] {
  return [
    ...[...principals.values()].map(({ name }) => name),
    ...snapshot.all("aws_lambda_function").map((each) => each.link("function_name")),
  ];
}

function writeSections(head: Plan, target: Plan | undefined, { own, pending, parts }: Findings): Section[] {
  const { routes, iam, data, live, limits } = parts;
  return [
    verdict(head, target, own, pending),
    ...(pending.length === 0 ? [] : [pendingSection(pending)]),
    tableSection("Who can call what", routes, ROUTE_COLUMNS, {
      legend: "~~Before~~ and **after**, where they differ.",
      none: "There are no routes.",
      noun: ["route", "routes"],
      share: 18_000,
    }),
    tableSection("Permissions", iam, IAM_COLUMNS, {
      legend: iam.rows.some((row) => row.includes("(aws_"))
        ? "Names in parentheses stand for what AWS will assign."
        : undefined,
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
    tableSection("Limits", limits, LIMIT_COLUMNS, {
      none: "There are no usage plans.",
      noun: ["line", "lines"],
      share: 4_000,
    }),
    countSection(head),
    ...textSections(head),
  ];
}

function verdict(
  head: Plan,
  target: Plan | undefined,
  own: readonly Markdown[],
  pending: readonly Markdown[],
): Section {
  const changes = [head, target].some(
    (plan) => plan && (countActions(plan).size > 0 || plan.outputs.length > 0),
  );
  const reasons = own.length + pending.length;
  const line =
    reasons > 0 ? `**needs care**, for ${count(reasons, "reason")}` : changes ? "changes" : "nothing changes";
  const basis = target ? ["", "Before is what the plan of the base would leave behind."] : [];
  return {
    lead: [`## Plan review: ${line}`, ...basis, ...(own.length > 0 ? [""] : [])],
    items: own.map((finding) => `- ${finding}`),
    noun: ["reason", "reasons"],
    share: 6_000,
  };
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
