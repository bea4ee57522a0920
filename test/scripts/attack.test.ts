import { main } from "#attack";
import { captureIo } from "../support/captured-io";

test("--help prints the areas", async () => {
  const io = captureIo();
  expect(await main(["--help"], {}, io)).toBe(0);
  expect(io.written().out).toMatch(/^usage: attack\.ts \[AREA\].* one of .*signatures.*--seed N/s);
});

test.each([
  { argv: ["signature"], message: /^got the area 'signature', expected one of .*signatures/ },
  { argv: ["--seed", "-1"], message: /^Option '--seed' argument is ambiguous/ },
  { argv: ["--seed=-1"], message: /^--seed: got '-1', expected a whole number from 0 to 2147483647$/ },
  { argv: ["--seed", "2147483648"], message: /^--seed: got '2147483648', expected/ },
])("$argv is refused before anything is attacked", async ({ argv, message }) => {
  const io = captureIo();
  await expect(main(argv, {}, io)).rejects.toThrow(message);
  expect(io.written()).toEqual({ out: "", err: "" });
});
