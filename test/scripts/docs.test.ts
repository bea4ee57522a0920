import { execFile, execFileSync } from "node:child_process";
import { createHmac } from "node:crypto";
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { promisify } from "node:util";
import { findCaller } from "#call/caller";
import { type OpenedApi, type SynthesizedStage, startHere, synthesizeStage } from "#call/open-target";
import { main } from "#docs";
import { EXAMPLE } from "#self/docs/example";
import { MISSING_INPUTS } from "#self/docs/missing-inputs";
import { PROJECT_ROOT } from "#self/repository";
import { recomputeAuthorization } from "../support/aws4";
import { captureIo } from "../support/captured-io";
import { NO_AWS_SETTINGS } from "../support/stage-outputs";
import { temporaryFolder } from "../support/temporary-folder";

const folder = temporaryFolder();
const page = readFileSync(join(PROJECT_ROOT, "docs", "signing.md"), "utf8");
const run = promisify(execFile);

/** The blocks of a language, in their order. */
function blocks(language: string, text = page): string[] {
  return [...text.matchAll(new RegExp(`^\`\`\`${language}\\n(.*?)\\n\`\`\`$`, "gms"))].map(
    ([, code = ""]) => code,
  );
}

describe("'make docs' writes what is in docs, whatever stage is worked on: run it after a change", () => {
  const io = captureIo();
  const env = { PATH: process.env.PATH, STAGE: "prod", AWS_REGION: "eu-west-1", CHROMIUM: "/nowhere" };

  beforeAll(async () => {
    expect(await main(["--out", folder], env, io)).toBe(0);
  });

  test.each(["README.md", "docs/signing.md", "docs/images/demo.svg", "docs/images/refusal.svg"])(
    "%s",
    (name) => {
      expect(readFileSync(join(folder, name), "utf8")).toBe(readFileSync(join(PROJECT_ROOT, name), "utf8"));
    },
  );

  test("and without a Chromium, no screenshots", () => {
    expect(existsSync(join(folder, "docs/images/index-light.png"))).toBe(false);
    expect(io.written()).toEqual({
      out: "",
      err: expect.stringMatching(
        /^(wrote .*\n){5}screenshots: not updated, index-light\.png, .* out of date: no Chromium: \/nowhere .*\n$/,
      ),
    });
  });
});

describe("every number can be computed again", () => {
  const requests = blocks("http")
    .map((block) => block.split("\n\n")[0]?.split("\n") ?? [])
    .map(([line = "", ...headers]) => ({
      method: line.split(" ")[0] ?? "",
      path: line.split(" ")[1] ?? "",
      headers: Object.fromEntries(headers.map((each) => each.split(": ") as [string, string])),
    }))
    .filter(({ headers }) => headers.authorization?.startsWith("AWS4-HMAC-SHA256 "));
  const [canonical = "", hash = "", toSign = "", signature = ""] = blocks("text");

  test("three requests are signed", () => expect(requests).toHaveLength(3));

  test.each(requests)("a signer from another hand signs $method $path alike", (request) => {
    expect(recomputeAuthorization(request, EXAMPLE.credentials)).toBe(request.headers.authorization);
  });

  test("the program on the page prints the signature, with values that stand on the page", async () => {
    const [program = ""] = blocks("js");
    const { stdout } = await run(process.execPath, ["-e", program]);

    expect(stdout).toBe(`${signature}\n`);
    expect(requests[0]?.headers.authorization).toMatch(new RegExp(`Signature=${signature}$`));
    for (const line of canonical.split("\n")) expect(program).toContain(`  ${JSON.stringify(line)},\n`);
  });

  test("the second program on the page verifies the signature for a region set, and no other", async () => {
    const [, program = ""] = blocks("js");
    const sent = page.match(/x-amz-region-set: us-east-1,eu-west-1/g);
    const changed = program.replace("x-amz-region-set:us-east-1,eu-west-1", "x-amz-region-set:*");
    const outputs = [program, changed].map(
      async (each) => (await run(process.execPath, ["-e", each])).stdout,
    );

    expect(await Promise.all(outputs)).toEqual(["true\n", "false\n"]);
    expect(sent).toHaveLength(1);
    expect(changed).not.toBe(program);
  });

  test("the keys of the table lead from the secret to the signature", () => {
    const keys = [...page.matchAll(/^\| \w*Key \| HMAC\(.*`"(.*?)"`\) \| `([0-9a-f]{64})` \|$/gm)];
    let key = Buffer.from(`AWS4${EXAMPLE.credentials.secretAccessKey}`);
    for (const [, text = "", hex] of keys) {
      key = createHmac("sha256", key).update(text).digest();
      expect(key.toString("hex")).toBe(hex);
    }
    expect(keys).toHaveLength(4);
    expect(toSign.split("\n").at(-1)).toBe(hash);
    expect(createHmac("sha256", key).update(toSign).digest("hex")).toBe(signature);
  });
});

test.each([
  ["canonical request", 0],
  ["string to sign", 2],
])("each line of the %s is explained", (_, block) => {
  const lines = (blocks("text")[block] ?? "").split("\n");
  const table = page.slice(page.indexOf(`\n${lines.join("\n")}\n`)).split("\n### ")[0] ?? "";
  const explained = [...table.matchAll(/^\| (\d+) \| (\w*) \| \S.* \|$/gm)];
  expect(explained.map(([, number]) => Number(number))).toEqual(lines.map((_, index) => index + 1));
  for (const [, number, name] of explained) {
    const isHeader = /^[a-z-]+:/.test(lines[Number(number) - 1] ?? "");
    expect([number, name === "CanonicalHeaders"]).toEqual([number, isHeader]);
  }
});

test("the table of what a client needs has the example's values", () => {
  const [, table = ""] = page.split("| from configuration |");
  const rows = [...(table.split("\n\n")[0] ?? "").matchAll(/^\| [\w ]+ \| `(.*?)` \|/gm)];
  const { accessKeyId, secretAccessKey, sessionToken } = EXAMPLE.credentials;
  expect(rows.map(([, value]) => value)).toEqual([
    ...[accessKeyId, secretAccessKey, sessionToken],
    ...[EXAMPLE.region, "execute-api"],
  ]);
});

test("each missing input has its row, and nothing but the example's keys is on the page", () => {
  for (const { missing } of MISSING_INPUTS) expect(page).toContain(`\n| ${missing} | `);
  const keyIds = new Set(page.match(/\bA[KS]IA[A-Z0-9]{16}\b/g));
  expect([...keyIds]).toEqual([EXAMPLE.credentials.accessKeyId]);
});

describe("the same call with other clients, as the page says it", () => {
  const section = page.slice(page.indexOf("## The same call with other clients"));
  let stage: SynthesizedStage;
  let api: OpenedApi;
  let local: string;
  let env: Record<string, string>;

  beforeAll(async () => {
    stage = await synthesizeStage({
      PATH: process.env.PATH,
      STAGE: EXAMPLE.stage,
      AWS_REGION: EXAMPLE.region,
    });
    api = await startHere(stage);
    const { target } = api;
    if (target.kind !== "local") throw new Error("a gateway that was started here is local");
    local = target.folder;
    const { credentials } = await findCaller(target, "reader");
    env = {
      PATH: process.env.PATH ?? "",
      ...NO_AWS_SETTINGS,
      AWS_ACCESS_KEY_ID: credentials.accessKeyId,
      AWS_SECRET_ACCESS_KEY: credentials.secretAccessKey,
      AWS_SESSION_TOKEN: credentials.sessionToken ?? "",
    };
  });
  afterAll(async () => {
    await api.close();
    stage.remove();
  });

  /** A block of the page, for the gateway of this test. */
  function here(block: string): string {
    return block
      .replaceAll(`http://${EXAMPLE.host}/${EXAMPLE.stage}`, api.target.baseUrl)
      .replaceAll(".local/", `${local}/`);
  }

  test.each(blocks("js", section).map((block) => ({ name: /require\("(.*?)"\)/.exec(block)?.[1], block })))(
    "$name",
    async ({ block }) => {
      const { stdout } = await run(process.execPath, ["-e", here(block)], { cwd: PROJECT_ROOT, env });
      expect(JSON.parse(stdout).products).toHaveLength(5);
    },
  );

  /** `--aws-sigv4` came with curl 7.75. */
  const [major = 0, minor = 0] = curlVersion();
  const curls = blocks("sh", section).filter((block) => block.startsWith("curl "));
  (major * 100 + minor >= 775 ? test : test.skip).each(curls)("%s", async (block) => {
    const { stdout } = await run("sh", ["-e", "-c", here(block).replaceAll("curl ", "curl -sS --fail ")], {
      env,
    });
    expect(stdout).toContain('"products":[');
    expect(stdout.includes('{"message": "success"}')).toBe(block.includes("demo.key"));
  });

  test("there are two blocks for curl", () => expect(curls).toHaveLength(2));
});

function curlVersion(): number[] {
  try {
    const [, major, minor] =
      /^curl (\d+)\.(\d+)/.exec(execFileSync("curl", ["--version"], { encoding: "utf8" })) ?? [];
    return [Number(major), Number(minor)];
  } catch {
    return [];
  }
}
