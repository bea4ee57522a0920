import { UserError } from "#modules/project";

/**
 * Sets variables in the text of a `.env` file: the first line of each gets the new value, later lines of it go, and
 * a variable that has no line gets one at the end. All other lines stay as they are, in their order.
 *
 * @param text - what the file holds; empty where there is none
 * @param variables - name → value, in one line and without quotes, as URLs and names are
 * @throws UserError for a value that is not so: a line break would begin another variable, and what programs make of
 * quotes, spaces and the like differs
 */
export function setVariables(text: string, variables: Readonly<Record<string, string>>): string {
  for (const [name, value] of Object.entries(variables)) {
    if (!/^[\w.:/@%+,=?-]*$/.test(value)) {
      throw new UserError(
        `${name}: got ${JSON.stringify(value)}, expected a value of one word, as URLs and names are; correct the output of the stack`,
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
