import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { saveResult } from "#self/bench/results";
import { temporaryFolder } from "../../../support/temporary-folder";

const path = join(temporaryFolder(), "bench", "results.json");
const saved = () => JSON.parse(readFileSync(path, "utf8"));

test("a part's result replaces its earlier one, and those of other parts stay", () => {
  saveResult(path, "warm", { p50: 1 });
  saveResult(path, "cold", { runs: 15 });
  saveResult(path, "warm", { p50: 2 });
  const machine = { processors: expect.any(Number), node: process.version };
  expect(saved()).toEqual({ cold: { machine, result: { runs: 15 } }, warm: { machine, result: { p50: 2 } } });
  expect(Object.keys(saved())).toEqual(["cold", "warm"]);
});

test("values have four digits, and counts all of theirs", () => {
  saveResult(path, "warm", { p50: 1.234567, requests: 1_234_567 });
  expect(saved().warm.result).toEqual({ p50: 1.235, requests: 1_234_567 });
});

test("a file that is not JSON is refused, and stays", () => {
  writeFileSync(path, "<");
  expect(() => saveResult(path, "warm", {})).toThrow("got a file that is not JSON, expected results");
  expect(readFileSync(path, "utf8")).toBe("<");
});
