const [QUOTE, BACKSLASH] = [0x22, 0x5c];
const OPENING: ReadonlySet<number> = new Set([0x5b, 0x7b]);
const CLOSING: ReadonlySet<number> = new Set([0x5d, 0x7d]);

/**
 * Whether a text in JSON is nested deeper than it may be; brackets in strings do not count. It is asked before the text
 * is parsed: `JSON.parse` takes a microsecond for each level, seconds for a body that holds nothing else. A text that is
 * not JSON gets some answer, in the same time.
 */
export function isNestedBeyond(levels: number, text: string): boolean {
  if (text.length <= levels) return false;
  let depth = 0;
  let isInString = false;
  for (let at = 0; at < text.length; at += 1) {
    const code = text.charCodeAt(at);
    if (code === BACKSLASH) at += 1;
    else if (code === QUOTE) isInString = !isInString;
    else if (isInString) continue;
    else if (CLOSING.has(code)) depth -= 1;
    else if (OPENING.has(code)) {
      depth += 1;
      if (depth > levels) return true;
    }
  }
  return false;
}
