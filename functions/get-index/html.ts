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
 * scheme.
 *
 * @example
 * html`<a title="${title}">${label}</a>`
 */
export function html(literals: TemplateStringsArray, ...values: readonly Content[]): Html {
  return new Html(String.raw({ raw: literals }, ...values.map(toMarkup)));
}

const ENTITIES: Readonly<Record<string, string>> = {
  "&": "&amp;",
  "<": "&lt;",
  ">": "&gt;",
  '"': "&quot;",
  "'": "&#39;",
};

function toMarkup(content: Content): string {
  if (content === undefined) return "";
  if (content instanceof Html) return content.text;
  if (typeof content === "object") return content.map(toMarkup).join("");
  return String(content).replace(/[&<>"']/g, (character) => ENTITIES[character] ?? "");
}
