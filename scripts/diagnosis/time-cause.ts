import { parseAmzDate } from "#sigv4/amz-date";
import type { SignatureFault } from "./diagnosis";
import type { Refused } from "./refused";

/** A signature that is too old. @param found - request time, gateway time and window */
export function expired(
  refused: Refused,
  [, date = "", now = "", window = ""]: RegExpExecArray,
): SignatureFault {
  return {
    fault: "signature-expired",
    ...timeTold(
      refused,
      secondsBetween(date, now),
      `signatures are good for ${windowTold(window, "5 min")}`,
      "too old",
    ),
  };
}

/** A signature of the future. @param found - request time, gateway time and window */
export function notYetCurrent(
  refused: Refused,
  [, date = "", now = "", window = ""]: RegExpExecArray,
): SignatureFault {
  return {
    fault: "signature-not-yet-current",
    ...timeTold(
      refused,
      secondsBetween(date, now),
      `${windowTold(window, "5 min")} ahead are allowed`,
      "too far ahead",
    ),
  };
}

// ---------------------------------------------------------------------------------------------------- internal

/** @returns undefined if one of them was cut */
function secondsBetween(date: string, now: string): number | undefined {
  const [from, to] = [parseAmzDate(date), parseAmzDate(now)];
  return from === undefined || to === undefined ? undefined : to - from;
}

function windowTold(window: string, unknown: string): string {
  return window === "" ? unknown : window.replace(/\.$/, "");
}

/**
 * @param known - seconds since the signature by the gateway's clock; negative for one of the future
 * @param otherwise - how it is, if that is not known
 */
function timeTold(
  { observed }: Refused,
  known: number | undefined,
  rule: string,
  otherwise: string,
): Pick<SignatureFault, "cause" | "advice"> {
  const age = known ?? (otherwise === "too old" ? 0 : -1);
  const when = known === undefined ? otherwise : age >= 0 ? `${inWords(age)} old` : `${inWords(-age)} ahead`;
  const start = `By the gateway's clock the signature was ${when}, and ${rule}.`;
  const offset = observed.clockOffsetSeconds;
  if (offset === undefined) {
    return {
      cause: `${start} Either the client's clock is ${age >= 0 ? "behind" : "ahead"}${known === undefined ? "" : " by that much"}, or the request was not sent when it was signed.${isZone(age) ? " Time zones are that far apart: X-Amz-Date is in UTC, whatever the local time." : ""}`,
      advice:
        "Set the client's clock (NTP), and sign each request as it is sent; do not keep signed requests.",
    };
  }
  if (Math.abs(offset) < NOTICEABLE_SECONDS) {
    return {
      cause: `${start} The clocks agree (to ${inWords(Math.abs(offset))}), so the signature was made for another time.`,
      advice: "Sign for the present time when the request is sent: leave --clock-offset and fixed dates out.",
    };
  }
  const wrong = `${inWords(Math.abs(offset))} ${offset > 0 ? "behind" : "ahead of"}`;
  return {
    cause: `${start} The clock of this machine is ${wrong} the gateway's, by the answer's Date header.`,
    advice: `Set the clock (NTP). Until then, sign for the gateway's time: --clock-offset auto, or --clock-offset ${offset}.`,
  };
}

/** Time zones are half hours away from UTC, up to 14 hours; a minute is for the way and the clocks. */
function isZone(age: number): boolean {
  const halfHours = Math.round(Math.abs(age) / 1_800);
  return halfHours >= 1 && halfHours <= 28 && Math.abs(Math.abs(age) - halfHours * 1_800) <= 60;
}

/** What the second hand and the way of the answer may take, and more. */
const NOTICEABLE_SECONDS = 30;

/** `3725` → `1 h 2 min`: the two largest units. */
function inWords(seconds: number): string {
  const units: readonly (readonly [name: string, seconds: number])[] = [
    ["d", 86_400],
    ["h", 3_600],
    ["min", 60],
    ["s", 1],
  ];
  let rest = Math.round(seconds);
  const parts = units.flatMap(([name, size]) => {
    const count = Math.floor(rest / size);
    rest -= count * size;
    return count > 0 ? [`${count} ${name}`] : [];
  });
  return parts.slice(0, 2).join(" ") || "0 s";
}
