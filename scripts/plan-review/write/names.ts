import { code, type Markdown } from "./markdown";

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
