import { cpSync, mkdirSync, readdirSync, readFileSync, symlinkSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { startEmulatorMemory } from "./emulator-memory";
import { type KitProject, newProject, openProject, QUIETLY } from "./kit-project";

/**
 * The kit in an empty folder, with the tarball and nothing else of this repository: a new project is written, installed,
 * served, called, tested, deployed, planned without a difference, and destroyed.
 */

/** An account of its own, so that others can deploy at the same time. */
const ACCOUNT = "444455556666";
let project: KitProject;

jest.setTimeout(900_000);

beforeAll(async () => {
  project = await newProject();
});
afterAll(() => project?.remove());

test("a folder with something in it is refused in one line", async () => {
  const again = await project.bin(["new", "."]);
  expect(again.status).toBe(2);
  expect(again.err).toMatch(/^DIR: got '.*', which is not empty, expected a new folder or an empty one\n$/);
});

test("a subcommand that is not there is refused in one line", async () => {
  const { status, err } = await project.bin(["serve"]);
  expect([status, err.split("\n").length]).toEqual([2, 2]);
  expect(err).toMatch(/^got 'serve', expected one of new, dev,/);
});

describe("served on this machine", () => {
  let dev: Awaited<ReturnType<KitProject["dev"]>>;
  beforeAll(async () => {
    dev = await project.dev();
  });
  afterAll(() => dev.close());

  test("a signed call is answered, and one without a permission is refused and explained", async () => {
    const read = await project.bin(["call", "GET", "/items/first", "--as", "reader"]);
    expect([read.status, read.err, read.out]).toEqual([
      0,
      expect.anything(),
      expect.stringContaining('"text": "Water the plants"'),
    ]);
    const refused = await project.bin(["call", "GET", "/items/first", "--as", "stranger"]);
    expect([refused.status, refused.out]).toEqual([1, expect.stringContaining("refused at the gate 'iam'")]);
  });

  describe("in an empty folder, with the tarball alone", () => {
    let empty: KitProject;
    let credentials: string;
    const inEmpty = (...args: string[]) =>
      empty.bin(args, {
        AWS_SHARED_CREDENTIALS_FILE: credentials,
        AWS_REGION: "us-east-1",
        AWS_EC2_METADATA_DISABLED: "true",
      });
    const readUrl = (): string => {
      const { stage_url } = JSON.parse(readFileSync(join(project.folder, ".local", "outputs.json"), "utf8"));
      return `${stage_url}/items/first`;
    };

    beforeAll(async () => {
      const parent = dirname(project.folder);
      const tarball = readdirSync(parent).find((name) => name.endsWith(".tgz")) ?? "";
      credentials = join(project.folder, ".local", "credentials");
      empty = openProject(join(parent, "empty"));
      mkdirSync(empty.folder);
      const installed = await empty.run("npm", ["install", ...QUIETLY, join(parent, tarball)]);
      expect(installed).toMatchObject({ status: 0 });
    }, 300_000);

    test.each([
      ["a body", '{"message":"Missing Authentication Token"}', /says this both of an unsigned request/],
      [
        "an exception",
        "botocore.exceptions.ClientError: An error occurred (InvalidSignatureException) when calling the GetItem operation: Signature expired: 20250131T120000Z is now earlier than 20250131T140000Z (20250131T141500Z - 15 min.)",
        /2 h 15 min old/,
      ],
      [
        "a command with its answer",
        'curl https://abc.execute-api.eu-west-1.amazonaws.com/dev\n{"message":"Missing Authentication Token"}',
        /The URL ends at '\/dev'/,
      ],
    ])("diagnose reads %s", async (name, pasted, cause) => {
      const path = join(empty.folder, `${name}.txt`);
      writeFileSync(path, pasted);
      const { status, out, err } = await inEmpty("diagnose", path);
      expect([status, err]).toEqual([0, ""]);
      expect(out.replace(/\s+/g, " ")).toMatch(cause);
    });

    test("call signs a whole URL with a profile, and another profile is refused", async () => {
      const read = await inEmpty("call", "GET", readUrl(), "--profile", "reader");
      expect([read.status, read.out]).toEqual([0, expect.stringContaining("Water the plants")]);
      const refused = await inEmpty("call", "GET", readUrl(), "--profile", "stranger");
      expect([refused.status, refused.out]).toEqual([
        1,
        expect.stringContaining("refused at the gate 'iam'"),
      ]);
    });

    test.each(["curl", "python", "go", "js", "http"])("call prints %s", async (language) => {
      const { status, out } = await inEmpty("call", "GET", readUrl(), "--print", language);
      expect([status, out]).toEqual([0, expect.stringContaining("/items/first")]);
      const secret = /aws_secret_access_key\s*=\s*(\S+)/.exec(readFileSync(credentials, "utf8"))?.[1];
      expect(out).not.toContain(secret);
    });

    test("a presigned URL is answered, and not with another path", async () => {
      const { status, out } = await inEmpty(
        "call",
        "GET",
        readUrl(),
        "--profile",
        "reader",
        "--presign",
        "60",
      );
      expect(status).toBe(0);
      expect((await fetch(out.trim())).status).toBe(200);
      expect((await fetch(out.trim().replace("/items/first", "/items/other"))).status).toBe(403);
    });
  });

  test("the tour is as promised", async () => {
    expect(await project.bin(["demo"])).toMatchObject({
      status: 0,
      out: expect.stringContaining("all answered as promised"),
    });
  });
});

test("its own tests pass, types included", async () => {
  const { status, out } = await project.run("npm", ["test"]);
  expect([status, out]).toEqual([0, expect.stringMatching(/^# pass 8$/m)]);
});

describe("a CDKTF project that was there before", () => {
  let existing: KitProject;
  beforeAll(() => {
    const folder = join(dirname(project.folder), "existing");
    mkdirSync(folder);
    symlinkSync(join(project.folder, "node_modules"), join(folder, "node_modules"));
    for (const name of ["cdktf.json", "tsconfig.json"])
      cpSync(join(project.folder, name), join(folder, name));
    writeFileSync(join(folder, "main.ts"), EXISTING_PROGRAM);
    existing = openProject(folder);
  });

  test("is told which file it lacks", async () => {
    const { status, err } = await existing.bin(["dev", "--port=0"]);
    expect([status, err]).toEqual([2, expect.stringContaining("project.config.ts")]);
  });

  test("adds it, and is served with its gates closed", async () => {
    writeFileSync(join(existing.folder, "project.config.ts"), EXISTING_CONFIG);
    const dev = await existing.dev();
    try {
      const open = await existing.bin(["call", "GET", "/health", "--unsigned"]);
      expect([open.status, open.out]).toEqual([0, expect.stringContaining('"status": "ok"')]);
      const signed = await existing.bin(["call", "GET", "/notes", "--unsigned"]);
      expect([signed.status, signed.out]).toEqual([1, expect.stringContaining("403")]);
      const allowed = await existing.bin(["call", "GET", "/notes", "--as", "caller"]);
      expect(allowed.status).toBe(0);
    } finally {
      await dev.close();
    }
  });
});

/** A program of CDKTF alone, which has its own app, stack and provider, and takes one construct of the kit. */
const EXISTING_PROGRAM = `import { IamRole } from "@cdktf/provider-aws/lib/iam-role";
import { IamRolePolicy } from "@cdktf/provider-aws/lib/iam-role-policy";
import { AwsProvider } from "@cdktf/provider-aws/lib/provider";
import { App, TerraformStack } from "cdktf";
import { RestApi } from "signed-api-kit/constructs";

const app = new App();
const stack = new TerraformStack(app, \`notes-\${process.env.STAGE ?? "dev"}\`);
new AwsProvider(stack, "aws", { region: "us-east-1" });
const api = new RestApi(stack, "api", {
  description: "Notes",
  region: "us-east-1",
  stageName: "dev",
  throttle: { rateLimit: 50, burstLimit: 100 },
  accessLogs: false,
  logRetentionInDays: 14,
  routes: [
    { method: "GET", path: "/health", authorization: "NONE", integration: { mock: { status: "ok" } } },
    { method: "GET", path: "/notes", authorization: "AWS_IAM", integration: { mock: { notes: 0 } } },
  ],
});
const statement = (more: object) => JSON.stringify({ Version: "2012-10-17", Statement: [{ Effect: "Allow", ...more }] });
const caller = new IamRole(stack, "caller", {
  name: "notes-dev-caller",
  assumeRolePolicy: statement({ Action: "sts:AssumeRole", Principal: { Service: "lambda.amazonaws.com" } }),
});
new IamRolePolicy(stack, "policy", {
  role: caller.name,
  policy: statement({ Action: "execute-api:Invoke", Resource: api.arnOf("GET", "/notes") }),
});
app.synth();
`;

const EXISTING_CONFIG = `import type { ProjectConfig } from "signed-api-kit/config";

export const project: ProjectConfig = {
  name: "notes",
  stages: {
    dev: {
      logRetentionInDays: 14,
      pointInTimeRecovery: false,
      deletionProtection: false,
      throttle: { rateLimit: 50, burstLimit: 100 },
      accessLogs: false,
      usagePlans: {},
    },
  },
};
`;

test("it is deployed, a plan is empty, and it is destroyed", async () => {
  const memory = await startEmulatorMemory(new URL(process.env.AWS_ENDPOINT_URL ?? ""), ACCOUNT);
  try {
    const env = { AWS_ENDPOINT_URL: memory.url, CDKTF_DISABLE_PLUGIN_CACHE_ENV: "1" };
    const deployed = await project.bin(["deploy"], env);
    expect(deployed).toMatchObject({ status: 0 });
    const planned = await project.bin(["plan"], env);
    expect([planned.status, planned.out + planned.err]).toEqual([0, expect.stringContaining("No changes")]);
    const destroyed = await project.bin(["destroy"], env);
    expect(destroyed).toMatchObject({ status: 0 });
  } finally {
    await memory.close();
  }
});
