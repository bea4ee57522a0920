/**
 * A reader of pages that takes the plainest HTML alone: a few elements, quoted attributes, five references. Browsers
 * take much more; what this one has read means the same to all of them.
 */
export interface PageElement {
  readonly name: string;
  readonly attributes: ReadonlyMap<string, string>;
  readonly children: readonly (PageElement | string)[];
}

/** @throws Error where a page has anything else in it, with the place */
export function readStrictly(page: string): PageElement {
  const forbidden = /[^\P{Cc}\t\n\r]|[\p{Cs}\u202d\u202e]/u.exec(page);
  if (forbidden) throw unread(page, forbidden.index);
  const open: { name: string; attributes: Map<string, string>; children: (PageElement | string)[] }[] = [
    { name: "", attributes: new Map(), children: [] },
  ];
  let at = 0;
  const take = (pattern: RegExp): RegExpExecArray | undefined => {
    pattern.lastIndex = at;
    const found = pattern.exec(page) ?? undefined;
    at += found?.[0].length ?? 0;
    return found;
  };
  if (!take(/<!doctype html>/y)) throw unread(page, at);
  while (at < page.length) {
    const around = open.at(-1) as (typeof open)[number];
    const text = take(/(?:[^<>&]|&(?:amp|lt|gt|quot|#39);)+/y);
    if (text) {
      around.children.push(decode(text[0]));
      continue;
    }
    if (around.name !== "" && take(new RegExp(`</${around.name}>`, "y"))) {
      open.pop();
      continue;
    }
    const [, name = "", list = ""] = take(/<([a-z0-9]+)((?: [a-z-]+="(?:[^<>&"]|&amp;)*")*)>/y) ?? [];
    const attributes = new Map(
      [...list.matchAll(/ ([a-z-]+)="([^"]*)"/g)].map(([, key = "", value = ""]) => [key, decode(value)]),
    );
    if (!isHarmless(name, attributes)) throw unread(page, at);
    const element = { name, attributes, children: [] };
    around.children.push(element);
    if (name === "style") take(/[^<]*/y);
    if (!VOID.has(name)) open.push(element);
  }
  if (open.length > 1) throw unread(page, at);
  return open[0] as PageElement;
}

/** The elements of a name, at any depth, in the order of the page. */
export function allNamed(within: PageElement, name: string): PageElement[] {
  return within.children.flatMap((child) => {
    if (typeof child === "string") return [];
    return [...(child.name === name ? [child] : []), ...allNamed(child, name)];
  });
}

/** The text of an element that holds nothing else. */
export function textOf({ children }: PageElement): string | undefined {
  const [text, ...others] = children;
  return typeof text === "string" && others.length === 0 ? text : undefined;
}

// ---------------------------------------------------------------------------------------------------- internal

const VOID = new Set(["br", "meta"]);
const ELEMENTS = new Set(
  words(
    "html head meta title style body main h1 p nav a table caption thead tbody tr th td bdi br ul li span s footer time",
  ),
);
const ATTRIBUTES = new Set(words("lang charset name content class role scope rel href aria-label datetime"));

/** Nothing that runs, loads or sends, and no way to elsewhere. */
function isHarmless(name: string, attributes: ReadonlyMap<string, string>): boolean {
  const href = attributes.get("href");
  return (
    ELEMENTS.has(name) &&
    [...attributes.keys()].every((key) => ATTRIBUTES.has(key)) &&
    (href === undefined || href === "" || href.startsWith("?"))
  );
}

const REFERENCES: Readonly<Record<string, string>> = { amp: "&", lt: "<", gt: ">", quot: '"', "#39": "'" };

function decode(text: string): string {
  return text.replace(/&(amp|lt|gt|quot|#39);/g, (_, name: string) => REFERENCES[name] ?? "");
}

function unread(page: string, at: number): Error {
  return new Error(`${JSON.stringify(page.slice(at, at + 60))} at ${at} is not the plainest HTML`);
}

function words(text: string): string[] {
  return text.split(" ");
}
