import fc from "fast-check";
import { createOutputLines } from "#lambda/runtime/output-lines";

function linesOf(pieces: readonly string[]): string[] {
  const lines: string[] = [];
  const output = createOutputLines((line) => lines.push(line));
  pieces.forEach(output.write);
  output.flush();
  output.flush();
  return lines;
}

test("however text is cut into pieces, its lines are the same", () => {
  const pieces = fc.array(fc.string({ unit: fc.constantFrom("a", "\n", "ü") }));
  fc.assert(
    fc.property(pieces, (written) => {
      const text = written.join("");
      const lines = text.split("\n");
      expect(linesOf(written)).toEqual(text.endsWith("\n") || text === "" ? lines.slice(0, -1) : lines);
    }),
  );
});
