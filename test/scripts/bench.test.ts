import { main } from "#bench";
import { captureIo } from "../support/captured-io";

test("--help prints the parts and where results go", async () => {
  const io = captureIo();
  expect(await main(["--help"], {}, io)).toBe(0);
  expect(io.written().out).toMatch(
    /^usage: bench\.ts \[PART\].*bench\/results\.json.*cold.*warm.*gateway.*dev.*growth.*kit/s,
  );
});

test.each([
  {
    argv: ["gatway"],
    message: "got the part 'gatway', expected one of cold, warm, gateway, dev, growth, kit",
  },
  { argv: ["--rounds", "0"], message: "--rounds: got '0', expected a whole number from 1 to 99999999" },
  {
    argv: ["--requests", "1e5"],
    message: "--requests: got '1e5', expected a whole number from 1 to 99999999",
  },
])("$argv is refused before anything is measured", async ({ argv, message }) => {
  const io = captureIo();
  await expect(main(argv, {}, io)).rejects.toThrow(message);
  expect(io.written()).toEqual({ out: "", err: "" });
});
