/** The profiles of a shared credentials file, each with its settings; what is not a setting is left out. */
export function parseSharedCredentials(text: string): ReadonlyMap<string, Readonly<Record<string, string>>> {
  const profiles = new Map<string, Record<string, string>>();
  let settings: Record<string, string> = {};
  for (const line of text.split("\n").map((each) => each.trim())) {
    if (line.startsWith("[") && line.endsWith("]")) {
      settings = {};
      profiles.set(line.slice(1, -1).replace(/^profile\s+/, ""), settings);
      continue;
    }
    const equals = line.indexOf("=");
    const value = line.slice(equals + 1).trim();
    if (equals > 0 && value !== "") settings[line.slice(0, equals).trim()] = value;
  }
  return profiles;
}
