import { boundedCache } from "#sigv4/signature";

test("a value is computed once, and again where the cache was full in between", () => {
  const computed: string[] = [];
  const cache = boundedCache<string>(2);
  const get = (id: string): string =>
    cache(id, () => {
      computed.push(id);
      return id.toUpperCase();
    });
  expect(["a", "b", "a", "b"].map(get)).toEqual(["A", "B", "A", "B"]);
  expect(computed).toEqual(["a", "b"]);
  expect(["c", "a", "c"].map(get)).toEqual(["C", "A", "C"]);
  expect(computed).toEqual(["a", "b", "c", "a"]);
});
