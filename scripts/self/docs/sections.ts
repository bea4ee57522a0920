/**
 * Puts a text into a document, between the comments that mark the place of it: `<!-- NAME: … -->` and `<!-- /NAME -->`.
 * @throws Error where the document has no such place, or more than one
 */
export function replaceSection(document: string, name: string, text: string): string {
  const places = document.match(placeOf(name)) ?? [];
  if (places.length !== 1) {
    throw new Error(
      `got ${places.length} places for '${name}', expected one: <!-- ${name}: … --> and <!-- /${name} -->`,
    );
  }
  return document.replace(
    placeOf(name),
    (_, begin: string, end: string) => `${begin}\n\n${text.trim()}\n\n${end}`,
  );
}

function placeOf(name: string): RegExp {
  return new RegExp(`(<!-- ${name}: [^\\n]* -->)\\n.*?\\n(<!-- /${name} -->)`, "gs");
}
