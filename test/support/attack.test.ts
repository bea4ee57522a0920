import type { AttackResult } from "#self/attack/results";
import { type Attack, runAttack } from "./attack";
import { randomFrom } from "./random";

/** Draws ten numbers from 0 to 9, and holds those that the target takes. */
const drawing: Attack<(digit: number) => boolean> = {
  area: "an area",
  what: "digits",
  target: () => true,
  broken: (digit) => digit > 9,
  attempt(takes, { random, check }) {
    for (let round = 0; round < 10; round += 1) {
      const digit = random.integer(0, 9);
      check(takes(digit), () => `the digit ${digit}`);
    }
  },
};

async function run(over: Partial<typeof drawing>, seed = 7): Promise<AttackResult & { saved: boolean[] }> {
  const saved: boolean[] = [];
  const save = ({ proven }: AttackResult) => saved.push(proven);
  const result = await runAttack({ ...drawing, ...over }, { full: false, seed, save });
  return { ...result, seconds: 0, saved };
}

const HELD = { area: "an area", what: "digits", seed: 7, seconds: 0, tried: 10, held: 10, holes: [] };

test("what holds is counted, and saved before and after", async () => {
  expect(await run({})).toEqual({ ...HELD, proven: true, saved: [false, true] });
});

test("an attack that finds no hole where one was made proves nothing", async () => {
  expect(await run({ broken: () => true })).toEqual({ ...HELD, proven: false, saved: [false, false] });
});

test("what does not hold is reported, five times at most", async () => {
  const { tried, held, holes } = await run({ target: () => false });
  expect({ tried, held, holes }).toEqual({
    tried: 10,
    held: 0,
    holes: Array.from({ length: 5 }, () => expect.stringMatching(/^the digit \d$/)),
  });
});

test("a seed draws the same again, another seed or another attack something else", async () => {
  const none = { target: () => false };
  const { holes } = await run(none);
  expect((await run(none)).holes).toEqual(holes);
  expect((await run(none, 8)).holes).not.toEqual(holes);
  expect((await run({ ...none, what: "others" })).holes).not.toEqual(holes);
});

test("chance keeps to its bounds and reaches them", () => {
  const random = randomFrom(1);
  const drawn = new Set(Array.from({ length: 200 }, () => random.integer(-1, 2)));
  expect([...drawn].sort((a, b) => a - b)).toEqual([-1, 0, 1, 2]);
  expect(random.bytes(40)).toHaveLength(40);
  expect(() => random.pick([])).toThrow("nothing to pick from");
});
