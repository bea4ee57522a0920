import { UserError } from "#modules/project";

/**
 * Sets variables in the text of a `.env` file. The first line of a variable gets the new value, later lines of the same
 * variable are removed, and a variable without a line is appended. All other lines stay as they are, in their order.
 *
 * @param text - the content of the file; empty if there is no file
 * @param variables - name → value, on one line and without quotes, as URLs and names are
 * @throws UserError for any other value: a line break would begin another variable, and programs differ in how they read
 * quotes and spaces
 */
export function setVariables(text: string, variables: Readonly<Record<string, string>>): string {
  for (const [name, value] of Object.entries(variables)) {
    if (!/^[\w.:/@%+,=?-]*$/.test(value)) {
      throw new UserError(
        `${name}: got ${JSON.stringify(value)}, expected one word, such as a URL or a name; correct the output of the stack`,
      );
    }
  }
  const missing = new Map(Object.entries(variables));
  const lines = text === "" ? [] : text.replace(/\n$/, "").split("\n");
  const kept = lines.flatMap((line) => {
    const name = variableOf(line);
    if (name === undefined || !Object.hasOwn(variables, name)) return [line];
    const first = missing.delete(name);
    return first ? [`${name}=${variables[name]}`] : [];
  });
  const added = [...missing].map(([name, value]) => `${name}=${value}`);
  return [...kept, ...added].map((line) => `${line}\n`).join("");
}

function variableOf(line: string): string | undefined {
  return /^\s*(?:export\s+)?([A-Za-z_][A-Za-z0-9_]*)\s*=/.exec(line)?.[1];
}
