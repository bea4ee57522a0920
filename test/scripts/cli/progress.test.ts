import { showProgress } from "#cli/progress";
import { captureIo } from "../../support/captured-io";

const CLEAR = "\r\u001b[K";

test("on a terminal: one line, written anew at every per cent, taken away in the end", () => {
  const io = captureIo({ isTTY: true });
  const progress = showProgress(io.err, 1_000, "products");
  for (const done of [1, 9, 10, 19, 1_000]) progress.update(done);
  progress.end();

  expect(io.written().err).toBe(
    `${CLEAR}1 of 1,000 products (0%)${CLEAR}10 of 1,000 products (1%)${CLEAR}1,000 of 1,000 products (100%)${CLEAR}`,
  );
});

test.each([
  { name: "without a terminal", isTTY: false, done: [1, 500] },
  { name: "on a terminal, before anything is done", isTTY: true, done: [] },
])("$name: nothing", ({ isTTY, done }) => {
  const io = captureIo({ isTTY });
  const progress = showProgress(io.err, 1_000, "products");
  for (const count of done) progress.update(count);
  progress.end();

  expect(io.written().err).toBe("");
});
