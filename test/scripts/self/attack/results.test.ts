import { type AttackResult, hasHeld, readResults, renderResults, saveResult } from "#self/attack/results";
import { temporaryFolder } from "../../../support/temporary-folder";

const HELD: AttackResult = {
  area: "signatures",
  what: "bit flips",
  tried: 20,
  held: 20,
  holes: [],
  seed: 5,
  seconds: 1.23,
  proven: true,
};
const HOLE = { ...HELD, what: "a / b", held: 19, holes: ["GET /dev/x was taken"] };

test.each([
  { name: "all withstood", result: HELD, held: true },
  { name: "one did not", result: HOLE, held: false },
  { name: "nothing was tried", result: { ...HELD, tried: 0, held: 0 }, held: false },
  { name: "a hole would not be found", result: { ...HELD, proven: false }, held: false },
])("$name: $held", ({ result, held }) => {
  expect(hasHeld(result)).toBe(held);
});

const folder = temporaryFolder();

test("results are read as they were saved, the last one of each attack", () => {
  for (const result of [HELD, { ...HOLE, tried: 0 }, HOLE]) saveResult(folder, result);
  expect(readResults(folder)).toEqual([HOLE, HELD]);
});

test("the table has counts and verdicts, and the holes below it", () => {
  const rows = [HELD, HOLE, { ...HELD, what: "others", proven: false }];
  expect(renderResults(rows, (_, text) => text)).toBe(
    [
      "AREA        TRIED      COUNT  HELD  SEED  SECONDS",
      "signatures  bit flips  20     20    5     1.2      held",
      "signatures  a / b      20     19    5     1.2      did not hold",
      "signatures  others     20     20    5     1.2      not proven",
      "",
      "signatures, a / b: GET /dev/x was taken",
      "",
    ].join("\n"),
  );
});
