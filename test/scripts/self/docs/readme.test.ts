import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { drawArchitecture } from "#self/docs/architecture";
import { quoteFigures } from "#self/docs/figures";
import { replaceSections } from "#self/docs/markdown";
import { type ApiSpec, allowInvoke, loadApi } from "../../../support/api-terraform";
import { temporaryFolder } from "../../../support/temporary-folder";

const folder = temporaryFolder();

describe("a section", () => {
  const document = "# a\n\n<!-- x: from x -->\n\nold\n\n<!-- /x -->\n\n$1 stays\n";

  test("is put between its marks, whatever it holds, and again leaves the same", () => {
    const once = replaceSections(document, { x: "new $1 $& text\n" });
    expect(once).toBe("# a\n\n<!-- x: from x -->\n\nnew $1 $& text\n\n<!-- /x -->\n\n$1 stays\n");
    expect(replaceSections(once, { x: "new $1 $& text" })).toBe(once);
  });

  test.each([
    ["no place", ["x", "y"], document, "got 0 places for 'y'"],
    ["two places", ["x"], document + document, "got 2 places for 'x'"],
    ["a place without a text", ["y"], document, "got the place 'x', expected one of y"],
  ])("must have one place and one text, not %s", (_, names, text, message) => {
    const sections = Object.fromEntries(names.map((name) => [name, "new"]));
    expect(() => replaceSections(text, sections)).toThrow(message);
  });
});

describe("the picture", () => {
  const spec = (authorization: "NONE" | "AWS_IAM"): ApiSpec => ({
    routes: [
      { route: "GET /open", lambda: "page" },
      { route: "GET /signed", authorization },
      { route: "GET /keyed", method: { api_key_required: true } },
    ],
    functions: { page: { source: "export const handler = async () => ({});" } },
    roles: { reader: [allowInvoke("*")], stranger: [] },
    plans: { plan: {} },
    keys: { client: { plan: "plan" } },
  });
  const draw = (authorization: "NONE" | "AWS_IAM") =>
    drawArchitecture(loadApi(spec(authorization), folder), "");

  test("has who may call which route, and what answers it", () => {
    const lines = draw("AWS_IAM").split("\n");
    expect(lines).toEqual(
      expect.arrayContaining([
        '  caller1(["anyone with an API key"])',
        '  caller2(["anyone"])',
        '  caller3(["signed by reader"])',
        '    route1["GET /keyed<br>answers a constant"]',
        "  caller2 --> route2",
        "  caller3 --> route3",
        "  route2 --> page",
      ]),
    );
  });

  test("changes when a route loses its signature", () => {
    const lines = draw("NONE").split("\n");
    expect(lines).toContain("  caller2 --> route3");
    expect(lines.join("\n")).not.toContain("signed by");
  });
});

describe("the figures", () => {
  test("say so where nothing was measured", () => {
    expect(quoteFigures("/nonexistent.json")).toMatch(/^Nothing was measured yet: run `make bench`/);
  });

  test("are the medians of what has a goal, and whether it was met", () => {
    const path = join(folder, "results.json");
    const spread = (median: number) => ({ median, min: 0, max: 9 });
    const goal = { of: "floor", atMost: 1.35, reached: 1.5 };
    const rows = [
      { name: "floor", goals: [] },
      { name: "ours", goals: [goal] },
    ];
    const tests = {
      runs: 1,
      firstAnswer: spread(900),
      again: spread(1),
      savedHandler: spread(200),
      tests: 31_000,
    };
    const dev = {
      ...tests,
      savedConstruct: spread(1),
      synth: spread(1),
      synthAgain: spread(1),
      emptyProgram: spread(1),
    };
    const machine = { processors: 1, node: "v24.0.0" };
    const results = {
      cold: { machine, result: { races: [{ name: "get-products", rows }] } },
      dev: { machine, result: dev },
      kit: {
        machine,
        result: {
          runs: 1,
          tarballKilobytes: 1600.4,
          install: 31_200,
          starts: { node: spread(40), call: spread(100), routes: spread(200) },
        },
      },
    };
    writeFileSync(path, JSON.stringify(results));
    const told = quoteFigures(path).split("\n");
    expect(told).toEqual(
      expect.arrayContaining([
        "| cold start of get-products | 1.50 × floor | ≤ 1.35 missed |",
        "| make dev: the first 200 after a fresh clone | 900 ms | ≤ 1500 met |",
        "| make dev: a saved handler answers | 200 ms | ≤ 150 missed |",
        "| make test, once | 31 s | ≤ 30 missed |",
        "| the kit's tarball | 1600 kB |  |",
        "| start of `signed-api call` | 2.5 × Node.js alone | ≤ 4 met |",
        "| start of `signed-api routes` | 5.0 × Node.js alone | ≤ 4 missed |",
        "Measured with 1 processor and Node v24.0.0.",
      ]),
    );
    expect(told.filter((line) => line.includes("emptyProgram") || line.includes("no program"))).toEqual([]);
  });
});
