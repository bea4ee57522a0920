import { enterPeriod, periodStart } from "#gateway/gates/quota";

test.each([
  ["DAY", "2026-11-22T23:59:59.999Z", "2026-11-22T00:00:00.000Z"],
  ["DAY", "2026-11-23T00:00:00.000Z", "2026-11-23T00:00:00.000Z"],
  ["WEEK", "2026-11-22T23:59:59.999Z", "2026-11-16T00:00:00.000Z"],
  ["WEEK", "2026-11-23T00:00:00.000Z", "2026-11-23T00:00:00.000Z"],
  ["WEEK", "1969-12-31T12:00:00.000Z", "1969-12-29T00:00:00.000Z"],
  ["MONTH", "2028-02-29T12:00:00.000Z", "2028-02-01T00:00:00.000Z"],
  ["MONTH", "2026-12-31T23:59:59.999Z", "2026-12-01T00:00:00.000Z"],
  ["MONTH", "2027-01-01T00:00:00.000Z", "2027-01-01T00:00:00.000Z"],
] as const)("the %s that holds %s began at %s", (period, now, start) => {
  expect(new Date(periodStart(period, Date.parse(now))).toISOString()).toBe(start);
});

describe("a counter", () => {
  const noon = Date.parse("2026-11-22T12:00:00Z");
  const quota = (period: "DAY" | "MONTH") => ({ limit: 10, period, offset: 0 });
  const counter = () => ({ periodStart: periodStart("DAY", noon), used: 7 });

  test.each([
    ["starts again in the next period", "DAY", "2026-11-23T00:00:00Z", 0],
    ["goes on in the same period", "DAY", "2026-11-22T23:59:59Z", 7],
    ["goes on when the clock goes backwards", "DAY", "2026-11-20T12:00:00Z", 7],
    ["goes on when its period becomes a longer one", "MONTH", "2026-11-23T12:00:00Z", 7],
    ["starts again in the next of the longer ones", "MONTH", "2026-12-01T00:00:00Z", 0],
  ] as const)("%s", (_, period, now, used) => {
    const subject = counter();
    enterPeriod(subject, quota(period), Date.parse(now));
    expect(subject.used).toBe(used);
  });
});
