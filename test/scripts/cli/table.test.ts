import { stripVTControlCharacters } from "node:util";
import fc from "fast-check";
import { type Cell, paintFor, renderTable } from "#cli/table";
import { captureIo } from "../../support/captured-io";

const plain = paintFor(captureIo().out, {});
const colours = paintFor(captureIo({ isTTY: true }).out, {});

test.each<{ name: string; rows: Cell[][]; expected: string }>([
  { name: "no rows: the head alone", rows: [], expected: "NAME  WHO\n" },
  {
    name: "columns as wide as their widest cell, and no space at a line's end",
    rows: [
      ["longer", "a"],
      ["b", ""],
    ],
    expected: "NAME    WHO\nlonger  a\nb\n",
  },
  {
    name: "a last cell that is too long goes on below itself",
    rows: [["x", "alpha, beta, gamma"]],
    expected: "NAME  WHO\nx     alpha, beta,\n      gamma\n",
  },
  {
    name: "a word that is too long for any line stays whole",
    rows: [["x", "a abcdefghijklmnopqrstuvwxyz"]],
    expected: "NAME  WHO\nx     a\n      abcdefghijklmnopqrstuvwxyz\n",
  },
  {
    name: "formats are left out where colours are",
    rows: [[{ text: "x", format: "red" }, "y"]],
    expected: "NAME  WHO\nx     y\n",
  },
])("$name", ({ rows, expected }) => {
  expect(renderTable(["NAME", "WHO"], rows, { width: 20, paint: plain })).toBe(expected);
});

test("law: colours change nothing but colours", () => {
  const text = fc.stringMatching(/^[a-z ]{0,30}$/);
  const cell = fc.oneof(text, fc.record({ text, format: fc.constantFrom("red" as const, "dim" as const) }));
  fc.assert(
    fc.property(fc.array(fc.tuple(cell, cell, cell)), (rows) => {
      const render = (paint: typeof plain) => renderTable(["A", "B", "C"], rows, { width: 60, paint });

      expect(withoutTrailingSpace(stripVTControlCharacters(render(colours)))).toBe(render(plain));
    }),
  );
});

/** Behind a space that is coloured there may be an escape, and then the space is not at the line's end. */
function withoutTrailingSpace(text: string): string {
  return text.replace(/ +$/gm, "");
}

test.each([
  { name: "a terminal", isTTY: true, env: {}, painted: true },
  { name: "a terminal and NO_COLOR", isTTY: true, env: { NO_COLOR: "1" }, painted: false },
  {
    name: "a terminal and an empty NO_COLOR, which is none",
    isTTY: true,
    env: { NO_COLOR: "" },
    painted: true,
  },
  { name: "a pipe", isTTY: false, env: {}, painted: false },
])("$name: colours $painted", ({ isTTY, env, painted }) => {
  const paint = paintFor(captureIo({ isTTY }).out, env);

  expect(paint("red", "x")).toBe(painted ? "\u001b[31mx\u001b[39m" : "x");
});
