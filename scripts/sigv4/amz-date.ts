const BASIC_FORMAT = /^(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)(\d\d)Z$/;

/**
 * Reads a time in ISO 8601's basic format, `YYYYMMDDTHHMMSSZ`.
 *
 * @returns seconds since 1970, or undefined for another format and for a time that no calendar or clock has
 */
export function parseAmzDate(text: string): number | undefined {
  const fields = BASIC_FORMAT.exec(text)?.slice(1).map(Number);
  if (!fields) return undefined;
  const [year = 0, month = 0, day = 0, hours = 0, minutes = 0, seconds = 0] = fields;
  const time = Date.UTC(year, month - 1, day, hours, minutes, seconds) / 1000;
  return formatAmzDate(time) === text ? time : undefined;
}

/** Writes seconds since 1970 as `YYYYMMDDTHHMMSSZ`. */
export function formatAmzDate(seconds: number): string {
  return new Date(seconds * 1000).toISOString().replace(/[-:]|\.\d{3}/g, "");
}
