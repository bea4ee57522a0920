/** Markup that is safe to put into a page: written in the sources, or escaped. */
export class Html {
  readonly text: string;

  constructor(text: string) {
    this.text = text;
  }
}

type Content = Html | string | number | undefined | readonly Content[];

/**
 * Template tag that escapes every value put in, unless it is markup made by this tag itself. Lists are joined, undefined
 * is nothing. Values are safe in text and in quoted attributes, and nowhere else: not in a script, a style or a URL's
 * scheme. Control characters, halves of surrogate pairs and overrides of the writing direction come out as U+FFFD.
 *
 * @example
 * html`<a title="${title}">${label}</a>`
 */
export function html(literals: TemplateStringsArray, ...values: readonly Content[]): Html {
  let markup = literals[0] ?? "";
  for (let index = 0; index < values.length; index++) markup += toMarkup(values[index]) + literals[index + 1];
  return new Html(markup);
}

function toMarkup(content: Content): string {
  if (content === undefined) return "";
  if (content instanceof Html) return content.text;
  if (typeof content === "object") return content.map(toMarkup).join("");
  return String(content).replace(SPECIAL, (character) => REPLACEMENTS[character] ?? "\ufffd");
}

const SPECIAL = /[&<>"'\u202d\u202e\p{Cc}\p{Cs}]/gu;

const REPLACEMENTS: Readonly<Record<string, string>> = {
  "&": "&amp;",
  "<": "&lt;",
  ">": "&gt;",
  '"': "&quot;",
  "'": "&#39;",
  "\t": "\t",
  "\n": "\n",
  "\r": "\r",
};
