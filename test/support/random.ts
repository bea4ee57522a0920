/** A source of chance that draws the same from the same seed. */
export interface Random {
  /** A number from 0 up to 1. */
  fraction(): number;
  /** A whole number, both bounds included. */
  integer(min: number, max: number): number;
  pick<T>(values: readonly T[]): T;
  bytes(length: number): Buffer;
}

/**
 * @param seed - a whole number, of which the low 32 bits count
 * Source: mulberry32, https://github.com/cprosche/mulberry32 (public domain)
 */
export function randomFrom(seed: number): Random {
  let state = seed | 0;
  const fraction = (): number => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
  const integer = (min: number, max: number): number => min + Math.floor(fraction() * (max - min + 1));
  return {
    fraction,
    integer,
    pick<T>(values: readonly T[]): T {
      if (values.length === 0) throw new Error("nothing to pick from");
      return values[integer(0, values.length - 1)] as T;
    },
    bytes: (length) => Buffer.from(Array.from({ length }, () => integer(0, 255))),
  };
}
