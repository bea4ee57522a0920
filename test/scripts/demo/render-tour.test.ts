import { paintFor } from "#cli/table";
import { renderEnd } from "#demo/render-tour";
import { captureIo } from "../../support/captured-io";

test("a server's error type commands no terminal", () => {
  const step = {
    step: { path: "/products", lesson: "", promises: [] },
    calledWith: "nothing",
    promised: "403 Missing Authentication Token",
    actual: "403",
    kept: false,
    exchange: {
      request: { method: "GET", target: "/dev/products", headers: [], body: Buffer.alloc(0) },
      url: "https://api.example/dev/products",
      answer: {
        status: 403,
        statusText: "Forbidden",
        headers: [["x-amzn-ErrorType", "\u009b2JException"]],
        body: Buffer.from("{}"),
        milliseconds: 1,
      },
      signedAheadSeconds: 0,
    },
  } as const;
  const told = renderEnd([step], paintFor(captureIo().out, {}));
  expect(told).toContain("\\u009b2JException");
  expect(told).not.toContain("\u009b");
});
