import { type ChildProcess, execFile, spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync, readdirSync, readFileSync, statSync } from "node:fs";
import { dirname, join, relative } from "node:path";
import { promisify } from "node:util";
import { NO_AWS_SETTINGS } from "../support/stage-outputs";
import { temporaryFolder } from "../support/temporary-folder";
import { blocksOf, readDocument } from "./documents";
import { copyProject, follow, requestsOf } from "./follow";
import { type Called, callAt } from "./served-copy";

/** The page on an API of one's own, followed to the letter in a copy: every command, every file, up to a running gateway. */

const blocks = blocksOf(readDocument("docs/own-api.md"));
const folder = join(temporaryFolder(), "notes");
const env = { PATH: process.env.PATH, ...NO_AWS_SETTINGS };
let dev: ChildProcess;

beforeAll(async () => {
  copyProject(folder);
  for (const block of blocks) if (block.language !== "console") follow(folder, block);
  dev = spawn(
    process.execPath,
    ["--require", "./scripts/cli/typescript.cjs", "scripts/dev.ts", "--port=0", "--no-watch"],
    {
      cwd: folder,
      env,
      stdio: ["ignore", "pipe", "pipe"],
    },
  );
  let screen = "";
  for (const stream of [dev.stdout, dev.stderr]) {
    stream?.setEncoding("utf8").on("data", (text) => {
      screen += text;
    });
  }
  const ended = once(dev, "close").then(([status]) => {
    throw new Error(`dev ended with ${status}: ${screen}`);
  });
  ended.catch(() => undefined);
  while (!screen.includes("Ctrl-C stops."))
    await Promise.race([once(dev.stdout as NodeJS.ReadableStream, "data"), ended]);
});
afterAll(async () => {
  dev.kill("SIGINT");
  if (dev.exitCode === null) await once(dev, "close");
});

test("the calls are answered as the page says: written, read, refused", async () => {
  const session = blocks.find(({ section, text }) => section === "7. Run it" && text.includes("make call"));
  const [, note = "", name = ""] = /echo '(.*)' > (\S+)/.exec(session?.text ?? "") ?? [];
  await promisify(execFile)("sh", ["-c", `echo '${note}' > ${name}`], { cwd: folder });

  const calls: Called[] = [];
  for (const request of requestsOf({ text: session?.text ?? "", section: "", language: "" })) {
    const here = request.map((word) => (word.startsWith("@") ? `@${join(folder, word.slice(1))}` : word));
    calls.push(await callAt(join(folder, ".local"), here));
  }
  expect(calls.map(({ status }) => status)).toEqual([0, 0, 1]);
  const [written, read, refused] = calls.map(({ out }) => out);
  for (const out of [written, read]) expect(out).toContain('"text": "Hello"');
  expect(refused).toContain("Response  403 Forbidden");
  expect(refused).toContain("Diagnosis  refused at the gate 'iam'");
});

test("a faulty note is a 400 that names the field", async () => {
  const { out } = await callAt(join(folder, ".local"), ["PUT", "/notes/x", "--as", "writer", "--data", "{}"]);
  expect(out).toContain("Response  400");
  expect(out).toContain("text: expected a string, got nothing");
});

test("'make demo' walks through it, and finds what is promised", async () => {
  const walk = promisify(execFile)(
    process.execPath,
    ["--require", "./scripts/cli/typescript.cjs", "scripts/demo.ts"],
    {
      cwd: folder,
      env,
    },
  );
  expect((await walk).stdout).toMatch(/\n3 requests, all answered as promised\n/);
});

test("the page's own tests pass", async () => {
  const jest = join("node_modules", "jest", "bin", "jest.js");
  const session = blocks.find(({ section, language }) => section === "8. Test it" && language === "console");
  const [, file = ""] = /npx jest (\S+)/.exec(session?.text ?? "") ?? [];
  const { stderr } = await promisify(execFile)(process.execPath, [jest, file], { cwd: folder, env });
  expect(stderr).toMatch(/^Tests: +4 passed, 4 total$/m);
});

describe("what stays", () => {
  const sources = ["main.ts", ...["functions", "modules", "scripts", "test"]];
  const files = () =>
    sources
      .flatMap((name) => {
        const top = join(folder, name);
        return statSync(top).isFile()
          ? [top]
          : readdirSync(top, { recursive: true, encoding: "utf8" }).map((below) => join(top, below));
      })
      .filter((path) => path.endsWith(".ts"));

  test("imports nothing that is gone", () => {
    const missing = files().flatMap((path) => {
      const text = readFileSync(path, "utf8");
      const names = [
        ...text.matchAll(/^(?:import|export|\}).* from "([.#][^"]+)"|\bimport\("([.#][^"]+)"\)/gm),
      ].map(([, imported, late]) => imported ?? late ?? "");
      const isGone = (name: string) => {
        const target = name.startsWith("#")
          ? join(folder, name.replace(/^#(?!modules\/|functions\/)/, "scripts/").replace(/^#/, ""))
          : join(dirname(path), name);
        return ![target, `${target}.ts`].some((each) => existsSync(each));
      };
      return names.filter(isGone).map((name) => `${relative(folder, path)}: ${name}`);
    });
    expect(missing).toEqual([]);
  });

  test("knows nothing of products, and has the new name", () => {
    const knowing = files().filter(
      (path) =>
        !path.includes("/test/") &&
        /products_table|inStockQty|InventoryStack/.test(readFileSync(path, "utf8")),
    );
    expect(knowing.map((path) => relative(folder, path))).toEqual([]);
    const outputs = JSON.parse(readFileSync(join(folder, ".local", "outputs.json"), "utf8"));
    expect(Object.keys(outputs.outputs)).toEqual(["notes-dev"]);
  });

  test("has no exports that only the inventory's parts have imported", () => {
    const texts = new Map(files().map((path) => [relative(folder, path), readFileSync(path, "utf8")]));
    const isEntry = (path: string) =>
      /^(main|scripts\/[^/]*|functions\/([^/]*\/index|lib\/stand-ins\/.*))\.ts$/.test(path);
    const unused = [...texts]
      .filter(([path]) => !isEntry(path))
      .flatMap(([path, text]) =>
        [...text.matchAll(/^export (?:const|(?:async )?function|class) (\w+)/gm)]
          .map(([, name = ""]) => name)
          .filter((name) => ![...texts].some(([other, its]) => other !== path && its.includes(name)))
          .map((name) => `${path}: ${name}`),
      );
    expect(unused).toEqual([]);
  });

  test("is most of the tests", () => {
    const count = (top: string) =>
      readdirSync(top, { recursive: true, encoding: "utf8" }).filter((name) => name.endsWith(".test.ts"))
        .length;
    expect(count(join(folder, "test"))).toBeGreaterThan(count(join(__dirname, "..")) / 2);
  });
});
