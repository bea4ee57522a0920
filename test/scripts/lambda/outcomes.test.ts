import { A_FUNCTION, bundles, invoke, resultOf } from "./bundles";

/** How an invocation can end, and whether the environment that it ended in goes on. */

interface Case {
  readonly name: string;
  /** What the handler does. */
  readonly body: string;
}

interface Failing extends Case {
  readonly outcome: { readonly kind: string; readonly errorType: string; readonly errorMessage: string };
}

const NOT_SERIALIZABLE = {
  kind: "error",
  errorType: "Runtime.JSONStringifyError",
  errorMessage: "Unable to stringify response body",
};

const FAILURES_THAT_KEEP_THE_ENVIRONMENT: readonly Failing[] = [
  {
    name: "throws",
    body: "throw new TypeError('no such product');",
    outcome: { kind: "error", errorType: "TypeError", errorMessage: "no such product" },
  },
  {
    name: "throws an error of its own",
    body: "throw Object.assign(new Error('gone'), { name: 'StoreError' });",
    outcome: { kind: "error", errorType: "StoreError", errorMessage: "gone" },
  },
  {
    name: "throws a string",
    body: "throw 'a string';",
    outcome: { kind: "error", errorType: "string", errorMessage: "a string" },
  },
  {
    name: "throws an object that has no text form",
    body: "throw Object.create(null);",
    outcome: { kind: "error", errorType: "object", errorMessage: "[Object: null prototype] {}" },
  },
  {
    name: "throws an error whose message is no text",
    body: "throw Object.assign(new Error(), { message: () => 1 });",
    outcome: { kind: "error", errorType: "Error", errorMessage: "() => 1" },
  },
  {
    name: "calls itself without end",
    body: "const again = () => again() + 1; again();",
    outcome: { kind: "error", errorType: "RangeError", errorMessage: "Maximum call stack size exceeded" },
  },
  { name: "returns a BigInt", body: "return { count: 1n };", outcome: NOT_SERIALIZABLE },
  {
    name: "returns a circle",
    body: "const circle = {}; circle.circle = circle; return circle;",
    outcome: NOT_SERIALIZABLE,
  },
  {
    name: "returns more than 6 MB",
    body: "return 'x'.repeat(6_291_555);",
    outcome: {
      kind: "error",
      errorType: "Function.ResponseSizeTooLarge",
      errorMessage:
        "Response payload size (6291557 bytes) exceeded maximum allowed payload size (6291556 bytes).",
    },
  },
];

const FAILURES_THAT_END_THE_ENVIRONMENT: readonly Failing[] = [
  {
    name: "throws outside of the handler",
    body: "setTimeout(() => { throw new TypeError('late'); }); await new Promise(() => {});",
    outcome: { kind: "error", errorType: "TypeError", errorMessage: "late" },
  },
  {
    name: "leaves a rejection unhandled",
    body: "Promise.reject(new Error('forgotten')); await new Promise((resolve) => setTimeout(resolve, 1000));",
    outcome: {
      kind: "error",
      errorType: "Runtime.UnhandledPromiseRejection",
      errorMessage: "Error: forgotten",
    },
  },
  {
    name: "awaits what nothing can settle",
    body: "await new Promise(() => {});",
    outcome: {
      kind: "error",
      errorType: "Runtime.NodeJsExit",
      errorMessage: expect.stringContaining("a Promise that was never settled"),
    },
  },
  {
    name: "exits",
    body: "process.exit(0);",
    outcome: {
      kind: "exited",
      errorType: "Runtime.ExitError",
      errorMessage: "RequestId: request-1 Error: Runtime exited without providing a reason",
    },
  },
  {
    name: "exits with a status",
    body: "process.exit(3);",
    outcome: {
      kind: "exited",
      errorType: "Runtime.ExitError",
      errorMessage: "RequestId: request-1 Error: Runtime exited with error: exit status 3",
    },
  },
  {
    name: "kills its process",
    body: "process.kill(process.pid, 'SIGKILL'); for (;;);",
    outcome: {
      kind: "exited",
      errorType: "Runtime.ExitError",
      errorMessage: "Error: Runtime exited with error: signal: killed",
    },
  },
  ...[
    ["with objects", "const all = []; for (;;) all.push({ one: {}, more: [all.length] });"],
    ["at one stroke", "let all = [1]; for (;;) all = [...all, ...all];"],
  ].map(([name, body = ""]) => ({
    name: `fills its memory ${name}`,
    body,
    outcome: {
      kind: "exited",
      errorType: "Runtime.OutOfMemory",
      errorMessage: expect.stringMatching(
        /Runtime exited with error: signal: (killed|aborted \(core dumped\))$/,
      ),
    },
  })),
];

const CROSSINGS: readonly (Case & { readonly payload: string })[] = [
  { name: "an object", body: "return { statusCode: 200 };", payload: '{"statusCode":200}' },
  {
    name: "undefined members vanish",
    body: "return { a: undefined, b: [undefined] };",
    payload: '{"b":[null]}',
  },
  { name: "a date is text", body: "return new Date(0);", payload: '"1970-01-01T00:00:00.000Z"' },
  { name: "nothing is null", body: "", payload: "null" },
  { name: "a function is null", body: "return () => 1;", payload: "null" },
  {
    name: "the event, as JSON",
    body: "return event;",
    payload: '{"case":"the event, as JSON","body":"ü\\u0000","list":[1,null]}',
  },
];

const { start } = bundles();

/** A module whose handler does what the event's case says, and else tells which environment it is in. */
function moduleOf(cases: readonly Case[]): { "index.mjs": string } {
  const members = cases.map(({ name, body }) => `${JSON.stringify(name)}: async (event) => { ${body} }`);
  return {
    "index.mjs": `
import { randomUUID } from "node:crypto";
const environment = randomUUID();
const cases = { ${members.join(",\n")} };
export const handler = async (event) => event.case ? cases[event.case](event) : environment;`,
  };
}

const fn = start(
  moduleOf([...FAILURES_THAT_KEEP_THE_ENVIRONMENT, ...FAILURES_THAT_END_THE_ENVIRONMENT, ...CROSSINGS]),
  { timeoutSeconds: 30 },
);

describe("a function stays warm when its handler", () => {
  test.each(FAILURES_THAT_KEEP_THE_ENVIRONMENT)("$name", async ({ name, outcome }) => {
    const before = await resultOf(invoke(fn));
    expect(await invoke(fn, { case: name })).toEqual({ ...outcome, trace: expect.any(Array) });
    expect(await resultOf(invoke(fn))).toBe(before);
  });
});

describe("a function gets a fresh environment when its handler", () => {
  test.each(FAILURES_THAT_END_THE_ENVIRONMENT)("$name", async ({ name, outcome }) => {
    const before = await resultOf(invoke(fn));
    expect(await invoke(fn, { case: name })).toEqual({ ...outcome, trace: expect.any(Array) });
    expect(await resultOf(invoke(fn))).not.toBe(before);
  });
});

describe("what crosses is JSON:", () => {
  test.each(CROSSINGS)("$name", async ({ name, payload }) => {
    const event = { case: name, body: "ü\u0000", left: undefined, list: [1, undefined] };
    expect(await invoke(fn, event)).toEqual({ kind: "result", payload });
  });
});

test("the trace holds the stack's lines", async () => {
  const throwing = start({ "index.mjs": "export async function handler() { throw new Error('here'); }" });
  expect(await invoke(throwing)).toMatchObject({
    trace: expect.arrayContaining([
      "Error: here",
      expect.stringMatching(/^ {4}at handler .*index\.mjs:1:41\)$/),
    ]),
  });
});

test("an event above 6 MB does not reach the function, one of 6 MB does", async () => {
  const measuring = start({ "index.mjs": "export const handler = (event) => event.length;" });
  const mostCharacters = 6 * 1024 * 1024 - '""'.length;
  expect(await invoke(measuring, "x".repeat(mostCharacters + 1))).toEqual({
    kind: "too-large",
    errorType: "RequestEntityTooLargeException",
    errorMessage:
      "RequestId: request-1 Error: Request must be smaller than 6291456 bytes for the InvokeFunction operation",
    trace: [],
  });
  expect(await resultOf(invoke(measuring, "x".repeat(mostCharacters)))).toBe(mostCharacters);
});

test("the context says what Lambda's says", async () => {
  const telling = start({
    "index.mjs": `export async function handler(event, context) {
      const { getRemainingTimeInMillis, ...rest } = context;
      const remaining = getRemainingTimeInMillis();
      return { ...rest, inTime: remaining > 0 && remaining <= 30_000, trace: process.env._X_AMZN_TRACE_ID };
    }`,
  });
  const functionArn = A_FUNCTION.arn;
  const traced = telling.invoke({}, { requestId: "request-9", functionArn, traceId: "Root=1-5-9;Sampled=1" });
  expect(await resultOf(traced)).toEqual({
    awsRequestId: "request-9",
    callbackWaitsForEmptyEventLoop: false,
    functionName: "get-products",
    functionVersion: "$LATEST",
    inTime: true,
    invokedFunctionArn: functionArn,
    logGroupName: "/aws/lambda/get-products",
    logStreamName: expect.stringMatching(/^\d{4}\/\d\d\/\d\d\/\[\$LATEST\][0-9a-f]{32}$/),
    memoryLimitInMB: "128",
    trace: "Root=1-5-9;Sampled=1",
  });
  const untraced = telling.invoke({}, { requestId: "request-10", functionArn });
  expect(await resultOf(untraced)).not.toHaveProperty("trace");
});
