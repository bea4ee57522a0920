import fc from "fast-check";
import { type GivenHeaders, readHeaders, toHeaderRecord } from "#functions/lib/read-headers";
import { character } from "../../support/character";
import { fastest } from "../../support/fastest";

const read = (given: GivenHeaders): [string, string][] | "TypeError" =>
  refusedOr(() => [...readHeaders(given)]);
const readByFetch = (given: GivenHeaders): [string, string][] | "TypeError" =>
  refusedOr(() => [...new Headers(given)]);

function refusedOr<T>(compute: () => T): T | "TypeError" {
  try {
    return compute();
  } catch (error) {
    // Not by its class: jest's own is another than that of Node's fetch.
    if ((error as Error).name === "TypeError") return "TypeError";
    throw error;
  }
}

describe("headers are read, or refused, as fetch does", () => {
  test.each<[name: string, given: GivenHeaders]>([
    ["none", undefined],
    ["an object", { "Content-Type": "text/plain", accept: "*/*" }],
    [
      "pairs, some of them for one name",
      [
        ["B", "1"],
        ["a", "2"],
        ["b", "3"],
      ],
    ],
    [
      "two cookies",
      [
        ["Cookie", "a=1"],
        ["cookie", "b=2"],
      ],
    ],
    ["headers that fetch has read", new Headers({ "x-amz-meta": "a" })],
    ["white space around a value", { a: " \t b  c\r\n" }],
    ["nothing as a value", { a: "" }],
    ["Latin-1", { a: "Käse" }],
    ["what Latin-1 has not", { a: "€" }],
    ["a line break", { a: "b\r\nc: d" }],
    ["a null character", { a: "b\0" }],
    ["a space in a name", { "a b": "c" }],
    ["a colon in a name", { "a:b": "c" }],
    ["a name of nothing", { "": "a" }],
  ])("%s", (_name, given) => {
    expect(read(given)).toEqual(readByFetch(given));
  });

  test("whatever they are", () => {
    const name = fc.oneof(fc.constantFrom("a", "A", "Cookie", "x-amz-Meta"), fc.string({ maxLength: 4 }));
    // fetch keeps several Set-Cookie apart; no request has one.
    const pairs = fc.array(fc.tuple(name, fc.string({ unit: character, maxLength: 6 })), { maxLength: 4 });
    fc.assert(
      fc.property(pairs, (given) => expect(read(given)).toEqual(readByFetch(given))),
      { numRuns: 200 },
    );
  });
});

test("a refusal names the header, and keeps its value to itself", () => {
  expect(() => readHeaders({ "x-api-key": "secret\n1" })).toThrow(
    "The value of the header x-api-key has characters that no header value may have.",
  );
});

test("a record has its names in order, whichever was set last", () => {
  const headers = readHeaders({ b: "1" });
  headers.set("a", "2");
  expect(Object.keys(toHeaderRecord(headers))).toEqual(["a", "b"]);
});

test("a long run of white space within a value takes no time", () => {
  const value = `a${" ".repeat(50_000)}b`;
  expect(fastest(() => readHeaders({ a: value }))).toBeLessThan(200);
  expect(readHeaders({ a: ` ${value}\t` }).get("a")).toBe(value);
});
