import fc from "fast-check";
import { hasToken, type TokenBucket, takeToken } from "#gateway/gates/token-bucket";

/** Asks for a token at each of the times; returns the times at which there was one. */
function granted(limit: { rate: number; burst: number }, times: readonly number[]): number[] {
  const bucket: TokenBucket = { tokens: limit.burst, updatedAt: times[0] ?? 0 };
  return times.filter((time) => {
    const has = hasToken(bucket, limit, time);
    if (has) takeToken(bucket, limit, time);
    return has;
  });
}

test.each<[string, { rate: number; burst: number }, number[], number[]]>([
  ["burst first, then rate", { rate: 2, burst: 3 }, [0, 0, 0, 0, 499, 500, 501, 1000], [0, 0, 0, 500, 1000]],
  ["no more than burst after a long time", { rate: 2, burst: 2 }, [0, 0, 1e9, 1e9, 1e9], [0, 0, 1e9, 1e9]],
  [
    "a tenth of a request a second",
    { rate: 0.1, burst: 1 },
    [0, 9_999, 10_000, 19_999, 20_000],
    [0, 10_000, 20_000],
  ],
  ["nothing where burst is 0", { rate: 100, burst: 0 }, [0, 1000], []],
  ["burst alone where rate is 0", { rate: 0, burst: 1 }, [0, 1e9], [0]],
])("lets through %s", (_, limit, times, expected) => {
  expect(granted(limit, times)).toEqual(expected);
});

test("refused tries cost nothing", () => {
  const times = Array.from({ length: 11 }, (_, index) => index * 100);
  expect(granted({ rate: 1, burst: 1 }, times)).toEqual([0, 1000]);
});

test("a token made of binary fractions is a whole one", () => {
  // 2 - 1 + 0.001 - 1 + 0.999 is less than 1 by the last bit.
  expect(granted({ rate: 1, burst: 2 }, [0, 1, 1000])).toEqual([0, 1, 1000]);
});

test.each([
  ["gives nothing until it passes its latest time", 1, [5000, 1000, 5000, 2000, 5999, 6000], [5000, 6000]],
  ["takes nothing away", 2, [5000, 1000, 5000], [5000, 1000]],
])("a clock that goes backwards %s", (_, burst, times, expected) => {
  expect(granted({ rate: 1, burst }, times)).toEqual(expected);
});

describe("laws", () => {
  const limit = fc.record({
    rate: fc.double({ min: 0, max: 50, noNaN: true }),
    burst: fc.integer({ min: 0, max: 20 }),
  });
  const steps = fc.array(fc.integer({ min: 0, max: 2000 }), { minLength: 1, maxLength: 200, size: "max" });

  test("never more than burst + rate × time", () => {
    fc.assert(
      fc.property(limit, steps, (bucketLimit, gaps) => {
        let time = 1e12;
        const times = gaps.map((gap) => (time += gap));
        const passed = granted(bucketLimit, times);
        // For every window between two grants, not only for the whole.
        const excesses = passed.flatMap((start, first) =>
          passed.slice(first).map((end, offset) => {
            const most = bucketLimit.burst + (bucketLimit.rate * (end - start)) / 1000;
            return offset + 1 - most;
          }),
        );
        expect(Math.max(0, ...excesses)).toBeLessThanOrEqual(1e-6);
      }),
    );
  });

  test("nor with a clock that jumps about: the time is then the span it covered", () => {
    fc.assert(
      fc.property(
        limit,
        fc.array(fc.integer({ min: 0, max: 5000 }), { minLength: 1, maxLength: 200, size: "max" }),
        (bucketLimit, times) => {
          const span = (Math.max(...times) - (times[0] ?? 0)) / 1000;
          const most = bucketLimit.burst + bucketLimit.rate * Math.max(0, span);
          expect(granted(bucketLimit, times).length).toBeLessThanOrEqual(most + 1e-6);
        },
      ),
    );
  });

  test("a caller that is no faster than the rate is never refused", () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 20 }), fc.integer({ min: 1, max: 100 }), (rate, count) => {
        const times = Array.from({ length: count }, (_, index) => 1e12 + index * Math.ceil(1000 / rate));
        expect(granted({ rate, burst: 1 }, times)).toHaveLength(count);
      }),
    );
  });
});
