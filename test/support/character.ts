import fc from "fast-check";

/** The surrogates, which are halves of characters and cannot be written in UTF-8: 0xd800 to 0xdfff. */
const SURROGATES = { first: 0xd800, count: 0x800 };

/**
 * Any one character, every second from ASCII, for `fc.string({ unit: character })`. fast-check's own units of all of
 * Unicode make a table of it first, which takes longer than most laws.
 */
export const character: fc.Arbitrary<string> = fc
  .oneof(
    fc.integer({ min: 0, max: 0x7f }),
    fc
      .integer({ min: 0, max: 0x10ffff - SURROGATES.count })
      .map((code) => (code < SURROGATES.first ? code : code + SURROGATES.count)),
  )
  .map((code) => String.fromCodePoint(code));
