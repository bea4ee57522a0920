import fc from "fast-check";
import { traceHeader } from "#gateway/integrate/trace";

const NOW = Date.parse("2026-11-22T06:25:09.999Z");
const zeros = (bytes: number) => "00".repeat(bytes);
const ROOT = "1-67891233-abcdef012345678912345678";

test.each([
  [undefined, "Root=1-6b028ac5-000000000000000000000000;Parent=0000000000000000;Sampled=0"],
  ["nonsense", "Root=1-6b028ac5-000000000000000000000000;Parent=0000000000000000;Sampled=0"],
  [`Root=${ROOT}`, `Root=${ROOT};Parent=0000000000000000;Sampled=0`],
  [`Sampled=1; Root=${ROOT};Parent=53995c3f42cd8ad8`, `Root=${ROOT};Parent=53995c3f42cd8ad8;Sampled=1`],
])("%s becomes %s", (incoming, expected) => {
  expect(traceHeader(incoming, NOW, zeros)).toBe(expected);
});

test("whatever comes in, a well-formed header goes out", () => {
  const incoming = fc.oneof(
    fc.string(),
    fc.string().map((text) => `Root=${text};Parent=${text}`),
  );
  fc.assert(
    fc.property(incoming, (text) => {
      expect(traceHeader(text, NOW, zeros)).toMatch(/^Root=[\w-]+;Parent=[\w-]+;Sampled=[\w-]+$/);
    }),
  );
});
