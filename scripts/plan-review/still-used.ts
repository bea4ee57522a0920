import type { PlannedResource, Snapshot } from "#plan/snapshot";
import { TABLE } from "#plan-rules/table";
import { isList, isObject, type Value } from "#terraform/value";
import type { PlannedApi } from "./apis";
import type { StillUsed } from "./finding";

/** Everything at one time, and the APIs of it. */
export interface UseSide {
  readonly snapshot: Snapshot;
  readonly apis: ReadonlyMap<string, PlannedApi>;
}

/**
 * Finds what is destroyed although something that stays has its ARN: a route of a function, the log of a stage, the role of
 * a function. What a policy allows on something that is gone does no harm, and is left out.
 */
export function reviewUses(before: UseSide, after: UseSide): StillUsed[] {
  const gone = goneArns(before.snapshot, after.snapshot);
  if (gone.size === 0) return [];
  const users = new Map<PlannedResource, string[]>();
  for (const type of after.snapshot.types()) {
    for (const resource of after.snapshot.all(type)) {
      for (const used of usesOf(resource, gone)) {
        users.set(used, [...(users.get(used) ?? []), resource.address]);
      }
    }
  }
  return [...users].map(([resource, usedBy]) => {
    const name = nameIn(resource) ?? resource.address;
    const routes = resource.type === "aws_lambda_function" ? routesTo(name, after) : [];
    const what = TABLE.get(resource.type)?.what ?? resource.type;
    return { kind: "still-used", what, name, address: resource.address, routes, usedBy };
  });
}

/** What goes, by its ARN. What is made again with the same name has the same ARN. */
function goneArns(before: Snapshot, after: Snapshot): ReadonlyMap<string, PlannedResource> {
  const gone = before
    .types()
    .flatMap((type) => before.all(type).filter(({ address }) => after.get(address) === undefined));
  const isMadeAgain = (each: PlannedResource) =>
    nameIn(each) !== undefined && after.all(each.type).some((other) => nameIn(other) === nameIn(each));
  return new Map(
    gone.flatMap((each) => {
      const arn = each.text("arn") ?? "";
      return arn.startsWith("arn:") && !isMadeAgain(each) ? [[arn, each] as const] : [];
    }),
  );
}

function nameIn(resource: PlannedResource): string | undefined {
  return resource.text("function_name") ?? resource.text("name") ?? resource.text("bucket");
}

function usesOf(resource: PlannedResource, gone: ReadonlyMap<string, PlannedResource>): Set<PlannedResource> {
  const texts = resource.attributes().flatMap((attribute) => textsIn(resource.value(attribute)));
  return new Set(texts.flatMap((text) => [...arnsIn(text)].flatMap((arn) => gone.get(arn) ?? [])));
}

/** The texts of a value, but for policies and other JSON. */
function textsIn(value: Value | undefined): string[] {
  if (isList(value)) return value.flatMap(textsIn);
  if (isObject(value)) return Object.values(value).flatMap(textsIn);
  return typeof value === "string" && !/^\s*[[{]/.test(value) ? [value] : [];
}

/** The ARNs that a text has, and what they begin with: `…:function:f` of the URI of an integration. */
function* arnsIn(text: string): Generator<string> {
  for (let start = text.indexOf("arn:"); start >= 0; start = text.indexOf("arn:", start + 1)) {
    const whole = /^[^\s"',]+/.exec(text.slice(start))?.[0] ?? "";
    yield whole;
    for (const { index } of whole.matchAll(/[/:]/g)) yield whole.slice(0, index);
  }
}

/** The routes that a function answers. */
function routesTo(name: string, { apis }: UseSide): StillUsed["routes"] {
  return [...apis.values()].flatMap(({ name: api, stages, routes }) =>
    routes
      .filter(({ integration }) => integration.target === name)
      .flatMap(({ method, path }) => stages.map((stage) => ({ api, stage, method, path }))),
  );
}
