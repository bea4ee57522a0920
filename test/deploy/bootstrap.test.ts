import { existsSync, readFileSync, renameSync, rmSync } from "node:fs";
import { join } from "node:path";
import { APIGatewayClient, GetAccountCommand } from "@aws-sdk/client-api-gateway";
import {
  GetOpenIDConnectProviderCommand,
  GetRoleCommand,
  ListOpenIDConnectProvidersCommand,
  ListRolesCommand,
} from "@aws-sdk/client-iam";
import { requestAws } from "#aws/aws-request";
import {
  type BootstrappedAccount,
  excess,
  openAccount,
  REPOSITORY,
  STACK,
  stateBucket,
} from "./bootstrapped-account";

/**
 * Bootstraps an account, ships a stage with what it made, and takes it all away again. The steps build on each other.
 */
const ACCOUNT = "111122223333";
const BUCKET = stateBucket(ACCOUNT);
const ROLE = `arn:aws:iam::${ACCOUNT}:role/${STACK}`;

jest.setTimeout(600_000);

let account: BootstrappedAccount;
let gateway: APIGatewayClient;

beforeAll(async () => {
  account = await openAccount(ACCOUNT);
  gateway = new APIGatewayClient({ endpoint: account.copy.endpoint, region: "us-east-1" });
});

afterAll(async () => {
  gateway?.destroy();
  await account?.close();
});

describe("the bootstrap stack", () => {
  test("deploys, and says what the workflows have to know", async () => {
    await account.make("bootstrap");
    expect(account.outputs(STACK)).toEqual({
      state_bucket: BUCKET,
      plan_role_arn: `${ROLE}-plan`,
      deploy_role_arn: `${ROLE}-deploy`,
      region: "us-east-1",
    });
  });

  test.each([
    ["versioning", "<Status>Enabled</Status>"],
    ["encryption", "<SSEAlgorithm>AES256</SSEAlgorithm>"],
    ["publicAccessBlock", "<RestrictPublicBuckets>true</RestrictPublicBuckets>"],
    ["ownershipControls", "<ObjectOwnership>BucketOwnerEnforced</ObjectOwnership>"],
    ["lifecycle", "<NoncurrentDays>90</NoncurrentDays>"],
  ])("its bucket has its %s", async (setting, expected) => {
    expect(await (await s3("GET", "", { [setting]: "" })).text()).toContain(expected);
  });

  test("GitHub's tokens get a role by repository, and by what the job is for", async () => {
    const { OpenIDConnectProviderList: providers = [] } = await account.iam.send(
      new ListOpenIDConnectProvidersCommand({}),
    );
    expect(providers).toHaveLength(1);
    const provider = await account.iam.send(
      new GetOpenIDConnectProviderCommand({ OpenIDConnectProviderArn: providers[0]?.Arn }),
    );
    expect([provider.Url, provider.ClientIDList]).toEqual([
      "token.actions.githubusercontent.com",
      ["sts.amazonaws.com"],
    ]);
    expect(await subjects("plan")).toEqual([
      `repo:${REPOSITORY}:pull_request`,
      `repo:${REPOSITORY}:ref:refs/heads/main`,
    ]);
    expect(await subjects("deploy")).toEqual([
      `repo:${REPOSITORY}:ref:refs/heads/main`,
      `repo:${REPOSITORY}:environment:dev`,
      `repo:${REPOSITORY}:environment:prod`,
    ]);
  });

  test("API Gateway has a role for its logs", async () => {
    const { cloudwatchRoleArn } = await gateway.send(new GetAccountCommand({}));
    expect(cloudwatchRoleArn).toBe(`${ROLE}-api-logs`);
  });

  test("a second plan reports no changes", async () => {
    expect(await account.copy.planAgain(STACK)).toContain("No changes.");
  });

  test("is not destroyed unless its protection is taken away", async () => {
    expect((await account.run("destroy", { STACK: "bootstrap" })).status).not.toBe(0);
    expect(await account.copy.planAgain(STACK)).toContain("No changes.");
  });

  test("its own state can be moved into its bucket, once", async () => {
    const own = { STACK: "bootstrap", TF_STATE_BUCKET: BUCKET };
    expect((await account.make("migrate-state", own)).out).toContain(
      `moved to s3://${BUCKET}/${STACK}.tfstate`,
    );
    expect((await account.make("plan", own)).out).toContain("No changes.");
    expect((await account.run("migrate-state", own)).err).toContain(
      "was not deployed from here, or its state has been moved",
    );
  });

  test("a state that was left behind does not take the place of a later one", async () => {
    renameSync(stateFile("moved"), stateFile());
    const later = readFileSync(stateFile(), "utf8").replace(/"serial": \d+/, '"serial": 999');
    await s3("PUT", `/${STACK}.tfstate`, {}, later);
    const behind = await account.run("migrate-state", { STACK: "bootstrap", TF_STATE_BUCKET: BUCKET });
    expect([behind.status !== 0, existsSync(stateFile())]).toEqual([true, true]);
    expect(await (await s3("GET", `/${STACK}.tfstate`)).text()).toBe(later);
  });
});

describe("a stage whose state is in the bucket", () => {
  const plan = `s3://${BUCKET}/plans/signed-inventory-dev/1.zip`;
  const shared = { TF_STATE_BUCKET: BUCKET };
  let sha256: string;

  test("a plan is saved without a lock on the state, and reads no more than the planning role may", async () => {
    account.recorder.take();
    const { out, err } = await account.make("plan-save", { ...shared, TF_CLI_ARGS_plan: "-lock=false" });
    expect(out).toMatch(/^plan=.+\/\.plan\/signed-inventory-dev\.zip\nsha256=[0-9a-f]{64}\n$/);
    expect(err).toContain("to add, 0 to change, 0 to destroy");
    expect(excess(account.recorder.take(), await account.allowed("plan"))).toEqual([]);
    const review = await account.make("plan-review", { PLAN_JSON: ".plan/signed-inventory-dev.json" });
    expect(review.out).toMatch(/^#+ .+\n/);
    expect(readFileSync(join(account.copy.folder, ".plan", "signed-inventory-dev.txt"), "utf8")).toContain(
      "Plan: ",
    );
  });

  test("a plan that is kept in the bucket is applied by its digest, and by no other", async () => {
    account.recorder.take();
    const saved = await account.make("plan-save", { ...shared, PLAN: plan });
    sha256 = /^sha256=(.+)$/m.exec(saved.out)?.[1] ?? "";
    const other = await account.run("apply", { ...shared, PLAN: plan, PLAN_SHA256: "0".repeat(64) });
    expect(other.err).toContain(`expected ${"0".repeat(64)}, that of the reviewed plan`);
    const prod = await account.run("apply", { ...shared, PLAN: plan, STAGE: "prod" });
    expect(prod.err).toContain("got a plan for signed-inventory-dev, expected one for signed-inventory-prod");
    expect((await s3("GET", "/signed-inventory-dev.tfstate")).status).toBe(404);

    await account.make("apply", { ...shared, PLAN: plan, PLAN_SHA256: sha256 });
    expect((await s3("GET", "/signed-inventory-dev.tfstate")).status).toBe(200);
    expect(account.outputs("signed-inventory-dev")).toMatchObject({ stage: "dev", region: "us-east-1" });
    expect(account.outputs("signed-inventory-dev")).not.toHaveProperty("api_key_values");
    expect(excess(account.recorder.take(), await account.allowed("deploy"))).toEqual([]);
  });

  test("it has gone stale then", async () => {
    const { status, err } = await account.run("apply", { ...shared, PLAN: plan, PLAN_SHA256: sha256 });
    expect(err).toContain("Saved plan is stale");
    expect(status).not.toBe(0);
  });

  test("it can be destroyed", async () => {
    await account.make("destroy", shared);
    expect(existsSync(join(account.copy.folder, ".state", "signed-inventory-dev.outputs.json"))).toBe(false);
  });
});

describe("the end", () => {
  test("the emptied account goes as it came", async () => {
    await emptyBucket();
    // The state is a local one again: it cannot lie in a bucket that goes.
    rmSync(join(account.copy.folder, "cdktf.out"), { recursive: true });
    await account.make("destroy", { STACK: "bootstrap", STATE_PROTECTION: "off" });
    const { Roles } = await account.iam.send(new ListRolesCommand({}));
    const { OpenIDConnectProviderList } = await account.iam.send(new ListOpenIDConnectProvidersCommand({}));
    expect([Roles, OpenIDConnectProviderList]).toEqual([[], []]);
    expect((await s3("GET", "", { versioning: "" })).status).toBe(404);
    expect(existsSync(join(account.copy.folder, ".state", `${STACK}.outputs.json`))).toBe(false);
  });
});

async function subjects(role: string): Promise<unknown> {
  const { Role } = await account.iam.send(new GetRoleCommand({ RoleName: `${STACK}-${role}` }));
  const [statement] = JSON.parse(decodeURIComponent(Role?.AssumeRolePolicyDocument ?? "")).Statement;
  return statement.Condition.StringEquals["token.actions.githubusercontent.com:sub"];
}

function stateFile(suffix?: string): string {
  return join(account.copy.folder, ".state", [STACK, "tfstate", suffix].filter(Boolean).join("."));
}

const AWS = {
  region: "us-east-1",
  credentials: { accessKeyId: "test", secretAccessKey: "test" },
  timeoutMilliseconds: 10_000,
};

function s3(method: string, path: string, query: Record<string, string> = {}, body?: string) {
  return requestAws(
    { ...AWS, service: "s3", method, path: `/${BUCKET}${path}`, query, body },
    { AWS_ENDPOINT_URL: account.copy.endpoint },
  );
}

/** Removes every version of every object. */
async function emptyBucket(): Promise<void> {
  const listing = await (await s3("GET", "", { versions: "" })).text();
  const versions = [...listing.matchAll(/<Key>([^<]+)<\/Key>.*?<VersionId>([^<]+)<\/VersionId>/gs)];
  expect(versions.length).toBeGreaterThan(2);
  for (const [, key, versionId = ""] of versions) await s3("DELETE", `/${key}`, { versionId });
}
