import type { RouteName } from "../finding";
import { code, type Markdown } from "./markdown";

/** How things are called in a review. */
export interface Names {
  readonly show: ShowName;
  /** Names a route in a sentence. */
  readonly route: (route: RouteName) => Markdown;
}

/** Writes the name of something of the stack, without what the names of all begin with. */
export type ShowName = (name: string) => Markdown;

/**
 * Finds what names begin with, up to a hyphen: `signed-inventory-dev-` of `signed-inventory-dev-reader` and
 * `signed-inventory-dev-writer`; empty where that is nothing, or there is a single name.
 */
export function commonPrefix(names: readonly string[]): string {
  const [first = "", ...others] = [...new Set(names)];
  if (others.length === 0) return "";
  let length = first.length;
  for (const name of others) {
    while (!name.startsWith(first.slice(0, length))) length -= 1;
  }
  return first.slice(0, first.slice(0, length).lastIndexOf("-") + 1);
}

/** @param prefix - what is left out where a name begins with it */
export function nameWriter(prefix: string): ShowName {
  return (name) => code(prefix !== "" && name.startsWith(prefix) ? name.slice(prefix.length) : name);
}

/** @param areSeveral - whether there are routes of several APIs or stages, so that their names have to say which */
export function routeWriter(areSeveral: boolean): Names["route"] {
  return ({ api, stage, method, path }) => code(`${areSeveral ? `${api}/${stage} ` : ""}${method} ${path}`);
}
