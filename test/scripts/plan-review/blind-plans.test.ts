import { readFileSync } from "node:fs";
import { join } from "node:path";
import { brotliDecompressSync } from "node:zlib";
import { reviewPlan } from "#plan-review/review";
import type { Value } from "#terraform/value";

/** See test/fixtures/plans-blind/README.md. */
const FOLDER = join(__dirname, "..", "..", "fixtures", "plans-blind");

interface Case {
  readonly id: string;
  readonly change: string;
  /** What a reader must be told. */
  readonly tell: string;
  /** One of each list has to be above the fold. */
  readonly words: readonly (readonly string[])[];
  readonly isHarmless?: true;
}

const cases: readonly Case[] = JSON.parse(readFileSync(join(FOLDER, "cases.json"), "utf8"));
const plans: Readonly<Record<string, Value>> = JSON.parse(
  brotliDecompressSync(readFileSync(join(FOLDER, "plans.json.br"))).toString(),
);
const reviews = new Map(cases.map(({ id }) => [id, reviewPlan(plans[id] ?? null)]));

/** What a reader sees without opening anything. */
function aboveTheFold(id: string): string {
  return reviews.get(id)?.markdown.split("<details")[0] ?? "";
}

test.each(cases)("$id, $change: $tell", ({ id, words, isHarmless = false }) => {
  const text = aboveTheFold(id);
  const missing = words.filter(
    (alternatives) => !alternatives.some((word) => text.toLowerCase().includes(word.toLowerCase())),
  );
  expect(missing).toEqual([]);
  if (isHarmless) expect(reviews.get(id)?.needsCare).toBe(false);
});

test("without its plan, no case is told: the words are the plan's", () => {
  const [nothing = ""] = reviewPlan({ format_version: "1.2", resource_changes: [] }).markdown.split(
    "<details",
  );
  const told = cases.filter(
    ({ words, isHarmless }) =>
      isHarmless !== true &&
      words.every((alternatives) => alternatives.some((word) => nothing.includes(word))),
  );
  expect(told).toEqual([]);
});

test("each line above the fold is short enough to be read as one", () => {
  const long = cases.flatMap(({ id }) =>
    aboveTheFold(id)
      .split("\n")
      .filter((line) => /^(> )?- /.test(line) && line.length > 200)
      .map((line) => `${id}: ${line}`),
  );
  expect(long).toEqual([]);
});
