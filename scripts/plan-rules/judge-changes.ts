import { groupBy } from "#plan/grouping";
import { type Change, changedAttributes, type Plan } from "#plan/plan";
import type { Value } from "#terraform/value";
import { leavesOf } from "./leaves";
import type { Monthly } from "./prices";
import { type Area, isNothing, type Leaf, type Opinion, QUIET, type TypeRow } from "./rule";
import { ruleFor, TABLE } from "./table";

/** What the rules say of each change. */
export interface ChangesReview {
  readonly findings: readonly SettingChanged[];
  /** What changes and needs no care. */
  readonly told: readonly ToldChange[];
  /** What no rule is for. */
  readonly notJudged: readonly NotJudged[];
  /** The parts of the review that something of these belongs to. */
  readonly areas: ReadonlySet<Area>;
}

/** Something is made, changed or destroyed that matters to callers, to data, or to what protects either. */
export interface SettingChanged {
  readonly kind: "setting-changed";
  /** What it is: `function URL`. */
  readonly what: string;
  /** The name in AWS, or the address if there is none. */
  readonly name: string;
  readonly address: string;
  readonly action: Change["action"];
  /** `anyone can call it without a signature` */
  readonly effect: string;
  /** The attributes that do it; empty if it is the resource as a whole. */
  readonly settings: readonly Setting[];
  /** What else of its type changes in the same way. */
  readonly others?: readonly { readonly name: string; readonly address: string }[];
}

/** Something that changes and needs no care. */
export interface ToldChange {
  /** What it is: `Lambda`. */
  readonly what: string;
  /** The name in AWS, or the address if there is none. */
  readonly name: string;
  readonly address: string;
  /** `moved`, `imported` and `forgotten` things stay as they are in AWS. */
  readonly how: "made" | "changed" | "replaced" | "destroyed" | "forgotten" | "imported" | "moved";
  /** The address that it had, if it is moved. */
  readonly from?: string;
  readonly settings: readonly Setting[];
}

/** An attribute before and after. */
export interface Setting {
  /** `environment.variables.TABLE` */
  readonly path: string;
  /** Undefined if there is none, or it is known after apply. */
  readonly before?: Value;
  readonly after?: Value;
  readonly isUnknown: boolean;
  /** What it costs in a month afterwards, if it is paid by the hour. */
  readonly monthly?: Monthly;
}

/** A change, or a part of one, that nothing in the review looks at. */
export interface NotJudged {
  readonly address: string;
  readonly action: Change["action"];
  /** The attributes; empty if the type is not known, so that all of it is not judged. */
  readonly attributes: readonly string[];
}

/** Judges each change of a plan by the table of types and attributes. */
export function judgeChanges({
  changes,
  isConfigured,
}: Pick<Plan, "changes" | "isConfigured">): ChangesReview {
  const found = { findings: [] as SettingChanged[], told: [] as ToldChange[], notJudged: [] as NotJudged[] };
  const areas = new Set<Area>();
  const hasTagPolicies = changes.some(
    ({ type, before, after }) => asksForTags(type, before) || asksForTags(type, after),
  );
  for (const change of changes) {
    if (change.mode === "data") continue;
    const { movedFrom: from, address } = change;
    if (from !== undefined) {
      found.told.push({
        what: TABLE.get(change.type)?.what ?? change.type,
        name: address,
        address,
        how: "moved",
        from,
        settings: [],
      });
    }
    if (change.action === "no-op" && !change.isImported) continue;
    const isSet = (attribute: string) => isConfigured(change.address, attribute);
    const judged = judgeChange(change, isSet, hasTagPolicies);
    found.findings.push(...judged.findings);
    found.told.push(...judged.told);
    found.notJudged.push(...judged.notJudged);
    if (judged.findings.length + judged.told.length > 0 && judged.area) areas.add(judged.area);
  }
  return { ...found, findings: mergeSame(found.findings), areas };
}

type Judged = Omit<ChangesReview, "areas"> & { readonly area?: Area };

/** Judges one change. */
function judgeChange(
  change: Change,
  isConfigured: (attribute: string) => boolean,
  hasTagPolicies: boolean,
): Judged {
  const { action, address, type } = change;
  const row = TABLE.get(type);
  const what = row?.what ?? type;
  const named = { what, name: nameOf(change), address };
  // It stays in AWS as it is, whatever it is.
  if (action === "forget")
    return {
      findings: [],
      told: [{ ...named, how: "forgotten", settings: [] }],
      notJudged: [],
      area: row?.area,
    };
  if (row === undefined) {
    const attributes = action === "update" ? changedAttributes(change) : [];
    return { findings: [], told: [], notJudged: [{ address, action, attributes }] };
  }
  const judged = leavesOf(change, isConfigured).map((leaf) => ({
    leaf,
    opinion:
      hasTagPolicies && /^tags(\.|$)/.test(leaf.path)
        ? tagOpinion(leaf)
        : ruleFor(row, leaf.path)?.judge(leaf, change.after),
  }));
  const careful = judged.filter(({ opinion }) => opinion?.level === "care");
  const listed = judged.filter(({ opinion }) => opinion?.level === "told");
  const unjudged = action === "delete" ? [] : judged.filter(({ opinion }) => opinion === undefined);
  const whole = opinionOf(row, change);
  const findings =
    action === "delete"
      ? []
      : careful.map(({ leaf, opinion }) => finding(change, named, opinion ?? QUIET, leaf));
  const how = HOW[action];
  return {
    findings: [
      ...(whole.level === "care" && findings.length === 0 ? [finding(change, named, whole)] : []),
      ...mergeAlike(findings),
    ].map((each) => withContext(each, change, row)),
    told:
      whole.level === "told" || (action === "update" && listed.length > 0)
        ? [
            {
              ...named,
              how: change.isImported ? "imported" : how,
              settings: action === "update" ? listed.map(({ leaf }) => settingOf(leaf)) : [],
            },
          ]
        : change.isImported
          ? [{ ...named, how: "imported", settings: [] }]
          : [],
    notJudged:
      unjudged.length === 0 ? [] : [{ address, action, attributes: unjudged.map(({ leaf }) => leaf.path) }],
    area: row.area,
  };
}

/** Adds the attributes that say which one it is, if they are not said already. */
function withContext(
  found: SettingChanged,
  { action, before, after }: Change,
  { shows = [] }: TypeRow,
): SettingChanged {
  const values = action === "delete" ? before : after;
  const said = new Set(found.settings.map(({ path }) => path));
  const more = shows
    .filter((path) => !said.has(path) && !isNothing(values[path]))
    .map((path): Setting => ({ path, after: values[path] ?? null, isUnknown: false }));
  return { ...found, settings: [...found.settings, ...more] };
}

const HOW: Readonly<Record<Change["action"], ToldChange["how"]>> = {
  create: "made",
  update: "changed",
  replace: "replaced",
  delete: "destroyed",
  forget: "forgotten",
  read: "changed",
  "no-op": "changed",
};

/**
 * Whether a policy asks for tags, so that they decide who may do what.
 * Source: https://docs.aws.amazon.com/IAM/latest/UserGuide/introduction_attribute-based-access-control.html
 */
function asksForTags(type: string, values: Change["before"]): boolean {
  return type.startsWith("aws_") && /(?:Resource|Principal)Tag\//i.test(JSON.stringify(values));
}

function tagOpinion({ isNew }: Leaf): Opinion {
  return isNew ? QUIET : { level: "care", effect: "policies of the stack ask for tags, which change" };
}

/** What is said of the resource as a whole. */
function opinionOf(row: TypeRow, { action }: Change): Opinion {
  if (action === "create") return row.made;
  if (action === "delete") return row.gone;
  // It is gone for a moment, and AWS gives the new one another identity.
  if (action === "replace") return row.gone.level === "quiet" ? QUIET : { level: "told" };
  return QUIET;
}

function finding(
  { action }: Change,
  named: Pick<SettingChanged, "what" | "name" | "address">,
  { effect = "", monthly }: Opinion,
  leaf?: Leaf,
): SettingChanged {
  return {
    kind: "setting-changed",
    ...named,
    action,
    effect,
    settings: leaf ? [{ ...settingOf(leaf), ...(monthly && { monthly }) }] : [],
  };
}

/** One finding for what changes in the same way, in resources of the same type. */
function mergeSame(findings: readonly SettingChanged[]): SettingChanged[] {
  const same = groupBy(findings, ({ what, action, effect, settings }) =>
    JSON.stringify([what, action, effect, settings]),
  );
  return [...same.values()].flatMap(([first, ...others]) => {
    if (first === undefined || others.length === 0) return first ?? [];
    return { ...first, others: others.map(({ name, address }) => ({ name, address })) };
  });
}

/** One line for what has the same effect. */
function mergeAlike(findings: readonly SettingChanged[]): SettingChanged[] {
  const byEffect = new Map<string, SettingChanged>();
  for (const each of findings) {
    const known = byEffect.get(each.effect);
    byEffect.set(each.effect, known ? { ...known, settings: [...known.settings, ...each.settings] } : each);
  }
  return [...byEffect.values()];
}

function settingOf({ path, before, after, isUnknown }: Leaf): Setting {
  return {
    path,
    ...(!isNothing(before) && { before }),
    ...(!isNothing(after) && !isUnknown && { after }),
    isUnknown,
  };
}

/** Attributes that name a thing, the first that it has. */
const NAMES = [
  "function_name",
  "route_key",
  "name",
  "bucket",
  "domain_name",
  "stage_name",
  "alarm_name",
  "identifier",
  "db_snapshot_identifier",
  "cluster_identifier",
  "username",
  "user",
  "role_name",
];

/** What a thing is called in AWS; its address if it has no name. */
function nameOf({ address, before, after }: Pick<Change, "address" | "before" | "after">): string {
  for (const values of [after, before]) {
    for (const attribute of NAMES) {
      const value = values[attribute];
      if (typeof value === "string" && value !== "") return value;
    }
  }
  return address;
}
