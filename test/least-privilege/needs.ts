import type { Caller } from "#iam/caller";
import type { ContextKeys } from "#iam/request-context";
import { actionsOfTomorrow, neighbours } from "./around";
import { CATALOGUE, serviceOf } from "./catalogue";
import { type Ask, askAs, type Question } from "./question";

/** Something that a principal has to be able to do; together, its needs are all that it may. */
export interface Need {
  readonly action: string;
  /** ARNs; a `{placeholder}` stands for anything of its kind. */
  readonly resources: readonly string[];
  /** What the request carries. */
  readonly context?: ContextKeys;
  /** What requests carry that are like the one needed and must not pass. */
  readonly notWith?: readonly ContextKeys[];
}

/** Examples of what a placeholder stands for. */
export type Examples = Readonly<Record<string, readonly string[]>>;

/** What is there beside what a principal needs. */
export interface Surroundings {
  /** A resource of every kind, or a few: asked for every action of the catalogue. */
  readonly kinds: readonly string[];
  /** Everything else that is known by name: asked for the actions that the principal has on its own. */
  readonly world: readonly string[];
}

/**
 * What to ask the policies of a principal. All that it needs is allowed. What differs from a need in one thing is not:
 * another resource, another action, another circumstance. Nor is any other action of the catalogue, on what the
 * principal needs or on anything else. What tells most comes first.
 */
export function needsQuestions(
  caller: Caller,
  accountId: string,
  needs: readonly Need[],
  { kinds, world }: Surroundings,
  examples: Examples,
): Question[] {
  // Resources of other accounts are asked for as if they were the principal's: their own policies may let it in.
  const askWith = (context?: ContextKeys): Ask => askAs({ caller, context }, accountId);
  const plainly = askWith();
  const isNeeded = (action: string, resource: string): boolean =>
    needs.some((need) => need.action === action && isAmong(need.resources, resource));
  const asked = new Set<string>();
  const deny = (ask: Ask, action: string, resource: string, near?: string): Question[] => {
    const what = `${action} ${resource}`;
    if (asked.has(what) || isNeeded(action, resource)) return [];
    asked.add(what);
    return [ask(false, action, resource, near)];
  };
  const all = needs.map((need) => ({
    ...need,
    ask: need.context ? askWith(need.context) : plainly,
    own: need.resources.flatMap((resource) => fill(resource, examples)),
  }));

  const wanted = all.flatMap(({ ask, action, own }) => own.map((each) => ask(true, action, each, action)));
  const inOtherCircumstances = all.flatMap(({ action, own, notWith = [] }) =>
    notWith.map(askWith).flatMap((ask) => own.map((each) => ask(false, action, each, action))),
  );
  const onNeighbours = all.flatMap(({ ask, action, resources }) =>
    resources
      .flatMap(neighbours)
      .flatMap((other) => fill(other, examples).slice(0, 1))
      .flatMap((other) => deny(ask, action, other, action)),
  );
  const byOtherActions = all.flatMap(({ ask, action, own }) =>
    [...actionsOfTomorrow(action), ...(CATALOGUE.get(serviceOf(action)) ?? [])].flatMap((other) =>
      own.flatMap((each) => deny(ask, other, each, action)),
    ),
  );
  const onTheWorld = all.flatMap(({ ask, action }) =>
    ofService(action, world).flatMap((other) => deny(ask, action, other, action)),
  );
  const everythingElse = [...CATALOGUE].flatMap(([service, actions]) =>
    ["*", ...ofService(service, kinds)].flatMap((resource) =>
      actions.flatMap((action) => deny(plainly, action, resource)),
    ),
  );
  return [
    ...wanted,
    ...inOtherCircumstances,
    ...onNeighbours,
    ...byOtherActions,
    ...onTheWorld,
    ...everythingElse,
  ];
}

/** Whether a resource is one of those that templates stand for; a wildcard of IAM's spans what comes, slashes too. */
function isAmong(templates: readonly string[], resource: string): boolean {
  return templates.some((template) => {
    if (template === "*") return true;
    const [head = "", ...rest] = template.split(/\{\w+\}/);
    if (rest.length === 0) return resource === template;
    return rest.length === 1 && resource.startsWith(head) && resource.endsWith(rest[0] ?? "");
  });
}

/** The texts that a template stands for: each placeholder filled with each of its examples. */
export function fill(template: string, examples: Examples): string[] {
  const [placeholder, name = ""] = /\{(\w+)\}/.exec(template) ?? [];
  if (placeholder === undefined) return [template];
  const values = examples[name];
  if (values === undefined) throw new Error(`no example of {${name}} in ${template}`);
  return values.flatMap((value) =>
    fill(
      template.replace(placeholder, () => value),
      examples,
    ),
  );
}

function ofService(actionOrService: string, resources: readonly string[]): string[] {
  return resources.filter((arn) => serviceOf(arn) === serviceOf(actionOrService));
}
