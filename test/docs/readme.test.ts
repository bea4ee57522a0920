import { execFile } from "node:child_process";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { promisify } from "node:util";
import { paintFor } from "#cli/table";
import { renderRequest } from "#dev/dev-screen";
import { PROGRAM, PROJECT_ROOT } from "#self/repository";
import { type RecordedRequest, readRecorded } from "../scripts/sigv4/recorded-requests";
import { captureIo } from "../support/captured-io";
import { allRecordedCases } from "../support/recorded-cases";
import { CURL_SIGNS } from "../support/signing-clients";
import { vectorNames } from "../support/sigv4-vectors";
import { temporaryFolder } from "../support/temporary-folder";
import { type Block, blocksOf, readDocument, tableRows } from "./documents";
import { applyChange, copyProject, follow, requestsOf, synthesizeCopy } from "./follow";
import { type ServedStage, serveStage } from "./served-copy";

const readme = readDocument("README.md");
const blocks = blocksOf(readme);
const folder = temporaryFolder();

function under(section: string, language: string): readonly Block[] {
  return blocks.filter((block) => block.section === section && block.language === language);
}

describe("the steps, followed to the letter in a copy", () => {
  const copy = join(folder, "copy");
  let served: ServedStage;

  beforeAll(async () => {
    copyProject(copy, [...PROGRAM, ".build"]);
    for (const block of blocks) if (block.file !== undefined) follow(copy, block);
    served = await serveStage(synthesizeCopy(copy), folder);
  });
  afterAll(() => served.close());

  test.each([
    ["A route", '"status": "ok"'],
    ["A function", '"inStockQty": 140'],
    ["An API client", '"message": "success"'],
    ["Callers in browsers", "Access-Control-Allow-Origin: https://shop.example.com"],
  ])("%s: its call is answered with %s", async (section, body) => {
    const [request = []] = under(section, "sh").flatMap(requestsOf);
    const { status, out } = await served.call(request);
    expect(out).toContain(body);
    expect(status).toBe(0);
  });

  test.each<{ name: string; request: string; told: string }>([
    {
      name: "the function, by a caller without permission",
      request: "GET /products/tea-07/stock --as stranger",
      told: "is not authorized to perform: execute-api:Invoke",
    },
    {
      name: "the function, for a product that there is not",
      request: "GET /products/none/stock --as reader",
      told: "There is no such product",
    },
    {
      name: "the API client's route, without its key",
      request: "GET /auth/api-key --unsigned",
      told: "Forbidden",
    },
  ])("and refused is $name", async ({ request, told }) => {
    const { status, out } = await served.call(request.split(" "));
    expect(out).toContain(told);
    expect(status).toBe(1);
  });

  /** What a block shows stands in what came, line by line; `…` stands for anything. */
  function expectShown(shown: string, came: string): void {
    let from = 0;
    for (const piece of shown.split(/…|\n/).filter((text) => text !== "")) {
      const at = came.indexOf(piece, from);
      expect({ piece, found: at >= 0 }).toEqual({ piece, found: true });
      from = at + piece.length;
    }
  }

  const sessions = under("A signed call", "console");
  (CURL_SIGNS ? test : test.skip).each(sessions.map(({ text }) => text))("%s", async (session) => {
    const [command = "", ...shown] = session.split("\n");
    const here = command
      .replace(/^\$ /, "")
      .replaceAll("http://127.0.0.1:3000/dev", served.url)
      .replaceAll(".local/", `${served.local}/`);
    const { stdout } = await promisify(execFile)("sh", ["-c", `${here} -s`]);
    expectShown(shown.join("\n"), stdout.replaceAll("\r", ""));
  });

  test("there are two sessions, and what 'make dev' says of the first is what it says", async () => {
    expect(sessions).toHaveLength(2);
    await fetch(`${served.url}/products`);
    const refused = served.log.at(-1);
    const [shown = ""] = under("A signed call", "text").map(({ text }) => text);
    const time = new Date(2026, 0, 1, 10, 58, 35);
    const told = refused && renderRequest(refused, time, "", paintFor(captureIo().out, {}), 80);
    const withoutTime = (text: string) => text.replace(/ +\d[\d.]* ms/, " N ms");
    expect(withoutTime(told ?? "")).toBe(withoutTime(shown));
  });
});

test.each([
  ["what is not there", " a\n-b\n+c\n", "a\nc\n"],
  ["what is there twice", " a\n+b\n", "a\na\n"],
])("a change to %s is not made", (_, change, source) => {
  expect(() => applyChange(source, change)).toThrow(/^found [02] times/);
});

describe("the configuration", () => {
  /** Of functions, which Lambda documents; and what examples of other programs read. */
  const OTHERS = /^scripts\/(self\/docs|lambda\/runtime)\//;
  const sources = [
    "main.ts",
    "project.config.ts",
    ...["functions", "kit", "modules", "scripts", "seeds"].flatMap(list),
  ].filter((path) => path.endsWith(".ts") && !OTHERS.test(path));
  const read = new Set(
    sources.flatMap((path) => variablesIn(readFileSync(join(PROJECT_ROOT, path), "utf8"))),
  );
  const makefile = readFileSync(join(PROJECT_ROOT, "Makefile"), "utf8");
  const named = /\$[({](?:value )?([A-Z_]+)\)|\$\$\{?([A-Z_]+)\b|--arguments-from=([A-Z_]+)/g;
  for (const [, ...names] of makefile.matchAll(named)) read.add(names.find(Boolean) ?? "");
  for (const name of ["TS", "MAKEFILE_LIST", "PATH", "HOME"]) read.delete(name);
  const told = new Set(
    tableRows(readme, "Configuration").flatMap(([names = ""]) =>
      [...names.matchAll(/`(\w+)`/g)].map(([, name]) => name),
    ),
  );

  function list(top: string): string[] {
    const names = readdirSync(join(PROJECT_ROOT, top), { recursive: true, encoding: "utf8" });
    return names.map((name) => join(top, name));
  }

  /** What a source takes from its environment. */
  function variablesIn(source: string): string[] {
    const patterns = [
      /\benv\.([A-Z][A-Z0-9_]+)/g,
      /\benv\["(\w+)"\]/g,
      /\b(?:requireEnv|required)\((?:env, )?"(\w+)"/g,
    ];
    const taken = [...source.matchAll(/\{ ([^{}]+) \}: (?:Environment|NodeJS\.ProcessEnv)/g)];
    return [
      ...patterns.flatMap((pattern) => [...source.matchAll(pattern)].map(([, name = ""]) => name)),
      ...taken.flatMap(([, names = ""]) => names.match(/\b[A-Z][A-Z0-9_]+\b/g) ?? []),
    ];
  }

  test("has every variable that the code reads", () => {
    expect([...read].filter((name) => !told.has(name))).toEqual([]);
    expect(read.size).toBeGreaterThan(35);
  });

  test("has no other", () => {
    expect([...told].filter((name) => !read.has(name ?? ""))).toEqual([]);
  });

  test.each([
    ["STAGE", "modules/settings.ts", 'env.STAGE || "dev"'],
    ["AWS_REGION", "modules/settings.ts", 'env.AWS_REGION || "us-east-1"'],
    ["PORT", "scripts/dev.ts", 'env.PORT ?? "3000"'],
    ["AWS_PROVIDER_VERSION", "modules/provider-version.ts", 'DEFAULT_PROVIDER_VERSION = "~> 6.54"'],
    ["LAMBDA_RUNTIME", "modules/bundle/bundling.ts", 'DEFAULT_RUNTIME = "nodejs24.x"'],
    ["CLIENT", "project.config.ts", 'defaultClient: "demo"'],
    ["COMMENT_AUTHOR", "scripts/plan-comment.ts", 'env.COMMENT_AUTHOR || "github-actions[bot]"'],
    ["GITHUB_API_URL", "scripts/plan-comment.ts", 'env.GITHUB_API_URL || "https://api.github.com"'],
    [
      "TERRAFORM_BINARY_NAME",
      "scripts/stage/installed-terraform.ts",
      'env.TERRAFORM_BINARY_NAME || "terraform"',
    ],
  ])("the default of %s is that of %s", (name, path, code) => {
    expect(readFileSync(join(PROJECT_ROOT, path), "utf8")).toContain(code);
    const row = tableRows(readme, "Configuration").find(([names]) => names === `\`${name}\``);
    expect(code).toContain(row?.[2]?.replaceAll("`", ""));
  });
});

test("what comes before the first table fits on a screen, without pictures", () => {
  const [screen = ""] = readme.split(/^\| /m);
  expect(screen.split("\n").length).toBeLessThanOrEqual(45);
  expect(screen).not.toMatch(/<img|!\[/);
});

test("what is verified against AWS is counted", () => {
  const counts = tableRows(readme, "How local differs from AWS").map(([, , count = ""]) => count);
  expect(counts[0]).toBe(`${allRecordedCases().length} requests`);
  expect(counts[1]).toBe(`${vectorNames("v4").length + vectorNames("v4a").length} requests`);
  const signed = readRecorded<RecordedRequest & { readonly cause?: string }>("sigv4-signers.json");
  const wrong = signed.filter(({ cause }) => cause !== undefined).length;
  expect(counts[3]).toBe(
    `${signed.length - wrong} requests; ${wrong} more, which are not signed as AWS documents it or have a path that is not normalized, are refused, and the log names the cause`,
  );
});

test("the costs are quantity times price, and their sum", () => {
  const rows = tableRows(readDocument("docs/costs.md"), "One million requests a month");
  const costs = rows.slice(0, -1).map(([, quantity = "", price = "", cost = ""]) => {
    const product = Number.parseFloat(quantity) * Number.parseFloat(price.replace("[", ""));
    expect(Number(cost)).toBeCloseTo(product, 1);
    return Number(cost);
  });
  expect(costs).toHaveLength(7);
  const together = rows.at(-1)?.[3]?.replaceAll("*", "");
  expect(together).toBe(costs.reduce((sum, cost) => sum + cost, 0).toFixed(2));
});
