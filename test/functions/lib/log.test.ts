import { createLog, errorFields } from "#functions/lib/log";
import { capturedLog } from "../../support/api-event";

test("a line is one JSON object with time, level and message, whatever the message holds", () => {
  let written = "";
  const now = () => new Date(0);
  const log = createLog({ write: (line) => (written += line), now, secrets: [] });
  log("INFO", 'two\nlines "quoted"', { requestId: "r", missing: undefined });
  expect(written).toBe(
    '{"timestamp":"1970-01-01T00:00:00.000Z","level":"INFO","message":"two\\nlines \\"quoted\\"","requestId":"r"}\n',
  );
});

test("secrets are blotted out at any depth, also where a long text is cut", () => {
  const { log, lines } = capturedLog(["s3cret/+==", ""]);
  log("ERROR", "key s3cret/+==", { cause: { text: `${"x".repeat(1_995)}s3cret/+==` }, count: 1 });
  expect(lines).toEqual([
    {
      timestamp: "2026-11-22T06:25:10.000Z",
      level: "ERROR",
      message: "key [secret]",
      cause: { text: `${"x".repeat(1_995)}[secr…` },
      count: 1,
    },
  ]);
});

test("an error keeps its causes", () => {
  const error = new TypeError("outer", { cause: new Error("inner", { cause: "text" }) });
  expect(errorFields(error)).toEqual({
    errorType: "TypeError",
    errorMessage: "outer",
    stack: error.stack,
    cause: {
      errorType: "Error",
      errorMessage: "inner",
      stack: expect.any(String),
      cause: { errorMessage: "text" },
    },
  });
});
