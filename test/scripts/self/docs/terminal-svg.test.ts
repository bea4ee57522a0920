import { styleText } from "node:util";
import { drawTerminal } from "#self/docs/terminal-svg";

type Format = Parameters<typeof styleText>[0];
const paint = (format: Format, text: string) => styleText(format, text, { validateStream: false });

/** Each piece of text behind the command: its place, in columns and lines, its look and itself. */
function drawn(output: string): [column: number, line: number, look: string, text: string][] {
  const svg = drawTerminal({ command: "x", output });
  const pieces = [
    ...svg.matchAll(/<text x="(.*?)" y="(.*?)"(?: class="(.*?)")? textLength="(.*?)">(.*?)<\/text>/g),
  ];
  return pieces.slice(2).map(([, x, y, look = "", width, text = ""]) => {
    expect(Number(width)).toBeCloseTo(text.replace(/&\w+;/g, "&").length * 7.8, 0);
    return [Math.round((Number(x) - 20) / 7.8), (Number(y) - 34) / 20, look, text];
  });
}

test.each<[name: string, output: string, pieces: ReturnType<typeof drawn>]>([
  ["words of one look are one piece", "a b c", [[0, 1, "", "a b c"]]],
  [
    "more than a space parts them",
    "a  b\n  c",
    [
      [0, 1, "", "a"],
      [3, 1, "", "b"],
      [2, 2, "", "c"],
    ],
  ],
  [
    "so does another look",
    `a ${paint("green", "b c")} d`,
    [
      [0, 1, "", "a"],
      [2, 1, "green", "b c"],
      [6, 1, "", "d"],
    ],
  ],
  ["weight and colour go together", paint(["yellow", "bold"], "a"), [[0, 1, "bold yellow", "a"]]],
  [
    "a look goes on in the next line",
    paint("dim", "a\nb"),
    [
      [0, 1, "dim", "a"],
      [0, 2, "dim", "b"],
    ],
  ],
  ["empty lines keep their place, but for those at the end", "\n\na\n\n", [[0, 3, "", "a"]]],
  ["markup is text", '<a href="b">&', [[0, 1, "", "&lt;a href=&quot;b&quot;&gt;&amp;"]]],
  [
    "what is too long goes on in the next line",
    `${"a".repeat(91)} b`,
    [
      [0, 1, "", "a".repeat(90)],
      [0, 2, "", "a b"],
    ],
  ],
  [
    "a full line is no reason for an empty one",
    `${"a".repeat(90)}\nb`,
    [
      [0, 1, "", "a".repeat(90)],
      [0, 2, "", "b"],
    ],
  ],
])("%s", (_name, output, pieces) => {
  expect(drawn(output)).toEqual(pieces);
});

test("the command stands first, and is the title", () => {
  const svg = drawTerminal({ command: "make call REQUEST='GET /x'", output: "a" });
  expect(svg).toContain("<title>Terminal: make call REQUEST='GET /x'</title>");
  expect(svg).toMatch(
    /class="dim" textLength="7\.8">\$<\/text>\n<text x="35\.6" y="34" class="typed" .*>make call/,
  );
});

test.each(["\u001b[2J", "\u001b[45m", "\u001b[", "\u001b[1;31ma"])(
  "what is not drawn is refused: %j",
  (output) => {
    expect(() => drawTerminal({ command: "x", output })).toThrow("which is not drawn");
  },
);
