import { createHash } from "node:crypto";
import {
  cpSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { IAMClient } from "@aws-sdk/client-iam";
import { PROJECT_ROOT } from "#self/repository";
import { excess } from "../bootstrapped-account";
import { startEmulatorMemory } from "../emulator-memory";
import { type KitProject, newProject, packKit, QUIETLY } from "../kit-project";
import { recordActions } from "../recorded-actions";
import { allowedActions } from "../role-policies";
import { EDITS, NEW_FILES } from "./grown-project";

/**
 * A generated project grows: a queue with its worker, a schedule, `axios`, a second table with an index. It is served, tested,
 * and deployed by what its derived roles may do; then a later kit takes the place of the first.
 */

const ACCOUNT = "555566667777";
const BOOTSTRAP = "orders-bootstrap";

jest.setTimeout(1_800_000);

let project: KitProject;

beforeAll(async () => {
  project = await newProject();
  const added = await project.run("npm", ["install", ...QUIETLY, "axios@1", "@aws-sdk/client-sqs@3"]);
  expect(added).toMatchObject({ status: 0 });
  for (const [path, text] of Object.entries(NEW_FILES)) {
    mkdirSync(dirname(join(project.folder, path)), { recursive: true });
    writeFileSync(join(project.folder, path), text);
  }
  for (const [path, edits] of Object.entries(EDITS)) {
    const file = join(project.folder, path);
    const text = edits.reduce(
      (before, [from, to]) => {
        expect(before).toContain(from);
        return before.replace(from, to);
      },
      readFileSync(file, "utf8"),
    );
    writeFileSync(file, text);
  }
});
afterAll(() => project?.remove());

test("it is served, and what no request reaches is named", async () => {
  const dev = await project.dev();
  try {
    expect(dev.screen).toContain("PUT /orders/{customer}");
    expect(dev.screen).toMatch(/Not run here: [^.]*aws_sqs_queue/);
    const placed = await project.bin(["call", "PUT", "/orders/anna", "--as", "writer"]);
    expect([placed.status, placed.out]).toEqual([0, expect.stringContaining("unknown: ECONNREFUSED")]);
  } finally {
    await dev.close();
  }
});

test("its own tests pass, with what each role may do", async () => {
  const { status, out } = await project.run("npm", ["test"]);
  expect([status, out]).toEqual([0, expect.stringMatching(/^# pass 11$/m)]);
});

test("it is deployed within the derived roles, planned without a difference, and destroyed", async () => {
  const memory = await startEmulatorMemory(new URL(process.env.AWS_ENDPOINT_URL ?? ""), ACCOUNT);
  const recorder = await recordActions(new URL(memory.url));
  const iam = new IAMClient({ endpoint: memory.url, region: "us-east-1" });
  try {
    const env = {
      AWS_ENDPOINT_URL: recorder.url,
      CDKTF_DISABLE_PLUGIN_CACHE_ENV: "1",
      GITHUB_REPOSITORY: "octo-org/orders",
    };
    expect(await project.bin(["deploy"], { ...env, STACK: "bootstrap" })).toMatchObject({ status: 0 });
    recorder.take();
    expect(await project.bin(["deploy"], env)).toMatchObject({ status: 0 });
    const deployed = recorder.take();
    const { status, out, err } = await project.bin(["plan"], env);
    expect([status, out + err]).toEqual([0, expect.stringContaining("No changes")]);
    const planned = recorder.take();
    expect(await project.bin(["destroy"], env)).toMatchObject({ status: 0 });
    const all = [...deployed, ...planned, ...recorder.take()];

    expect(all).toEqual(expect.arrayContaining(["sqs:CreateQueue", "events:PutRule"]));
    expect(excess(planned, await allowedActions(iam, `${BOOTSTRAP}-plan`))).toEqual([]);
    expect(excess(all, await allowedActions(iam, `${BOOTSTRAP}-deploy`))).toEqual([]);
    // Without the share of the queue they would not be.
    expect(excess(all, await allowedActions(iam, `${BOOTSTRAP}-deploy`, "Queues"))).toContain(
      "sqs:CreateQueue",
    );
  } finally {
    iam.destroy();
    await recorder.close();
    await memory.close();
  }
});

describe("a later kit", () => {
  const sources = mkdtempSync(join(tmpdir(), "kit-sources-"));
  afterAll(() => rmSync(sources, { recursive: true, force: true }));

  test("takes the place of the first by npm install, and the tests stay green", async () => {
    const before = filesOf(project.folder);
    const tarball = await packKit(dirname(project.folder), laterKit(sources));
    const installed = await project.run("npm", ["install", ...QUIETLY, tarball]);
    expect(installed).toMatchObject({ status: 0 });

    // What the team wrote is as it was, and the kit is another.
    expect(changed(before, filesOf(project.folder))).toEqual(["package-lock.json", "package.json"]);
    const manifest = join(project.folder, "node_modules", "signed-api-kit", "package.json");
    expect(JSON.parse(readFileSync(manifest, "utf8")).version).toBe("0.2.0");
    expect(await project.bin(["--help"])).toMatchObject({
      out: expect.stringContaining("serve what is new"),
    });
    const { status, out } = await project.run("npm", ["test"]);
    expect([status, out]).toEqual([0, expect.stringMatching(/^# pass 11$/m)]);
    expect(await project.bin(["synth"])).toMatchObject({ status: 0 });
    const stack = join(project.folder, "cdktf.out", "stacks", "orders-dev", "cdk.tf.json");
    const functions: { memory_size: number }[] = Object.values(
      JSON.parse(readFileSync(stack, "utf8")).resource.aws_lambda_function,
    );
    expect(new Set(functions.map(({ memory_size }) => memory_size))).toEqual(new Set([1024]));
  });
});

/** Sources of the kit with a later version, in which a command and a default have changed. */
function laterKit(folder: string): string {
  for (const name of [
    "CHANGELOG.md",
    "LICENSE",
    "docs",
    "functions",
    "kit",
    "modules",
    "scripts",
    "template",
  ]) {
    cpSync(join(PROJECT_ROOT, name), join(folder, name), { recursive: true });
  }
  for (const name of ["package.json", "tsconfig.json", "seeds"]) {
    cpSync(join(PROJECT_ROOT, name), join(folder, name), { recursive: true });
  }
  symlinkSync(join(PROJECT_ROOT, "node_modules"), join(folder, "node_modules"));
  const edit = (name: string, from: string, to: string): void => {
    const text = readFileSync(join(folder, name), "utf8");
    expect(text).toContain(from);
    writeFileSync(join(folder, name), text.replace(from, to));
  };
  edit("package.json", '"version": "0.1.0"', '"version": "0.2.0"');
  edit("kit/commands.ts", "serve a stage on this machine", "serve what is new");
  edit("modules/nodejs-function.ts", "props.memoryInMegabytes ?? 512", "props.memoryInMegabytes ?? 1024");
  return folder;
}

/** The hash of each file that the team keeps, by its path. */
function filesOf(folder: string): ReadonlyMap<string, string> {
  const kept = readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((each) => each.isFile())
    .map((each) => join(each.parentPath, each.name).slice(folder.length + 1))
    .filter((path) => !/^(node_modules|cdktf\.out|\.build|\.local|\.state|\.plan|\.terraform)\//.test(path));
  return new Map(
    kept.map((path) => [
      path,
      createHash("sha256")
        .update(readFileSync(join(folder, path)))
        .digest("hex"),
    ]),
  );
}

function changed(before: ReadonlyMap<string, string>, after: ReadonlyMap<string, string>): string[] {
  const paths = new Set([...before.keys(), ...after.keys()]);
  return [...paths].filter((path) => before.get(path) !== after.get(path)).sort();
}
