/** A block of code with an unchanged text. */
export function code(language: string, text: string): string {
  return `\`\`\`${language}\n${text.replace(/\n$/, "")}\n\`\`\``;
}

/** A table. A pipe in a cell is escaped. */
export function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const lines = [head, head.map(() => "---"), ...rows];
  return lines
    .map((cells) => `| ${cells.map((cell) => cell.replaceAll("|", "\\|")).join(" | ")} |`)
    .join("\n");
}

/**
 * Puts texts into a document, each between the comments that mark its place: `<!-- NAME: … -->` and `<!-- /NAME -->`. The
 * rest of the document stays as it is.
 *
 * @param sections - name → text
 * @throws Error if a text has no place or more than one, or a place has no text
 */
export function replaceSections(document: string, sections: Readonly<Record<string, string>>): string {
  const unknown = [...document.matchAll(PLACE)].find(([, name = ""]) => !Object.hasOwn(sections, name));
  if (unknown)
    throw new Error(`got the place '${unknown[1]}', expected one of ${Object.keys(sections).join(", ")}`);
  return Object.entries(sections).reduce(replaceSection, document);
}

// ---------------------------------------------------------------------------------------------------- internal

const PLACE = /^<!-- ([\w-]+): [^\n]* -->$/gm;

function replaceSection(document: string, [name, text]: readonly [name: string, text: string]): string {
  const place = new RegExp(`(<!-- ${name}: [^\\n]* -->)\\n.*?\\n(<!-- /${name} -->)`, "gs");
  const places = document.match(place) ?? [];
  if (places.length !== 1) {
    throw new Error(
      `got ${places.length} places for '${name}', expected one: <!-- ${name}: … --> and <!-- /${name} -->`,
    );
  }
  return document.replace(place, (_, begin: string, end: string) => `${begin}\n\n${text.trim()}\n\n${end}`);
}
