import { spawn } from "node:child_process";
import { randomUUID } from "node:crypto";
import { existsSync, readdirSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { setImmediate } from "node:timers/promises";
import { createFunction } from "#lambda/function";
import { temporaryFolder } from "../../support/temporary-folder";
import { bundles, type Files, invoke, rendezvousServer, resultOf } from "./bundles";

/** Several invocations at once, and the end. */

const { settings, start } = bundles();
const rendezvous = rendezvousServer();
const folder = temporaryFolder();

/** A function that waits at the rendezvous when asked to, and says which environment it is. */
function waiting(): { "index.mjs": string } {
  return {
    "index.mjs": `
      import { randomUUID } from "node:crypto";
      const id = randomUUID();
      export async function handler(event) {
        if (event.wait) await fetch(${JSON.stringify(rendezvous.url)});
        if (event.exit) process.exit(1);
        return { id, taskRoot: process.env.LAMBDA_TASK_ROOT };
      }`,
  };
}

interface Where {
  readonly id: string;
  readonly taskRoot: string;
}

async function where(outcome: ReturnType<typeof invoke>): Promise<Where> {
  return (await resultOf(outcome)) as Where;
}

const WAIT = { wait: true };

test("concurrent invocations run at the same time, each in an environment of its own", async () => {
  const fn = start(waiting());
  const both = [invoke(fn, WAIT), invoke(fn, WAIT)].map(where);
  await rendezvous.arrivals(2);
  rendezvous.release();
  const [first, second] = await Promise.all(both);
  expect(first?.id).not.toBe(second?.id);
});

test("invocations one after the other share an environment", async () => {
  const fn = start(waiting());
  const first = await where(invoke(fn));
  expect(await where(invoke(fn))).toEqual(first);
});

test("beyond the limit invocations wait for their turn, and share the environments", async () => {
  const fn = start(waiting(), {}, { maxConcurrency: 1 });
  const first = where(invoke(fn, WAIT));
  const second = where(invoke(fn, WAIT));
  await rendezvous.arrivals(1);
  rendezvous.release();
  const { id } = await first;
  await rendezvous.arrivals(1);
  expect(rendezvous.waiting()).toBe(1);
  rendezvous.release();
  expect((await second).id).toBe(id);
});

test("who waits for an environment that ends is given a new one", async () => {
  const fn = start(waiting(), {}, { maxConcurrency: 1 });
  const first = invoke(fn, { ...WAIT, exit: true });
  const second = where(invoke(fn));
  await rendezvous.arrivals(1);
  rendezvous.release();
  expect(await first).toMatchObject({ kind: "exited" });
  expect(await second).toEqual({ id: expect.any(String), taskRoot: expect.any(String) });
});

test("retiring lets finish what is under way, and then everything is gone", async () => {
  const fn = start(waiting());
  const underWay = where(invoke(fn, WAIT));
  await rendezvous.arrivals(1);
  const retired = fn.retire();
  expect(await invoke(fn)).toMatchObject({ kind: "exited" });

  rendezvous.release();
  const { taskRoot } = await underWay;
  await retired;
  expect(existsSync(dirname(taskRoot))).toBe(false);
});

test("a function that is retired while it loads is gone too", async () => {
  const marker = { [`${randomUUID()}.txt`]: "" };
  const fn = start({ ...waiting(), ...marker });
  const warming = fn.warm();
  expect(foldersWith(marker)).toHaveLength(1);
  await fn.retire();
  expect(await warming).toBeUndefined();
  expect(foldersWith(marker)).toHaveLength(0);
});

function foldersWith(marker: Files): string[] {
  const [name = ""] = Object.keys(marker);
  return lambdaFolders(tmpdir()).filter((folder) => existsSync(join(tmpdir(), folder, "task", name)));
}

function lambdaFolders(parent: string): string[] {
  return readdirSync(parent).filter((name) => name.startsWith("lambda-"));
}

test("a package that cannot be unpacked is named", () => {
  const broken = settings(waiting());
  writeFileSync(broken.fn.packagePath, "no zip");
  expect(() => createFunction(broken, { log: () => undefined })).toThrow(
    `aws_lambda_function.get-products: the deployment package ${broken.fn.packagePath} cannot be unpacked (invalid zip data): expected a zip; build it again`,
  );
});

test("closing ends what runs, removes what was unpacked, and refuses what comes after", async () => {
  const fn = createFunction(settings(waiting()), { log: () => undefined });
  const { taskRoot } = await where(invoke(fn));
  const running = invoke(fn, WAIT);
  const second = invoke(fn, WAIT);
  await rendezvous.arrivals(2);

  await fn.close();
  const ended = { kind: "exited", errorMessage: "Error: Runtime exited with error: signal: killed" };
  expect([await running, await second]).toMatchObject([ended, ended]);
  expect(existsSync(dirname(taskRoot))).toBe(false);
  expect(await invoke(fn)).toMatchObject({
    kind: "exited",
    errorMessage: "RequestId: request-1 Error: the gateway is closing",
  });
  rendezvous.release();
});

test.each<{ name: string; end: (gateway: number) => void }>([
  { name: "is killed", end: (gateway) => process.kill(gateway, "SIGKILL") },
  { name: "is interrupted with its functions", end: (gateway) => process.kill(-gateway, "SIGINT") },
  { name: "is terminated with its functions", end: (gateway) => process.kill(-gateway, "SIGTERM") },
])("nothing outlives a gateway that $name", async ({ end }) => {
  const toRun = settings(waiting());
  const code = `const { createFunction } = require("./scripts/lambda/function.ts");
    const fn = createFunction(${JSON.stringify(toRun)}, { log: console.log });
    fn.invoke({ wait: true }, { requestId: "r", functionArn: "arn" });`;
  const gateway = spawn(process.execPath, ["--import=tsx", "--eval", code], {
    env: { ...process.env, TMPDIR: folder },
    detached: true,
  });
  await rendezvous.arrivals(1);
  expect(lambdaFolders(folder)).toHaveLength(1);
  end(Number(gateway.pid));
  await rendezvous.departures(1);
  while (lambdaFolders(folder).length > 0) await setImmediate();
});
