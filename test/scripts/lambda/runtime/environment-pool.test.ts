import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { bundleModule } from "#lambda/bundle-module";
import type { FunctionLogLine, InvokeOutcome } from "#lambda/invocation";
import { createEnvironmentPool, type EnvironmentPool } from "#lambda/runtime/environment-pool";
import { startExecutionEnvironment } from "#lambda/runtime/execution-environment";
import { temporaryFolder } from "../../../support/temporary-folder";
import { rendezvousServer } from "../bundles";

/** Time, on a clock that the test moves: when an invocation is over, and when an environment has idled enough. */

const rendezvous = rendezvousServer();
const folder = temporaryFolder();
let pool: EnvironmentPool;
let log: (line: FunctionLogLine) => void;

beforeAll(() => {
  const taskRoot = join(folder, "task");
  const workerPath = join(folder, "worker.cjs");
  mkdirSync(taskRoot);
  writeFileSync(workerPath, bundleModule("lambda/runtime/worker"));
  writeFileSync(
    join(taskRoot, "index.mjs"),
    `import { randomUUID } from "node:crypto";
    const environment = randomUUID();
    export async function handler({ does, url }) {
      console.log(does);
      if (does === "loops") for (;;);
      if (does === "waits") await new Promise((resolve) => setTimeout(resolve, 60_000));
      if (does === "meets") await fetch(url);
      if (does === "exits") process.exit(0);
      return environment;
    }`,
  );
  const settings = {
    functionName: "f",
    taskRoot,
    workerPath,
    handler: "index.handler",
    memoryMegabytes: 128,
    timeoutSeconds: 3,
    initSeconds: 10,
    maxConcurrency: 10,
    idleSeconds: 60,
  };
  pool = createEnvironmentPool(settings, () => startExecutionEnvironment(settings, (line) => log(line)));
});
beforeEach(() => {
  log = () => undefined;
  jest.useFakeTimers({ doNotFake: ["Date", "nextTick", "setImmediate", "queueMicrotask", "performance"] });
});
afterEach(() => jest.useRealTimers());
function invoke(does: string): Promise<InvokeOutcome> {
  return pool.invoke(JSON.stringify({ does, url: rendezvous.url }), { requestId: "r", functionArn: "arn" });
}

/** Invokes and waits until the handler has begun. */
async function begin(does: string): Promise<{ readonly outcome: Promise<InvokeOutcome> }> {
  const begun = new Promise<FunctionLogLine>((resolve) => {
    log = resolve;
  });
  const outcome = invoke(does);
  expect((await begun).line).toBe(does);
  return { outcome };
}

/** Two invocations at the same time, and so in two environments. */
async function environmentsOfTwo(): Promise<InvokeOutcome[]> {
  const both = Promise.all([invoke("meets"), invoke("meets")]);
  await rendezvous.arrivals(2);
  rendezvous.release();
  return both;
}

test.each(["waits", "loops"])("an invocation that %s ends with the timeout and not before", async (does) => {
  const { outcome } = await begin(does);
  const settled = jest.fn();
  void outcome.then(settled);
  await jest.advanceTimersByTimeAsync(2999);
  expect(settled).not.toHaveBeenCalled();
  await jest.advanceTimersByTimeAsync(1);
  expect(await outcome).toEqual({
    kind: "timeout",
    errorType: "Sandbox.Timedout",
    errorMessage: "RequestId: r Error: Task timed out after 3.00 seconds",
    trace: [],
  });
});

test("an environment that is not needed any more ends after a minute, but one stays warm", async () => {
  const before = await environmentsOfTwo();
  await jest.advanceTimersByTimeAsync(59_999);
  expect(await environmentsOfTwo()).toEqual(expect.arrayContaining(before));
  await jest.advanceTimersByTimeAsync(60_000);
  const after = await environmentsOfTwo();
  expect(after.filter((environment) => before.some(sameAs(environment)))).toHaveLength(1);
});

function sameAs(outcome: InvokeOutcome): (other: InvokeOutcome) => boolean {
  return (other) => JSON.stringify(other) === JSON.stringify(outcome);
}

// Every environment ends when its function exits; this is the last test, so that no thread outlives the file.
test("the environments end with what runs in them", async () => {
  const ends = await Promise.all([invoke("exits"), invoke("exits")]);
  expect(ends.map(({ kind }) => kind)).toEqual(["exited", "exited"]);
});
