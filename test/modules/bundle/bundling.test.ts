import { execFile } from "node:child_process";
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { join, relative } from "node:path";
import { pathToFileURL } from "node:url";
import { promisify } from "node:util";
import { unzipSync } from "fflate";
import { bundleFunction, DEFAULT_RUNTIME } from "#modules/bundle/bundle";
import { type BundlingProps, LEAN_DYNAMODB } from "#modules/bundle/bundling";
import { readOrigin, readSourceMap } from "#modules/bundle/packages";
import { PROJECT_ROOT } from "#self/repository";

const TEMPORARY = join(PROJECT_ROOT, ".build", "test-bundles");
mkdirSync(TEMPORARY, { recursive: true });
const folder = mkdtempSync(join(TEMPORARY, "functions-"));
afterAll(() => rmSync(folder, { recursive: true }));

/** Writes a function, and what else it is given, and bundles it. */
function bundle(name: string, code: string, bundling?: BundlingProps, files: Record<string, string> = {}) {
  for (const [file, text] of Object.entries({ "index.ts": code, ...files })) {
    mkdirSync(join(folder, name, file, ".."), { recursive: true });
    writeFileSync(join(folder, name, file), text);
  }
  return bundleFunction(relative(PROJECT_ROOT, join(folder, name, "index.ts")), DEFAULT_RUNTIME, bundling);
}

const ROLE = { AWS_REGION: "us-east-1", AWS_ACCESS_KEY_ID: "ASIAEXAMPLE", AWS_SECRET_ACCESS_KEY: "secret" };

/** Unpacks a package where there is no `node_modules`, as on Lambda, and has it answer one event. */
async function run({ path }: { readonly path: string }, env: NodeJS.ProcessEnv = ROLE): Promise<string> {
  const files = unzipSync(readFileSync(path));
  const task = mkdtempSync("/tmp/task-");
  try {
    for (const [name, bytes] of Object.entries(files)) writeFileSync(join(task, name), bytes);
    const index = Object.keys(files).find((name) => /^index\.m?js$/.test(name)) ?? "";
    const script = `
      const module = await import(${JSON.stringify(pathToFileURL(join(task, index)))});
      const result = await (module.handler ?? module.default.handler)({}, {});
      process.stdout.write(String(result), () => process.exit());`;
    const args = ["--input-type=module", "--eval", script];
    return (await promisify(execFile)(process.execPath, args, { env: { PATH: process.env["PATH"], ...env } }))
      .stdout;
  } finally {
    rmSync(task, { recursive: true });
  }
}

const handler = (expression: string): string => `export const handler = async () => ${expression};`;

describe("ordinary code", () => {
  test.each([
    [
      "CommonJS that requires Node's modules",
      `import aws4 from "aws4"; ${handler('aws4.sign({ host: "h" }).headers.Host')}`,
      "h",
    ],
    ["a server", `import { createServer } from "node:http"; ${handler("typeof createServer")}`, "function"],
    [
      "streams of files",
      `import { createReadStream } from "node:fs"; ${handler("typeof createReadStream")}`,
      "function",
    ],
    ["the folder of the module", handler("typeof __dirname + typeof __filename"), "stringstring"],
    [
      "its own require, as a constant",
      `import { createRequire } from "node:module"; const require = createRequire(import.meta.url); const __dirname = "own"; ${handler('typeof require("util").inspect + __dirname')}`,
      "functionown",
    ],
  ])("may use %s", async (name, code, answer) => {
    expect(await run(bundle(name.replaceAll(/\W/g, "-"), code))).toBe(answer);
    expect(await run(bundle(name.replaceAll(/\W/g, "-"), code, { minify: false }))).toBe(answer);
  });

  test("without the global names of CommonJS fails where it needs one", async () => {
    const code = `import aws4 from "aws4"; ${handler("typeof aws4.sign")}`;
    await expect(run(bundle("bare", code, { commonJsGlobals: false }))).rejects.toThrow("Dynamic require of");
  });

  test("of this inventory's kind alone builds with the stand-ins", () => {
    const code = `import { createServer } from "node:http"; ${handler("typeof createServer")}`;
    expect(() => bundle("lean", code, LEAN_DYNAMODB)).toThrow("createServer");
  });

  const REQUIRES = {
    "own.cjs": 'const twice = require("twice"); module.exports = () => twice(21);',
    "node_modules/twice/package.json": '{"main":"index.cjs","module":"index.mjs"}',
    "node_modules/twice/index.cjs": "module.exports = (n) => 2 * n;",
    "node_modules/twice/index.mjs": "export default (n) => 2 * n;",
  };

  test("may require a package that is an ES module as well", async () => {
    const code = `import twice from "./own.cjs"; ${handler("twice()")}`;
    expect(await run(bundle("hazard", code, {}, REQUIRES))).toBe("42");
  });

  test("which fails with the package's ES module", async () => {
    const code = `import twice from "./own.cjs"; ${handler("twice()")}`;
    const bundled = bundle("hazard-module", code, { mainFields: ["module", "main"] }, REQUIRES);
    await expect(run(bundled)).rejects.toThrow("is not a function");
  });
});

describe("a client of the SDK that is given no credentials", () => {
  const CODE = `import { LambdaClient, ListFunctionsCommand } from "@aws-sdk/client-lambda";
    const client = new LambdaClient({ maxAttempts: 1 });
    export const handler = async () => { await client.send(new ListFunctionsCommand({})); return "called"; };`;
  const signers: string[] = [];
  const server = createServer((request, response) => {
    const { authorization = "unsigned" } = request.headers;
    signers.push(
      `${/Credential=([^/]+)/.exec(authorization)?.[1]} ${request.headers["x-amz-security-token"]}`,
    );
    response.setHeader("content-type", "application/json");
    response.end('{"Functions":[]}');
  });
  let env: NodeJS.ProcessEnv;
  beforeAll(async () => {
    await new Promise<void>((listening) => server.listen(0, "127.0.0.1", listening));
    const { port } = server.address() as AddressInfo;
    env = { ...ROLE, AWS_ENDPOINT_URL: `http://127.0.0.1:${port}`, AWS_SESSION_TOKEN: "token" };
  });
  afterAll(() => server.close());

  test.each<[string, BundlingProps]>([
    ["finds those of the environment", {}],
    ["and those of the SDK's search, which an empty alias leaves in", { alias: {} }],
  ])("%s", async (name, bundling) => {
    signers.length = 0;
    expect(await run(bundle(name.slice(0, 8).replaceAll(" ", "-"), CODE, bundling), env)).toBe("called");
    expect(signers).toEqual(["ASIAEXAMPLE token"]);
  });

  test("says what is missing where there are none", async () => {
    const { AWS_SECRET_ACCESS_KEY: _, ...without } = env;
    await expect(run(bundle("none", CODE), without)).rejects.toThrow(
      "AWS_ACCESS_KEY_ID or AWS_SECRET_ACCESS_KEY is not set",
    );
  });
});

describe("a function's own bundling", () => {
  test.each<[string, BundlingProps, string]>([
    ["define", { define: { BUILD: '"42"' } }, "42"],
    ["banner", { banner: 'globalThis.BUILD = "43";' }, "43"],
    ["footer", { footer: 'globalThis.BUILD = "44";' }, "44"],
    ["what esbuild itself takes", { esbuild: { define: { BUILD: '"45"' } } }, "45"],
  ])("takes %s", async (name, bundling, answer) => {
    const bundled = bundle(
      `own-${name.replaceAll(" ", "-")}`,
      `declare const BUILD: string; ${handler("BUILD")}`,
      bundling,
    );
    expect(await run(bundled)).toBe(answer);
  });

  test("may be into CommonJS", async () => {
    const code = handler("typeof module + typeof exports");
    expect(await run(bundle("cjs", code, { format: "cjs" }))).toBe("objectobject");
  });

  test("takes loaders", async () => {
    const code = `import sql from "./query.sql"; ${handler("sql")}`;
    const files = { "query.sql": "select 1" };
    expect(await run(bundle("loader", code, { loader: { ".sql": "text" } }, files))).toBe("select 1");
    expect(() => bundle("no-loader", code, {}, files)).toThrow('No loader is configured for ".sql"');
  });

  test("leaves out what is external, which then has to be there", async () => {
    const code = `import "aws4"; ${handler("1")}`;
    await expect(run(bundle("external", code, { externalModules: ["aws4"] }))).rejects.toThrow(
      "Cannot find package 'aws4'",
    );
  });

  test("ships the source map where that is asked for", () => {
    const names = (bundling: BundlingProps) =>
      Object.keys(unzipSync(readFileSync(bundle("map", handler("1"), bundling).path))).sort();
    expect(names({ sourceMap: true })).toEqual(["index.mjs", "index.mjs.map"]);
    expect(names({})).toEqual(["index.mjs"]);
  });

  test("is kept with the source map, by the hash of the package", () => {
    const { path, sourceCodeHash } = bundle("kept", handler(JSON.stringify(folder)), { keepNames: true });
    const entry = relative(PROJECT_ROOT, join(folder, "kept/index.ts"));
    expect(readOrigin(PROJECT_ROOT, path)).toEqual({
      entry,
      runtime: DEFAULT_RUNTIME,
      bundling: { keepNames: true },
    });
    expect(readSourceMap(PROJECT_ROOT, sourceCodeHash)?.sources).toEqual([entry]);
    expect(readOrigin(PROJECT_ROOT, join(PROJECT_ROOT, "package.json"))).toBeUndefined();
  });

  test("two ways to bundle one function are two packages", () => {
    const [short, long] = [{}, { minify: false }].map((way) => bundle("twice", handler("1 + 1"), way));
    expect(short?.path).not.toBe(long?.path);
    expect(short?.sourceCodeHash).not.toBe(long?.sourceCodeHash);
  });
});
