import { randomUUID } from "node:crypto";
import { existsSync, readdirSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createFunctions, type LocalFunctions } from "#lambda/functions";
import type { FunctionLogLine, FunctionSettings } from "#lambda/invocation";
import { A_FUNCTION, bundles, rendezvousServer, resultOf } from "./bundles";

/** The functions of a stack, and what becomes of them when the stack changes. */

const { settings } = bundles();
const rendezvous = rendezvousServer();
const log: FunctionLogLine[] = [];
let functions: LocalFunctions;

beforeEach(() => {
  log.length = 0;
  functions = createFunctions((line) => log.push(line));
});
afterEach(() => functions.close());

/** A function that says which version it is; it waits at the rendezvous when asked to. */
function named(name: string, version: string): FunctionSettings {
  const source = `export async function handler(event) {
    if (event.wait) await fetch(${JSON.stringify(rendezvous.url)});
    return ${JSON.stringify(`${name} ${version}`)};
  }`;
  return settings({ "index.mjs": source }, { name, arn: arnOf(name) });
}

function arnOf(name: string): string {
  return `arn:aws:lambda:eu-central-1:111122223333:function:${name}`;
}

function invoke(name: string, event: unknown = {}): Promise<unknown> {
  const fn = { ...A_FUNCTION, arn: arnOf(name) };
  return resultOf(functions.invoke(fn, event, { requestId: "request-1", functionArn: fn.arn }));
}

test("each is found by its ARN", async () => {
  functions.place([named("a", "1"), named("b", "1")]);
  expect(await Promise.all([invoke("b"), invoke("a")])).toEqual(["b 1", "a 1"]);
});

test("a changed one is replaced, an equal one goes on, a new one is added", async () => {
  const same = named("same", "1");
  functions.place([same, named("changed", "1")]);
  const underWay = [invoke("same", { wait: true }), invoke("changed", { wait: true })];
  await rendezvous.arrivals(2);
  functions.place([same, named("changed", "2"), named("new", "1")]);
  expect(await Promise.all(["same", "changed", "new"].map((name) => invoke(name)))).toEqual([
    "same 1",
    "changed 2",
    "new 1",
  ]);
  rendezvous.release();
  expect(await Promise.all(underWay)).toEqual(["same 1", "changed 1"]);
});

test("one that is gone finishes what is under way", async () => {
  functions.place([named("gone", "1")]);
  const underWay = invoke("gone", { wait: true });
  await rendezvous.arrivals(1);
  functions.place([]);
  rendezvous.release();
  expect(await underWay).toBe("gone 1");
});

test("where one cannot be unpacked, none is replaced, and nothing is left of the others", async () => {
  functions.place([named("a", "1"), named("b", "1")]);
  const broken = named("b", "2");
  writeFileSync(broken.fn.packagePath, "no zip");
  const marker = `${randomUUID()}.txt`;
  const marked = settings({ "index.mjs": "", [marker]: "" }, { name: "a", arn: arnOf("a") });
  expect(() => functions.place([marked, broken])).toThrow("cannot be unpacked");
  expect(await Promise.all([invoke("a"), invoke("b")])).toEqual(["a 1", "b 1"]);
  const left = readdirSync(tmpdir()).filter((name) => existsSync(join(tmpdir(), name, "task", marker)));
  expect(left).toEqual([]);
});

test("one that cannot be loaded is reported before it is called", async () => {
  const broken = settings({ "index.mjs": "export const other = 1;" });
  const told = new Promise<FunctionLogLine>((resolve) => {
    functions = createFunctions(resolve);
    functions.place([broken]);
  });
  expect(await told).toEqual({
    functionName: A_FUNCTION.name,
    stream: "stderr",
    line: "cannot be loaded: Runtime.HandlerNotFound: index.handler is undefined or not exported",
  });
});

test("where functions are not warmed, one starts with its first request and not before", async () => {
  const broken = settings({ "index.mjs": "export const other = 1;" }, { name: "late", arn: arnOf("late") });
  functions = createFunctions((line) => log.push(line), false);
  functions.place([broken, named("a", "1")]);
  expect(await invoke("a")).toBe("a 1");
  expect(log).toEqual([]);
  await expect(invoke("late")).rejects.toThrow("index.handler is undefined or not exported");
});

test("closing ends what is under way, of versions that were replaced too", async () => {
  functions.place([named("a", "1")]);
  const first = invoke("a", { wait: true });
  await rendezvous.arrivals(1);
  functions.place([named("a", "2")]);
  const second = invoke("a", { wait: true });
  await rendezvous.arrivals(2);
  const ended = Promise.allSettled([first, second]);
  await functions.close();
  const killed = { status: "rejected", reason: { message: expect.stringContaining("signal: killed") } };
  expect(await ended).toMatchObject([killed, killed]);
  rendezvous.release();
});
