import { execFileSync } from "node:child_process";
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { createFunction, type LocalFunction } from "#lambda/function";
import type { FunctionOptions } from "#lambda/function-version";
import type { FunctionLogLine } from "#lambda/invocation";
import type { LocalRun } from "#model/local-run";
import { temporaryFolder } from "../../../support/temporary-folder";
import { A_FUNCTION, bundles, invoke, rendezvousServer, resultOf } from "../bundles";

/** Functions that a command runs over Lambda's runtime API. */

const folder = temporaryFolder();
const { settings } = bundles();
const rendezvous = rendezvousServer();
const started: LocalFunction[] = [];
const log: FunctionLogLine[] = [];
beforeEach(() => {
  log.length = 0;
});
afterEach(() => Promise.all(started.splice(0).map((fn) => fn.close())));

function start(
  local: LocalRun,
  over: Partial<typeof A_FUNCTION> = {},
  options: Partial<FunctionOptions> = {},
): LocalFunction {
  const fn = createFunction(settings({}, { runtime: "provided.al2023", ...over, local }), {
    log: (line) => log.push(line),
    ...options,
  });
  started.push(fn);
  return fn;
}

/** A runtime in plain Node, which can also do what no runtime should. */
const RUNTIME = `
const base = "http://" + process.env.AWS_LAMBDA_RUNTIME_API + "/2018-06-01/runtime";
const post = (path, body, headers = {}) => fetch(base + path, { method: "POST", body, headers });
(async () => {
  if (process.argv[2] === "exit") process.exit(3);
  if (process.argv[2] === "init-error") return post("/init/error", JSON.stringify({ errorType: "Runtime.NoSuchModule", errorMessage: "no module" })).then(() => process.exit(1));
  if (process.argv[2] === "silent") return setInterval(() => undefined, 1000);
  for (;;) {
    const next = await fetch(base + "/invocation/next");
    const id = next.headers.get("lambda-runtime-aws-request-id");
    const event = await next.json();
    console.log("handles", event.does);
    if (event.does === "exits") process.exit(7);
    if (event.does === "dies") process.kill(process.pid, "SIGKILL");
    if (event.does === "hangs") await new Promise(() => setInterval(() => undefined, 1000));
    if (event.does === "meets") await fetch(event.url);
    const path = "/invocation/" + (event.does === "forges" ? "another" : id);
    if (event.does === "fails") await post(path + "/error", JSON.stringify({ errorType: "Custom.Error", errorMessage: "no", stackTrace: ["line 1"] }));
    else if (event.does === "garbles its error") await post(path + "/error", "\\u0000{", { "Lambda-Runtime-Function-Error-Type": "Custom.Header" });
    else if (event.does === "floods") await post(path + "/response", "x".repeat(6_291_557));
    else if (event.does === "garbles") await post(path + "/response", "\\u0000{");
    else {
      const answer = await post(path + "/response", JSON.stringify({ env: process.env, cwd: process.cwd(), headers: Object.fromEntries(next.headers) }));
      if (event.does === "forges") { console.log("forged:", answer.status); await post("/invocation/" + id + "/response", '"own"'); }
    }
  }
})();`;
writeFileSync(join(folder, "runtime.cjs"), RUNTIME);
const command = [process.execPath, "runtime.cjs"];
const RUN = { command, directory: folder };

test("it has the function's environment, the credentials of its role, and the headers of each invocation", async () => {
  process.env["SECRET_OF_THE_PARENT"] = "secret";
  const fn = start({ ...RUN, environment: { own: "local" } }, { environment: { table: "t", own: "stack" } });
  const { env, cwd, headers } = (await resultOf(
    fn.invoke({}, { requestId: "r-1", functionArn: A_FUNCTION.arn, traceId: "Root=1-2-3" }),
  )) as Record<string, Record<string, string>>;
  expect(cwd).toBe(folder);
  expect(env).toMatchObject({
    table: "t",
    own: "local",
    AWS_ACCESS_KEY_ID: "ASIAFUNCTION",
    AWS_SECRET_ACCESS_KEY: "function-secret",
    AWS_SESSION_TOKEN: "token",
    AWS_LAMBDA_FUNCTION_NAME: "get-products",
    AWS_LAMBDA_RUNTIME_API: expect.stringMatching(/^127\.0\.0\.1:\d+$/),
    _HANDLER: "index.handler",
  });
  expect(env).not.toHaveProperty("SECRET_OF_THE_PARENT");
  expect(headers).toMatchObject({
    "lambda-runtime-aws-request-id": "r-1",
    "lambda-runtime-invoked-function-arn": A_FUNCTION.arn,
    "lambda-runtime-trace-id": "Root=1-2-3",
  });
  const left = Number(headers?.["lambda-runtime-deadline-ms"]) - Date.now();
  expect(left).toBeGreaterThan(0);
  expect(left).toBeLessThanOrEqual(30_000);
});

test.each([
  ["fails", { kind: "error", errorType: "Custom.Error", errorMessage: "no", trace: ["line 1"] }],
  ["garbles its error", { kind: "error", errorType: "Custom.Header", errorMessage: "", trace: [] }],
  ["floods", { kind: "error", errorType: "Function.ResponseSizeTooLarge" }],
  ["garbles", { kind: "result", payload: "\u0000{" }],
  ["forges", { kind: "result", payload: '"own"' }],
])("a runtime that %s goes on", async (does, outcome) => {
  const fn = start(RUN);
  expect(await invoke(fn, { does })).toMatchObject(outcome);
  expect(await invoke(fn, {})).toMatchObject({ kind: "result" });
  if (does === "forges") expect(log.map(({ line }) => line)).toContain("forged: 400");
});

test.each([
  ["exits", { kind: "exited", errorType: "Runtime.ExitError" }, /exit status 7/],
  ["dies", { kind: "exited", errorType: "Runtime.ExitError" }, /signal: killed/],
])(
  "a runtime that %s fails its invocation, and the next one finds a new one",
  async (does, outcome, message) => {
    const fn = start(RUN);
    const failed = await invoke(fn, { does });
    expect(failed).toMatchObject({ ...outcome, errorMessage: expect.stringMatching(message) });
    expect(await invoke(fn, {})).toMatchObject({ kind: "result" });
  },
);

test("a runtime that takes longer than the function's timeout is ended", async () => {
  const fn = start(RUN, { timeoutSeconds: 1 });
  expect(await fn.warm()).toBeUndefined();
  expect(await invoke(fn, { does: "hangs" })).toMatchObject({
    kind: "timeout",
    errorMessage: "RequestId: request-1 Error: Task timed out after 1.00 seconds",
  });
  expect(await invoke(fn, {})).toMatchObject({ kind: "result" });
});

test.each([
  ["exits before it asks for an event", ["exit"], /exit status 3/],
  ["reports that it cannot be loaded", ["init-error"], /^no module$/],
  ["never asks for an event", ["silent"], /Init timed out after 1\.00 seconds/],
])("a runtime that %s fails the invocation", async (_, argv, message) => {
  const fn = start(
    { ...RUN, command: [...command, ...argv] },
    {},
    { initSeconds: argv[0] === "silent" ? 1 : 60 },
  );
  const outcome = await invoke(fn);
  expect(outcome.kind).not.toBe("result");
  expect(outcome).toMatchObject({ errorMessage: expect.stringMatching(message) });
});

test("a command that is not there fails the invocation, by name", async () => {
  const outcome = await invoke(start({ ...RUN, command: ["no-such-program"] }));
  expect(outcome).toMatchObject({
    kind: "exited",
    errorMessage: expect.stringContaining("no-such-program ENOENT"),
  });
});

test("invocations at once have a process each", async () => {
  const fn = start(RUN);
  const both = [1, 2].map(() => invoke(fn, { does: "meets", url: rendezvous.url }));
  await rendezvous.arrivals(2);
  rendezvous.release();
  const pids = await Promise.all(both.map(resultOf));
  expect(pids).toHaveLength(2);
});

test("what the command has started ends with it", async () => {
  const script = `sleep 1000 & echo $! ; exec ${process.execPath} runtime.cjs`;
  const fn = start({ ...RUN, command: ["sh", "-c", script] });
  expect(await invoke(fn, {})).toMatchObject({ kind: "result" });
  const pid = Number(log.map(({ line }) => line).find((line) => /^\d+$/.test(line)));
  expect(isRunning(pid)).toBe(true);
  await fn.close();
  expect(isRunning(pid)).toBe(false);
});

/** A process that has ended, and is not yet waited for, counts as ended. */
function isRunning(pid: number): boolean {
  try {
    return !/^Z/.test(execFileSync("ps", ["-o", "stat=", "-p", String(pid)], { encoding: "utf8" }).trim());
  } catch {
    return false;
  }
}

test("its output is logged by lines, with the invocation", async () => {
  await invoke(start(RUN), { does: "x" }, "r-7");
  expect(log).toContainEqual({
    functionName: "get-products",
    requestId: "r-7",
    stream: "stdout",
    line: "handles x",
  });
});

test("a web page cannot speak to the runtime API", async () => {
  const fn = start(RUN);
  const { env } = (await resultOf(invoke(fn))) as { readonly env: Record<string, string> };
  const url = `http://${env["AWS_LAMBDA_RUNTIME_API"]}/2018-06-01/runtime/invocation/request-1/response`;
  const post = (headers: Record<string, string>) => fetch(url, { method: "POST", body: "1", headers });
  expect((await post({ Origin: "https://evil.example" })).status).toBe(403);
  expect((await post({})).status).toBe(400);
  expect((await fetch(url.replace("/runtime/", "/other/"))).status).toBe(404);
});

const HAS_PYTHON = ((): boolean => {
  try {
    return execFileSync("python3", ["--version"], { encoding: "utf8" }).startsWith("Python 3");
  } catch {
    return false;
  }
})();

(HAS_PYTHON ? describe : describe.skip)("a function in Python", () => {
  const task = join(folder, "python");
  const layer = join(folder, "layer");
  const runtime = join(__dirname, "../../../support/python-runtime.py");
  const run = (handler: string): LocalRun => ({
    command: ["python3", runtime, handler],
    directory: task,
    layers: [layer],
  });
  beforeAll(() => {
    mkdirSync(task);
    mkdirSync(join(layer, "python"), { recursive: true });
    writeFileSync(join(layer, "python", "shared.py"), "GREETING = 'hello'\n");
    writeFileSync(
      join(task, "app.py"),
      `import os, shared
def handler(event, context):
    print("got", event)
    if event.get("fail"):
        raise ValueError("no")
    return {"greeting": shared.GREETING, "table": os.environ["table"]}
`,
    );
  });

  test("answers, with a module of its layer and its environment", async () => {
    const fn = start(run("app.handler"), { runtime: "python3.13", environment: { table: "t" } });
    expect(await resultOf(invoke(fn, {}))).toEqual({ greeting: "hello", table: "t" });
  });

  test("raises an error", async () => {
    expect(await invoke(start(run("app.handler")), { fail: true })).toMatchObject({
      kind: "error",
      errorType: "ValueError",
      errorMessage: "no",
    });
  });

  test("without its layer it cannot be loaded", async () => {
    const { layers: _, ...without } = run("app.handler");
    expect(await invoke(start(without), {})).toMatchObject({
      errorType: "ModuleNotFoundError",
      errorMessage: "No module named 'shared'",
    });
  });
});
