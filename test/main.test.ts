import { spawnSync } from "node:child_process";
import { createHash } from "node:crypto";
import { cpSync, mkdtempSync, readdirSync, readFileSync, rmSync, symlinkSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { isBootstrap, namedStack, readBootstrapSettings, readSettings } from "#modules/settings";
import { PROGRAM, PROJECT_ROOT } from "#self/repository";
import { IN_PLACE_CHANGES } from "./support/in-place-changes";
import { type Edit, PLAN_CASES } from "./support/plan-cases";
import { only, resources, synthesizeInventory } from "./support/synth";

const LOADER = join(PROJECT_ROOT, "scripts", "cli", "typescript.cjs");
const SOURCES = [...PROGRAM, "cdktf.json"];

/** Copies what the program is made of, and nothing that was built of it. */
function copyTo(folder: string): string {
  for (const source of SOURCES) cpSync(join(PROJECT_ROOT, source), join(folder, source), { recursive: true });
  symlinkSync(join(PROJECT_ROOT, "node_modules"), join(folder, "node_modules"));
  return folder;
}

/** Runs the program in a folder, and gives back the hash of every file that it wrote. */
function synthesizeIn(folder: string, out: string, env: Record<string, string> = {}) {
  const { status, stderr } = spawnSync(process.execPath, ["--require", LOADER, "main.ts"], {
    cwd: folder,
    env: { PATH: process.env.PATH, CDKTF_OUTDIR: out, ...env },
    encoding: "utf8",
  });
  const written = filesIn(out).map(
    (path) =>
      [path.slice(out.length), createHash("sha256").update(readFileSync(path)).digest("hex")] as const,
  );
  return { status, stderr, written: new Map(written) };
}

function filesIn(folder: string): string[] {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((file) => file.isFile())
    .map((file) => join(file.parentPath, file.name));
}

describe("the program", () => {
  let scratch: string;
  beforeAll(() => {
    scratch = mkdtempSync(join(tmpdir(), "copies-"));
  });
  afterAll(() => rmSync(scratch, { recursive: true }));

  test("synthesizes to the same bytes in any folder, and with the packages that were built before", () => {
    const here = synthesizeIn(PROJECT_ROOT, join(scratch, "here"));
    const elsewhere = synthesizeIn(copyTo(join(scratch, "some", "where", "else")), join(scratch, "there"));
    expect(here.stderr).toBe("");
    expect([...here.written.keys()].filter((path) => path.endsWith(".zip"))).toHaveLength(5);
    expect(elsewhere.written).toEqual(here.written);
  });

  test("writes no path of the machine into the Terraform", () => {
    const text = JSON.stringify(synthesizeInventory());
    expect(text).not.toContain(PROJECT_ROOT);
    expect(text).not.toContain(tmpdir());
  });

  test("ends an unknown stage with one line and status 2, and writes nothing", () => {
    const { status, stderr, written } = synthesizeIn(PROJECT_ROOT, join(scratch, "nope"), {
      STAGE: "nope",
    });
    expect(stderr).toBe(
      "STAGE: got 'nope', expected one of dev, prod; stages are declared in project.config.ts\n",
    );
    expect(status).toBe(2);
    expect(written.size).toBe(0);
  });
});

describe("settings", () => {
  test("have defaults", () => {
    expect(readSettings({})).toMatchObject({
      stageName: "dev",
      region: "us-east-1",
      providerVersion: "~> 6.54",
      lambdaRuntime: "nodejs24.x",
      stateBucket: undefined,
    });
  });

  test.each([
    ["STAGE", "toString", "STAGE: got 'toString', expected one of dev, prod"],
    ["AWS_REGION", "nowhere", "AWS_REGION: got 'nowhere', expected a region's code such as us-east-1"],
    [
      "LAMBDA_RUNTIME",
      "python3.13",
      "LAMBDA_RUNTIME: got 'python3.13', expected a Node.js runtime such as nodejs24.x",
    ],
    ["ALARM_EMAIL", "me", "ALARM_EMAIL: got 'me', expected a mail address such as team@example.com"],
    [
      "AWS_PROVIDER_VERSION",
      "latest",
      "AWS_PROVIDER_VERSION: got 'latest', expected a version such as 6.54.0, or a constraint such as ~> 6.54",
    ],
    [
      "DOMAIN_NAME",
      "API.example.com",
      "DOMAIN_NAME: got 'API.example.com', expected a host name in lower case",
    ],
    [
      "DOMAIN_NAME",
      "https://api.example.com",
      "DOMAIN_NAME: got 'https://api.example.com', expected a host name",
    ],
    ["DOMAIN_NAME", "*.example.com", "DOMAIN_NAME: got '*.example.com', expected a host name"],
    ["DOMAIN_NAME", "10.0.0.1", "DOMAIN_NAME: got '10.0.0.1', expected a host name"],
    ["DOMAIN_NAME", "api.example.com", "HOSTED_ZONE_ID: got '', expected the id of the zone in Route 53"],
    ["HOSTED_ZONE_ID", "Z0123456789ABCDEFGHIJ", "DOMAIN_NAME: got '', expected a host name"],
  ])("%s=%s is refused", (name, value, message) => {
    expect(() => readSettings({ [name]: value })).toThrow(message);
  });

  test.each(["/hostedzone/Z0123456789ABCDEFGHIJ", "example.com", "z0123456789abcdefghij"])(
    "as a zone, '%s' is refused",
    (zone) => {
      const env = { DOMAIN_NAME: "api.example.com", HOSTED_ZONE_ID: zone };
      expect(() => readSettings(env)).toThrow(`HOSTED_ZONE_ID: got '${zone}', expected the id of the zone`);
    },
  );

  test.each(["octo-org/octo-repo", "octo-org@123456/octo.repo@789012"])(
    "GITHUB_REPOSITORY=%s names a repository",
    (repository) => {
      expect(readBootstrapSettings({ GITHUB_REPOSITORY: repository })).toEqual({
        region: "us-east-1",
        providerVersion: "~> 6.54",
        stateBucket: undefined,
        repository,
        isStateProtected: true,
      });
    },
  );

  test.each([
    ["", {}],
    ["everything", { GITHUB_REPOSITORY: "*/*" }],
    ["all of an owner's", { GITHUB_REPOSITORY: "octo-org/*" }],
    ["a subject", { GITHUB_REPOSITORY: "octo-org/octo-repo:pull_request" }],
    ["a URL", { GITHUB_REPOSITORY: "https://github.com/octo-org/octo-repo" }],
  ])("as a repository, '%s' is refused", (_name, env) => {
    expect(() => readBootstrapSettings(env)).toThrow(/^GITHUB_REPOSITORY: got '.*', expected OWNER\/NAME/);
  });

  test("only STATE_PROTECTION=off takes the state bucket's protection away", () => {
    const protection = (STATE_PROTECTION: string) =>
      readBootstrapSettings({ GITHUB_REPOSITORY: "o/n", STATE_PROTECTION }).isStateProtected;
    expect([protection("off"), protection("on"), protection("")]).toEqual([false, true, true]);
    expect(() => protection("no")).toThrow("STATE_PROTECTION: got 'no', expected on or off");
  });

  test("STACK names the bootstrap stack or nothing", () => {
    expect([isBootstrap({}), isBootstrap({ STACK: "bootstrap" })]).toEqual([false, true]);
    expect([namedStack({}), namedStack({ STACK: "bootstrap" }), namedStack({ STACK: "reports" })]).toEqual([
      undefined,
      undefined,
      "reports",
    ]);
    expect(() => namedStack({ STACK: "../x" })).toThrow("STACK: got '../x', expected bootstrap, the name of");
  });

  test("reach the Terraform", () => {
    const env = {
      STAGE: "prod",
      AWS_REGION: "eu-west-3",
      AWS_PROVIDER_VERSION: "5.100.0",
      LAMBDA_RUNTIME: "nodejs22.x",
    };
    const { terraform, ...stack } = synthesizeInventory(env);
    // `hashicorp/aws` is what cdktn writes, for the same provider (docs/moving-away.md).
    expect(terraform.required_providers).toEqual({
      aws: { source: expect.stringMatching(/^(hashicorp\/)?aws$/), version: "5.100.0" },
    });
    const functions = Object.values(resources({ terraform, ...stack }, "aws_lambda_function"));
    expect(functions.map(({ runtime }) => runtime)).toEqual(Array(5).fill("nodejs22.x"));
    expect(functions.map(({ function_name }) => function_name)).toContain("signed-inventory-prod-get-index");
  });
});

describe("old TLS", () => {
  const settingsOf = (AWS_PROVIDER_VERSION: string) => {
    const { security_policy, endpoint_access_mode } = only(
      synthesizeInventory({ AWS_PROVIDER_VERSION }),
      "aws_api_gateway_rest_api",
    );
    return [security_policy, endpoint_access_mode];
  };

  test.each(["", "~> 6.54", "6.54.0", "= 6.60.1", ">= 6.54, < 7", "~>7.0", "> 6.54.2, != 6.55.0", "v6.54.0"])(
    "is refused at the API's address with the provider '%s'",
    (version) => {
      expect(settingsOf(version)).toEqual(["SecurityPolicy_TLS13_1_2_PFS_PQ_2025_09", "STRICT"]);
    },
  );

  test.each(["5.100.0", "~> 6.25", "6.53.9", ">= 6.0", "< 7", "!= 6.54.0", "~> 6.0, <= 6.54", ">= 5.54"])(
    "cannot be refused with the provider '%s', which may not know how",
    (version) => {
      expect(settingsOf(version)).toEqual([undefined, undefined]);
    },
  );
});

describe("state", () => {
  test("is a file beside the project by default, by a relative path", () => {
    expect(synthesizeInventory().terraform.backend).toEqual({
      local: { path: "../../../.state/signed-inventory-dev.tfstate" },
    });
  });

  test("is in a bucket, encrypted and locked by a file, where one is named", () => {
    expect(synthesizeInventory({ TF_STATE_BUCKET: "b", AWS_REGION: "eu-west-3" }).terraform.backend).toEqual({
      s3: {
        bucket: "b",
        key: "signed-inventory-dev.tfstate",
        region: "eu-west-3",
        encrypt: true,
        use_lockfile: true,
      },
    });
  });
});

describe("outputs", () => {
  const output = synthesizeInventory().output ?? {};

  test("carry what the pattern's did and what callers need", () => {
    expect(Object.keys(output).sort()).toEqual(
      [
        "api_key_ids",
        "api_key_values",
        "default_results",
        "delete_product_qualified_arn",
        "get_index_qualified_arn",
        "get_product_qualified_arn",
        "get_products_qualified_arn",
        "products_table_arn",
        "products_table_name",
        "put_product_qualified_arn",
        "reader_policy_arn",
        "reader_role_arn",
        "region",
        "rest_api_id",
        "service_endpoint",
        "stage",
        "writer_policy_arn",
        "writer_role_arn",
      ].sort(),
    );
  });

  test("mark key values as sensitive, and nothing else", () => {
    const sensitive = Object.entries(output).filter(([, { sensitive }]) => sensitive);
    expect(sensitive.map(([name]) => name)).toEqual(["api_key_values"]);
  });
});

test("the changes whose plans are reviewed can be made to the sources of today", () => {
  const edits = [...PLAN_CASES.flatMap((each) => each.edits), ...IN_PLACE_CHANGES];
  const isOut = ({ file, from }: Edit) => !readFileSync(join(PROJECT_ROOT, file), "utf8").includes(from);
  expect(edits.filter(isOut)).toEqual([]);
});
