import { parseCanonicalRequest, parseCutCanonicalRequest } from "#diagnosis/compare-canonical";

/**
 * The canonical request that a client says it signed: under a heading, as signers print it into their logs, or alone.
 *
 * @param text - no longer escaped
 */
export function canonicalInText(text: string): string | undefined {
  const own = text.replace(OF_AWS, "\n");
  for (const heading of HEADINGS) {
    const start = heading.exec(own);
    const found = start && tidy(own.slice(start.index + start[0].length, start.index + LONGEST));
    if (found) return found;
  }
  const alone =
    /(?:^|\n)[A-Z]{3,10}\n\/[^\n]*\n[^\n]*\n(?:[a-z0-9-]+:[^\n]*\n)+\n[a-z0-9;-]+\n[\w-]{8,64}(?=\n|$)/.exec(
      own,
    )?.[0];
  return alone?.trim();
}

/** The canonical request in a file that holds nothing else. */
export function canonicalAlone(text: string): string | undefined {
  return parseCanonicalRequest(text.trim()) ? text.trim() : tidy(text);
}

// ---------------------------------------------------------------------------------------------------- internal

const LONGEST = 50_000;

/** What AWS says that should have been signed. */
const OF_AWS =
  /The Canonical String for this request should have been[\s\S]*?(?:The String-to-Sign should have been|<\/|$)|<CanonicalRequest>[\s\S]*?<\/CanonicalRequest>/g;

const HEADINGS = [
  /CANONICAL STRING\s*\]-*\n/i,
  /={2,} *canonical request *={2,}\n/i,
  /(?:AWS4? )?canonical[ _-]?(?:request|string)["']?\s*(?::|=|is)\s*['"]*\n?/i,
];

/** Takes off what loggers put around it; undefined if it is not one. */
function tidy(text: string): string | undefined {
  const start = /(?:^|[\s'"])([A-Z]{3,10})\n(?=\S)/.exec(text);
  if (!start) return undefined;
  const body = text.slice(start.index + start[0].length - (start[1] ?? "").length - 1).replace(/^["']/gm, "");
  const whole = WHOLE.exec(body)?.[0];
  if (whole !== undefined) return whole;
  return parseCutCanonicalRequest(body) ? body.trimEnd() : undefined;
}

const WHOLE =
  /^[A-Z]{3,10}\n\/[^\n]*\n[^\n]*\n(?:[a-z0-9:-]+:[^\n]*\n)+\n[a-z0-9;-]+\n(?:[0-9a-f]{64}|[A-Z][A-Z0-9-]{8,40})/;
