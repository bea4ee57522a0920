import type { Account } from "#load/assigned-values";
import type { RouteName } from "../finding";
import type { Judgement } from "../judge";
import type { RouteRow } from "../routes";
import { code, type Markdown } from "./markdown";

/** How things are called in a review. */
export interface Names {
  readonly show: ShowName;
  /** Names a route in a sentence. */
  readonly route: (route: RouteName) => Markdown;
}

/** Writes the name of something of the stack, without what the names of all begin with. */
export type ShowName = (name: string) => Markdown;

/** How things are called in the review of a plan: as shortly as they can be told apart. */
export function namesFor({ names, routes, account }: Pick<Judgement, "names" | "routes" | "account">): Names {
  const write = nameWriter(commonPrefix(names));
  const show: ShowName = (name) => write(readable(shortArn(name, account)));
  const areSeveral = (["before", "after"] as const).some((side) => isInSeveralPlaces(routes.rows, side));
  return {
    show,
    route: ({ api, stage, method, path }) => code(`${areSeveral ? `${api}/${stage} ` : ""}${method} ${path}`),
  };
}

/** What stands for a value that AWS assigns has the address of a resource in it, some of its characters as `~5b`. */
function readable(name: string): string {
  if (!/^\(.+\)$/.test(name)) return name;
  return name.replace(/~(5b|5d|22)/g, (_, hex: string) => String.fromCharCode(Number.parseInt(hex, 16)));
}

/**
 * An ARN of the stack's own account and region without these: `table/products`, `role/reader`, `abc123/dev/GET/products`.
 * Any other one stays whole.
 */
function shortArn(text: string, { partition, region, accountId }: Account): string {
  const [, inPartition, place, account, rest] = /^arn:([^:]*):[^:]+:([^:]*):([^:]*):(.+)$/.exec(text) ?? [];
  const isOwn = inPartition === partition && account === accountId && (place === region || place === "");
  return isOwn && rest !== undefined ? rest : text;
}

/** Whether routes are of several APIs or stages, so that their names have to say which. */
function isInSeveralPlaces(rows: readonly RouteRow[], side: "before" | "after"): boolean {
  const places = rows.flatMap(({ [side]: state }) =>
    state ? [`${state.name.api} ${state.name.stage}`] : [],
  );
  return new Set(places).size > 1;
}

/**
 * Finds what names begin with, up to a hyphen: `signed-inventory-dev-` of `signed-inventory-dev-reader` and
 * `signed-inventory-dev-writer`; empty where that is nothing, or there is a single name.
 */
function commonPrefix(names: readonly string[]): string {
  const [first = "", ...others] = [...new Set(names)];
  if (others.length === 0) return "";
  let length = first.length;
  for (const name of others) {
    while (!name.startsWith(first.slice(0, length))) length -= 1;
  }
  return first.slice(0, first.slice(0, length).lastIndexOf("-") + 1);
}

/** @param prefix - what is left out where a name begins with it */
function nameWriter(prefix: string): ShowName {
  return (name) => code(prefix !== "" && name.startsWith(prefix) ? name.slice(prefix.length) : name);
}
