import { type OpenedApi, startHere } from "#call/open-target";
import { paintFor } from "#cli/table";
import { main } from "#demo";
import { printTour } from "#demo/print-tour";
import { renderHead } from "#demo/render-tour";
import type { Model } from "#model/model";
import { captureIo } from "../support/captured-io";
import { resourceAt } from "../support/change-stack";
import { type SynthesizedProject, synthesizeProject } from "../support/project-stack";
import { runScript } from "../support/run-script";
import { temporaryFolder } from "../support/temporary-folder";

const folder = temporaryFolder();
let stack: SynthesizedProject;

beforeAll(async () => {
  stack = await synthesizeProject(folder);
});

/** Serves a model for as long as something is done with it. */
async function serving<T>(model: Model, work: (api: OpenedApi) => Promise<T>): Promise<T> {
  const api = await startHere({ stageName: "dev", model, remove: () => {} });
  try {
    return await work(api);
  } finally {
    await api.close();
  }
}

test("walks through every route in every way, within 80 columns", async () => {
  const io = captureIo();

  expect(await serving(stack.load(), (api) => printTour(api, {}, io))).toBe(0);
  const { out } = io.written();
  expect(
    out
      .replace(/^http:\S+/, "URL")
      .split("\n")
      .slice(0, 20)
      .join("\n"),
  ).toBe(`\
URL  a local gateway, started for this tour

  WITH       PROMISED                          ANSWERED

GET /auth/api-key  needs an API key; a signature is not checked
  nothing    403 Forbidden                     403 Forbidden
  signature  403 Forbidden                     403 Forbidden
  API key    200 success                       200 success
  both       200 success                       200 success

GET /auth/iam-sigv4  needs a signature; an API key is not checked
  nothing    403 Missing Authentication Token  403 Missing Authentication Token
  signature  200 success                       200 success
  API key    403 Missing Authentication Token  403 Missing Authentication Token
  both       200 success                       200 success

GET /auth/iam-sigv4-and-api-key  needs both; the signature is checked first
  nothing    403 Missing Authentication Token  403 Missing Authentication Token
  signature  403 Forbidden                     403 Forbidden
  API key    403 Missing Authentication Token  403 Missing Authentication Token`);
  expect(out).toContain("  signature  200 a page of products            200 a page of products\n");
  expect(out).toContain("  nothing    200 an HTML page                  200 an HTML page\n");
  expect(out).toContain("\n15 requests, all answered as promised\n");
  expect(out.split("\n").filter((line) => line.length > 80)).toEqual([]);
});

test.each([
  { name: "on a terminal", isTTY: true, env: {}, coloured: true },
  { name: "with NO_COLOR", isTTY: true, env: { NO_COLOR: "1" }, coloured: false },
  { name: "in a file", isTTY: false, env: {}, coloured: false },
])("colours $name: $coloured", ({ isTTY, env, coloured }) => {
  const paint = paintFor(captureIo({ isTTY }).out, env);
  expect(renderHead({ baseUrl: "http://127.0.0.1:3000/dev" }, true, paint).includes("\u001b[")).toBe(
    coloured,
  );
});

describe("a broken promise: exit status 1, both sides, and why", () => {
  test("a route that lost its signature", async () => {
    const open = stack.load((terraform) => {
      resourceAt(terraform, "aws_api_gateway_method", "/auth/iam-sigv4/GET/method").authorization = "NONE";
    });
    const io = captureIo();

    expect(await serving(open, (api) => printTour(api, {}, io))).toBe(1);
    const { out } = io.written();
    expect(out).toContain("≠ nothing    403 Missing Authentication Token  200 success\n");
    expect(out).toContain(`
GET /auth/iam-sigv4, with nothing
  promised  403 Missing Authentication Token
  answered  200 success
`);
    expect(out).toMatch(/\n2 of 15 requests were not answered as promised\n$/);
  });

  test("a reader that lost its permission, with the diagnosis of the refusal", async () => {
    const denied = stack.load((terraform) => {
      resourceAt(terraform, "aws_iam_policy", "reader/policy").policy = JSON.stringify({
        Version: "2012-10-17",
        Statement: [{ Effect: "Deny", Action: "execute-api:Invoke", Resource: "*" }],
      });
    });
    const io = captureIo();

    expect(await serving(denied, (api) => printTour(api, {}, io))).toBe(1);
    const { out } = io.written();
    expect(out).toContain("GET /products, signed\n  promised  200 a page of products\n");
    expect(out).toContain("with an explicit deny in an identity-based policy\n");
    // Once for each route.
    expect(out.match(/Effect\s+Deny\s+in\s+an\s+identity-based\s+policy/g)).toHaveLength(3);
  });
});

describe("a mistake is reported in one line", () => {
  test.each([
    { name: "an unknown stage", argv: ["--stage=nope"], message: /^STAGE: got 'nope'/ },
    { name: "an unknown STAGE", argv: [], env: { STAGE: "nope" }, message: /^STAGE: got 'nope'/ },
    {
      name: "a stage that was not deployed",
      argv: ["--stage=prod", "--outputs=/nonexistent"],
      message: /^no outputs at .*'make deploy'/,
    },
    { name: "outputs of no stage", argv: ["--outputs=x"], message: /^--outputs: .*--stage/ },
  ])("$name", async ({ argv, env = {}, message }) => {
    await expect(main(argv, env, captureIo())).rejects.toMatchObject({
      name: "UserError",
      message: expect.stringMatching(message),
    });
  });
});

test("as a process, where no gateway of the stage runs: starts one, and ends", async () => {
  const { status, out, err } = await runScript(["scripts/demo.ts"], { STAGE: "prod" });

  expect({ status, err }).toEqual({ status: 0, err: "no local gateway is running: starting one\n" });
  expect(out).toMatch(/^http:\/\/127\.0\.0\.1:\d+\/prod {2}/);
  expect(out).toContain("15 requests, all answered as promised\n");
});
