import { bundles, type Files, invoke, resultOf } from "./bundles";

/** From a deployment package and a handler string to a handler. */

const { start } = bundles();

interface Loading {
  readonly name: string;
  readonly files: Files;
  readonly handler?: string;
}

test.each<Loading>([
  { name: "an ES module", files: { "index.mjs": "export const handler = async () => 'here';" } },
  { name: "a CommonJS module", files: { "index.cjs": "exports.handler = async () => 'here';" } },
  { name: "a .js file, which is CommonJS", files: { "index.js": "exports.handler = async () => 'here';" } },
  {
    name: "a CommonJS module whose exports cannot be told from its text",
    files: { "index.js": "module.exports = Object.fromEntries([['handler', async () => 'here']]);" },
  },
  {
    name: "a .js file of a package of ES modules",
    files: { "index.js": "export const handler = async () => 'here';", "package.json": '{"type":"module"}' },
  },
  {
    name: "a module in a folder, with a part of its own",
    files: {
      "src/app.mjs": "import { text } from './parts/text.mjs'; export const run = async () => text;",
      "src/parts/text.mjs": "export const text = 'here';",
    },
    handler: "src/app.run",
  },
  {
    name: "a handler within an object",
    files: { "index.mjs": "export const api = { get: async () => 'here' };" },
    handler: "index.api.get",
  },
  {
    name: "a module that awaits at its top",
    files: {
      "index.mjs": "const text = await Promise.resolve('here'); export const handler = async () => text;",
    },
  },
])("loads $name", async ({ files, handler = "index.handler" }) => {
  expect(await resultOf(invoke(start(files, { handler })))).toBe("here");
});

test("looks for packages among its own files and nowhere in this project", async () => {
  const index = "exports.handler = async () => require.resolve.paths('fflate');";
  const folders = (await resultOf(invoke(start({ "index.cjs": index })))) as string[];
  expect(folders.filter((folder) => folder.startsWith(process.cwd()))).toEqual([]);
});

interface Refused extends Loading {
  readonly errorType: string;
  readonly errorMessage: unknown;
  readonly kind?: string;
  readonly initSeconds?: number;
}

test.each<Refused>([
  {
    name: "a module that is not there",
    files: { "other.mjs": "" },
    errorType: "Runtime.ImportModuleError",
    errorMessage: "Error: Cannot find module 'index'",
  },
  {
    name: "a part that is not there",
    files: { "index.mjs": "import './part.mjs';" },
    errorType: "Runtime.ImportModuleError",
    errorMessage: expect.stringContaining("part.mjs"),
  },
  {
    name: "text that is no JavaScript",
    files: { "index.mjs": "export const handler = async () => {" },
    errorType: "Runtime.UserCodeSyntaxError",
    errorMessage: "SyntaxError: Unexpected end of input",
  },
  {
    name: "a handler that is not exported",
    files: { "index.mjs": "export const main = 1;" },
    errorType: "Runtime.HandlerNotFound",
    errorMessage: "index.handler is undefined or not exported",
  },
  {
    name: "a handler that is no function",
    files: { "index.mjs": "export const handler = 1;" },
    errorType: "Runtime.HandlerNotFound",
    errorMessage: "index.handler is not a function",
  },
  {
    name: "a handler string without a function",
    files: { "index.mjs": "" },
    handler: "index",
    errorType: "Runtime.MalformedHandlerName",
    errorMessage: "Bad handler",
  },
  {
    name: "a handler string that leaves the package",
    files: { "index.mjs": "" },
    handler: "../index.handler",
    errorType: "Runtime.MalformedHandlerName",
    errorMessage: "'../index.handler' is outside the package",
  },
  {
    name: "a handler that takes a callback",
    files: { "index.mjs": "export const handler = (event, context, callback) => callback(null, 'here');" },
    errorType: "Runtime.CallbackHandlerDeprecated",
    errorMessage: expect.stringContaining("removed support for callback-based function handlers"),
  },
  {
    name: "a module that throws",
    files: { "index.mjs": "throw new RangeError('TABLE is not set');" },
    errorType: "RangeError",
    errorMessage: "TABLE is not set",
  },
  {
    name: "a module that awaits what nothing can settle",
    files: { "index.mjs": "await new Promise(() => {});" },
    errorType: "Runtime.NodeJsExit",
    errorMessage: expect.stringContaining("a Promise that was never settled"),
  },
  {
    name: "a module that exits",
    files: { "index.mjs": "process.exit(4);" },
    kind: "exited",
    errorType: "Runtime.ExitError",
    errorMessage: "Error: Runtime exited with error: exit status 4",
  },
  {
    name: "a module that never comes to an end",
    files: { "index.mjs": "for (;;);" },
    initSeconds: 0.5,
    kind: "timeout",
    errorType: "Sandbox.Timedout",
    errorMessage: "Error: Init timed out after 0.50 seconds",
  },
])(
  "refuses, at each invocation, $name",
  async ({ files, handler = "index.handler", initSeconds, errorType, errorMessage, kind = "error" }) => {
    const fn = start(files, { handler }, { initSeconds });
    const refused = { kind, errorType, errorMessage, trace: expect.any(Array) };
    expect(await invoke(fn)).toEqual(refused);
    expect(await invoke(fn)).toEqual(refused);
  },
);

test("refuses Node options that there are not, and the log says which", async () => {
  const lines: string[] = [];
  const files = { "index.mjs": "export const handler = async () => 'here';" };
  const environment = { NODE_OPTIONS: "--no-such-option" };
  const fn = start(files, { environment }, { log: ({ line }) => lines.push(line) });
  const refused = {
    kind: "exited",
    errorType: "Runtime.ExitError",
    errorMessage: "Error: Runtime exited with error: exit status 9",
    trace: [],
  };
  expect(await fn.warm()).toEqual(refused);
  expect(await invoke(fn)).toEqual(refused);
  expect(lines).toContainEqual(expect.stringContaining("--no-such-option is not allowed in NODE_OPTIONS"));
});

test("takes the Node options of the function", async () => {
  const files = { "index.mjs": "export const handler = async () => 'here';" };
  const fn = start(files, {
    environment: { NODE_OPTIONS: "--enable-source-maps --max-http-header-size=81920" },
  });
  expect(await resultOf(invoke(fn))).toBe("here");
});

describe("warming", () => {
  test("loads the function once, before it is invoked", async () => {
    const lines: string[] = [];
    const log = ({ line }: { line: string }) => lines.push(line);
    const files = { "index.mjs": "console.log('loaded'); export const handler = async () => 'here';" };
    const fn = start(files, {}, { log });
    expect(await fn.warm()).toBeUndefined();
    expect(lines).toEqual(["loaded"]);
    expect(await resultOf(invoke(fn))).toBe("here");
    expect(await fn.warm()).toBeUndefined();
    expect(lines).toEqual(["loaded"]);
  });

  test("reports what keeps the function from loading", async () => {
    const fn = start({ "index.mjs": "throw new Error('TABLE is not set');" });
    expect(await fn.warm()).toMatchObject({ kind: "error", errorMessage: "TABLE is not set" });
  });
});
