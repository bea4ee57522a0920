import { parseAmzDate } from "#sigv4/amz-date";
import { headerValue } from "#sigv4/request";
import { type Clue, clueIf } from "./clue";
import type { Context } from "./context";

/** What in the time of a request is easily written wrongly. */
export function dateClues({ headers, message, text, isUnknown, errorType }: Context): Clue[] {
  const sent = headerValue(headers, "x-amz-date") ?? "";
  const isTime = /^[0-9T:.+Z -]{8,40}$/.test(sent);
  const isRefused = !isUnknown || errorType !== undefined;
  return [
    ...clueIf(
      isRefused && isTime && parseAmzDate(sent) === undefined,
      95,
      `X-Amz-Date is '${sent}', which does not have the form YYYYMMDDTHHMMSSZ: no hyphens, colons or fractions of a second, and UTC in place of a time zone.`,
      "Write the time as 20250131T235959Z, in UTC, and sign that same text; the date of the scope is its first eight digits.",
      `X-Amz-Date: ${sent}`,
    ),
    ...clueIf(
      /^Date in Credential scope/.test(message) ||
        /Invalid credential date|Date is not the same as X-Amz-Date/.test(text),
      88,
      "The date of the credential scope is not the day of X-Amz-Date: one was written in local time or in another form, or the signing key was kept from the day before.",
      "Take both from one time, in UTC: the scope's date is the first eight digits of X-Amz-Date; derive the signing key anew each day.",
      "AWS compares the two.",
    ),
  ];
}
