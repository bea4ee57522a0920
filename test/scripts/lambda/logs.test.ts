import type { FunctionLogLine } from "#lambda/invocation";
import { bundles, invoke } from "./bundles";

/** What a function writes comes to the log, in order and to the last line. */

const { start } = bundles();

async function linesOf(
  body: string,
  options: { readonly initial?: string } = {},
): Promise<FunctionLogLine[]> {
  const lines: FunctionLogLine[] = [];
  const code = `${options.initial ?? ""}; export async function handler(event) { ${body} }`;
  const fn = start({ "index.mjs": code }, { timeoutSeconds: 0.5 }, { log: (line) => lines.push(line) });
  await invoke(fn, {}, "request-7");
  return lines;
}

const OF_THE_INVOCATION = { functionName: "get-products", requestId: "request-7" };

test("each line says who wrote it, where and during which invocation", async () => {
  const initial = "console.log('loaded')";
  expect(await linesOf("console.log('out', { a: 1 }); console.error('err');", { initial })).toEqual([
    { functionName: "get-products", stream: "stdout", line: "loaded" },
    { ...OF_THE_INVOCATION, stream: "stdout", line: "out { a: 1 }" },
    { ...OF_THE_INVOCATION, stream: "stderr", line: "err" },
  ]);
});

test.each([
  {
    name: "lines written in pieces are joined, several at once are parted",
    body: "process.stdout.write('a'); process.stdout.write('b\\nc\\n'); console.log('d\\n\\ne');",
    lines: ["ab", "c", "d", "", "e"],
  },
  {
    name: "an unfinished line is not lost",
    body: "process.stdout.write('no line break');",
    lines: ["no line break"],
  },
  {
    name: "bytes are text",
    body: "process.stdout.write(new TextEncoder().encode('grün\\n'));",
    lines: ["grün"],
  },
  {
    name: "nothing is lost before process.exit",
    body: "for (let i = 0; i < 3; i++) console.log(i); process.exit(1);",
    lines: ["0", "1", "2"],
  },
  {
    name: "nothing is lost before an endless loop",
    body: "for (let i = 0; i < 3; i++) console.log(i); for (;;);",
    lines: ["0", "1", "2"],
  },
  {
    name: "nothing is lost before the memory is full",
    body: "for (let i = 0; i < 3; i++) console.log(i); const all = []; for (;;) all.push([all]);",
    lines: ["0", "1", "2"],
  },
  {
    name: "nothing is lost before an uncaught error",
    body: "console.log(0); setTimeout(() => { console.log(1); throw new Error(); }); await new Promise(() => {});",
    lines: ["0", "1"],
  },
])("$name", async ({ body, lines }) => {
  const written = await linesOf(body);
  expect(written).toEqual(lines.map((line) => ({ ...OF_THE_INVOCATION, stream: "stdout", line })));
});
