import { formatAmzDate, parseAmzDate } from "#sigv4/amz-date";

test.each(["20261122T101530Z", "20240229T000000Z", "19700101T000000Z", "99991231T235959Z"])(
  "%s is read and written back",
  (text) => {
    expect(formatAmzDate(parseAmzDate(text) ?? Number.NaN)).toBe(text);
  },
);

test.each([
  "",
  "20261122",
  "2026-11-22T10:15:30Z",
  "20261122T101530",
  "20261122T101530z",
  " 20261122T101530Z",
  "20261122T101530Z\n",
  "Sun, 22 Nov 2026 10:15:30 GMT",
  "20261322T101530Z",
  "20260229T101530Z",
  "20261122T240000Z",
  "20261122T101560Z",
  "00001122T101530Z",
])("'%s' is no time in the basic format", (text) => {
  expect(parseAmzDate(text)).toBeUndefined();
});
