import { spawnSync } from "node:child_process";
import { cpSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { App } from "cdktf";
import fc from "fast-check";
import { UserError } from "#modules/project";
import { bootstrapStack, readSettings, stackId } from "#modules/settings";
import { main } from "#synth-diff";
import { diffTexts, inDetails } from "#synth-diff/diff";
import { InventoryStack } from "../../main";
import { captureIo } from "../support/captured-io";
import { temporaryFolder } from "../support/temporary-folder";

const folder = temporaryFolder();
const before = join(folder, "before");
const after = join(folder, "after");
const STACK = "signed-inventory-dev";
const testWithGit = spawnSync("git", ["--version"]).status === 0 ? test : test.skip;

beforeAll(() => {
  const app = new App({ outdir: before });
  new InventoryStack(app, stackId("dev"), readSettings({}));
  app.synth();
  cpSync(before, after, { recursive: true });
});

/** Changes the later Terraform, and tells the difference. */
async function differ(from: string, to: string, status = 0): Promise<string> {
  const path = join(after, "stacks", STACK, "cdk.tf.json");
  const text = readFileSync(path, "utf8");
  expect(text).toContain(from);
  writeFileSync(path, text.replace(from, to));
  const io = captureIo();
  const env = { PATH: process.env.PATH, CDKTF_OUTDIR: after };
  expect(await main([before], env, io)).toBe(0);
  expect(await main([before, "--fail-on-care"], env, captureIo())).toBe(status);
  writeFileSync(path, text);
  return io.written().out;
}

testWithGit("nothing changes", async () => {
  expect(await differ("", "")).toBe(
    `## ${STACK}: the same Terraform\n\nWho can call what does not change.\n`,
  );
});

testWithGit("a route that loses its signature shows in who can call what, and in the Terraform", async () => {
  const told = await differ('"authorization": "AWS_IAM"', '"authorization": "NONE"', 3);
  expect(told).toMatch(/^## signed-inventory-dev: \*\*needs care\*\* · different Terraform\n/);
  expect(told).toMatch(/^-GET \/\S+ +AWS_IAM .+ reader, writer$/m);
  expect(told).toMatch(/^\+GET \/\S+ +NONE .+ anyone with a key$/m);
  expect(told).toMatch(/^\+ +"authorization": "NONE",$/m);
});

testWithGit("any change of the bootstrap stack needs care, and none does not", async () => {
  const [old, now] = [join(folder, "old"), join(folder, "now")];
  const write = (outdir: string, text: string) => {
    mkdirSync(join(outdir, "stacks", bootstrapStack()), { recursive: true });
    writeFileSync(join(outdir, "stacks", bootstrapStack(), "cdk.tf.json"), text);
  };
  const env = {
    PATH: process.env.PATH,
    CDKTF_OUTDIR: now,
    STACK: "bootstrap",
    GITHUB_REPOSITORY: "acme/shop",
  };
  write(old, '{ "a": 1 }\n');
  write(now, '{ "a": 1 }\n');
  const io = captureIo();
  expect(await main([old, "--fail-on-care"], env, io)).toBe(0);
  expect(io.written().out).toBe(`## ${bootstrapStack()}: the same Terraform\n\n`);
  write(now, '{ "a": 2 }\n');
  const changed = captureIo();
  expect(await main([old, "--fail-on-care"], env, changed)).toBe(3);
  expect(changed.written().out).toMatch(
    /^## signed-inventory-bootstrap: \*\*needs care\*\* · different Terraform\n/,
  );
});

testWithGit("what no route depends on shows in the Terraform alone", async () => {
  const told = await differ('"retention_in_days": 14', '"retention_in_days": 15');
  expect(told).toContain("Who can call what does not change.");
  expect(told).toMatch(/^\+ +"retention_in_days": 15$/m);
});

test.each([
  ["nothing to compare with", [], "got 0 syntheses, expected one"],
  ["a folder without the stack", [folder], `no stack ${STACK} in ${folder}: run 'make synth' there first`],
])("%s is refused", async (_name, args, message) => {
  await expect(main(args, { CDKTF_OUTDIR: after }, captureIo())).rejects.toThrow(message);
});

describe("two texts", () => {
  const { PATH } = process.env;

  testWithGit("have no difference where they are equal, and one where they are not", () => {
    expect(diffTexts("a\nb\n", "a\nb\n", { PATH })).toBe("");
    expect(diffTexts("a\nb\n", "a\nc\n", { PATH })).toBe("@@ -1,2 +1,2 @@\n a\n-b\n+c\n");
  });

  testWithGit("have the same one for a user whose git has another program tell it", () => {
    const difference = diffTexts("a\nb\n", "a\nc\n", { PATH, GIT_EXTERNAL_DIFF: "echo" });
    expect(difference).toBe("@@ -1,2 +1,2 @@\n a\n-b\n+c\n");
  });

  test("have none where there is no git", () => {
    const missing = new UserError("git is not on the PATH: install it, since it computes the differences");
    expect(() => diffTexts("a", "b", { PATH: folder })).toThrow(missing);
  });
});

test("no text ends the fence that it stands in", () => {
  fc.assert(
    fc.property(fc.array(fc.constantFrom("`", "```", "````\n", "a", "\n", "</details>")), (parts) => {
      const markdown = inDetails("t", parts.join(""));
      const fence = /\n(`+)diff\n/.exec(markdown)?.[1] ?? "";
      const closing = markdown.split("\n").filter((line) => line.startsWith(fence));
      expect(closing).toEqual([`${fence}diff`, fence]);
    }),
  );
});

test("a long difference is cut at a line, and says so", () => {
  const shown = inDetails("t", "+a line of a difference\n".repeat(10_000));
  expect(shown.length).toBeLessThan(61_000);
  expect(shown).toMatch(/\n\+a line of a difference\n\(\d+ characters more\)\n```\n/);
});
