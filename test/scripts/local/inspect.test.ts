import { type ChildProcess, spawn } from "node:child_process";
import { readFileSync } from "node:fs";
import { createServer } from "node:net";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { inspectPorts, withoutTimeouts } from "#local/inspect";
import { PROJECT_ROOT } from "#self/repository";
import { startGateway } from "../../support/local-gateway";
import { type SynthesizedProject, synthesizeProject } from "../../support/project-stack";
import { temporaryFolder } from "../../support/temporary-folder";

/** Breakpoints in the TypeScript of functions: `make dev ARGS=--inspect`. */

const folder = temporaryFolder();
const HANDLER = "functions/get-index/handler.ts";
let project: SynthesizedProject;
beforeAll(async () => {
  project = await synthesizeProject(folder);
});

/** A range of ports in which the first one is free. */
async function freePorts(): Promise<number> {
  const server = createServer();
  await new Promise<void>((ready) => server.listen(0, "127.0.0.1", ready));
  const address = server.address();
  await new Promise((closed) => server.close(closed));
  const port = typeof address === "object" && address ? address.port : 0;
  return Math.min(port, 65_000);
}

/** The line of a source that has a text, from 1. */
function lineOf(path: string, text: string): number {
  const lines = readFileSync(join(PROJECT_ROOT, path), "utf8").split("\n");
  return lines.findIndex((line) => line.includes(text)) + 1;
}

test("a function stops at a breakpoint in its TypeScript, and answers when it goes on", async () => {
  const model = project.load();
  const { api, url } = await startGateway(model, { inspectPort: await freePorts(), warmFunctions: true });
  let debuggerProcess: ChildProcess | undefined;
  try {
    const port = api.inspectPorts.get(`${project.prefix}get-index`);
    // A request shows that the function's process is there.
    expect((await fetch(`${url}/dev/index`)).status).toBe(200);
    const line = lineOf(HANDLER, "htmlResponse(200");
    const script = join(PROJECT_ROOT, "test/support/debug-function.mjs");
    const debugged = spawn(
      process.execPath,
      ["--experimental-websocket", "--no-warnings", script, `${port}`, HANDLER, `${line}`],
      { stdio: ["ignore", "pipe", "inherit"] },
    );
    debuggerProcess = debugged;
    const said: string[] = [];
    let answer: Promise<Response> | undefined;
    for await (const text of createInterface({ input: debugged.stdout })) {
      said.push(text);
      if (text.startsWith("set in")) answer ??= fetch(`${url}/dev/index`);
      if (text.startsWith("paused at")) break;
    }
    // Once for each thread of the function that there is.
    expect(new Set(said.slice(0, -1))).toEqual(new Set(["set in 1"]));
    expect((await answer)?.status).toBe(200);
  } finally {
    debuggerProcess?.kill("SIGKILL");
    await api.close();
  }
});

test("without the flag no debugger reaches a function", async () => {
  const { api } = await startGateway(project.load());
  expect([...api.inspectPorts]).toEqual([]);
  await api.close();
});

describe("the ports", () => {
  test("are in the order of the functions' names, those of .vscode/launch.json", async () => {
    const ports = await inspectPorts(project.load(), await freePorts());
    const names = [...ports.keys()].map((name) => name.slice(project.prefix.length));
    const [first = 0] = ports.values();
    const text = readFileSync(join(PROJECT_ROOT, ".vscode/launch.json"), "utf8").replace(/^\/\/.*$/gm, "");
    const { configurations } = JSON.parse(text) as {
      readonly configurations: readonly { readonly name: string; readonly port: number }[];
    };
    expect(configurations.map(({ name, port }) => [name, port - 9229])).toEqual(
      names.map((name) => [name, (ports.get(project.prefix + name) ?? 0) - first]),
    );
  });

  test("are refused in one line if one of them is taken", async () => {
    const first = await freePorts();
    const server = createServer();
    await new Promise<void>((ready) => server.listen(first + 1, "127.0.0.1", ready));
    await expect(inspectPorts(project.load(), first)).rejects.toThrow(
      `--inspect-port: port ${first + 1}, for ${project.prefix}get-index, is not free, expected 5 free ports from ${first} on; choose another one, or end what uses it`,
    );
    await new Promise((closed) => server.close(closed));
  });
});

test("no integration times out, and nothing else changes", () => {
  const model = project.load();
  const patient = withoutTimeouts(model);
  const timeouts = patient.api.routes.flatMap(({ integration }) =>
    "timeoutMilliseconds" in integration ? [integration.timeoutMilliseconds] : [],
  );
  expect(new Set(timeouts)).toEqual(new Set([86_400_000]));
  expect({ ...patient, api: { ...patient.api, routes: [] } }).toEqual({
    ...model,
    api: { ...model.api, routes: [] },
  });
});
