/**
 * Prepares to blot out secrets wherever they turn up in a text: what a function writes is not ours, and may hold its
 * credentials, as an error that quotes a refused request does.
 */
export function compileHider(secrets: readonly string[]): (text: string) => string {
  // Of two secrets that begin alike the longer one is found.
  const patterns = [...new Set(secrets)].filter(Boolean).sort((one, other) => other.length - one.length);
  if (patterns.length === 0) return (text) => text;
  const pattern = new RegExp(patterns.map(escapeRegExp).join("|"), "g");
  return (text) => text.replace(pattern, "[secret]");
}

function escapeRegExp(text: string): string {
  return text.replace(/[\\^$.*+?()[\]{}|/-]/g, "\\$&");
}
