import { existsSync, readFileSync, renameSync, rmSync } from "node:fs";
import { join } from "node:path";
import { APIGatewayClient, GetAccountCommand } from "@aws-sdk/client-api-gateway";
import {
  GetOpenIDConnectProviderCommand,
  GetRoleCommand,
  GetRolePolicyCommand,
  IAMClient,
  ListOpenIDConnectProvidersCommand,
  ListRolesCommand,
} from "@aws-sdk/client-iam";
import { requestAws } from "../../scripts/lib/aws-request";
import { IN_PLACE_CHANGES } from "../support/in-place-changes";
import { copyForDeployment, type DeployedCopy } from "./deployed-copy";
import { type ActionRecorder, recordActions } from "./recorded-actions";

/**
 * Bootstraps an account, ships stages with what it made, and takes it all away again. The steps build on each other.
 */
const REPOSITORY = "octo-org/octo-repo";
const ACCOUNT = "111122223333";
const STACK = "signed-inventory-bootstrap";
const BUCKET = `${STACK}-state-${ACCOUNT}-us-east-1`;
const ROLE = `arn:aws:iam::${ACCOUNT}:role/${STACK}`;

jest.setTimeout(600_000);

let copy: DeployedCopy;
let recorder: ActionRecorder;
let iam: IAMClient;
let gateway: APIGatewayClient;

beforeAll(async () => {
  copy = await copyForDeployment(ACCOUNT);
  recorder = await recordActions(new URL(copy.endpoint));
  const client = { endpoint: copy.endpoint, region: "us-east-1" };
  iam = new IAMClient(client);
  gateway = new APIGatewayClient(client);
});

afterAll(async () => {
  iam?.destroy();
  gateway?.destroy();
  await recorder?.close();
  await copy?.close();
});

describe("the bootstrap stack", () => {
  test("deploys, and says what the workflows have to know", async () => {
    await make("bootstrap");
    expect(outputs(STACK)).toEqual({
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
    const { OpenIDConnectProviderList: providers = [] } = await iam.send(
      new ListOpenIDConnectProvidersCommand({}),
    );
    expect(providers).toHaveLength(1);
    const provider = await iam.send(
      new GetOpenIDConnectProviderCommand({ OpenIDConnectProviderArn: providers[0]?.Arn }),
    );
    expect([provider.Url, provider.ClientIDList]).toEqual([
      "token.actions.githubusercontent.com",
      ["sts.amazonaws.com"],
    ]);
    expect(await subjects("plan")).toEqual([`repo:${REPOSITORY}:pull_request`]);
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
    expect(await copy.planAgain(STACK)).toContain("No changes.");
  });

  test("is not destroyed unless its protection is taken away", async () => {
    expect((await run("destroy", { STACK: "bootstrap" })).status).not.toBe(0);
    expect(await copy.planAgain(STACK)).toContain("No changes.");
  });

  test("its own state can be moved into its bucket, once", async () => {
    const own = { STACK: "bootstrap", TF_STATE_BUCKET: BUCKET };
    expect((await make("migrate-state", own)).out).toContain(`moved to s3://${BUCKET}/${STACK}.tfstate`);
    expect((await make("plan", own)).out).toContain("No changes.");
    expect((await run("migrate-state", own)).err).toContain(
      "was not deployed from here, or its state is moved",
    );
  });

  test("a state that was left behind does not take the place of a later one", async () => {
    renameSync(stateFile("moved"), stateFile());
    const later = readFileSync(stateFile(), "utf8").replace(/"serial": \d+/, '"serial": 999');
    await s3("PUT", `/${STACK}.tfstate`, {}, later);
    const behind = await run("migrate-state", { STACK: "bootstrap", TF_STATE_BUCKET: BUCKET });
    expect([behind.status !== 0, existsSync(stateFile())]).toEqual([true, true]);
    expect(await (await s3("GET", `/${STACK}.tfstate`)).text()).toBe(later);
  });
});

describe("stages whose state is in the bucket", () => {
  const plan = `s3://${BUCKET}/plans/signed-inventory-dev/1.zip`;
  const shared = { TF_STATE_BUCKET: BUCKET };
  let sha256: string;

  test("a plan is saved without a lock on the state, and reads no more than the planning role may", async () => {
    recorder.take();
    const { out, err } = await make("plan-save", { ...shared, TF_CLI_ARGS_plan: "-lock=false" });
    expect(out).toMatch(/^plan=.+\/\.plan\/signed-inventory-dev\.zip\nsha256=[0-9a-f]{64}\n$/);
    expect(err).toContain("to add, 0 to change, 0 to destroy");
    expect(excess(recorder.take(), await allowed("plan"))).toEqual([]);
    const review = await make("plan-review", { PLAN_JSON: ".plan/signed-inventory-dev.json" });
    expect(review.out).toMatch(/^#+ .+\n/);
    expect(readFileSync(join(copy.folder, ".plan", "signed-inventory-dev.txt"), "utf8")).toContain("Plan: ");
  });

  test("a plan that is kept in the bucket is applied by its digest, and by no other", async () => {
    recorder.take();
    const saved = await make("plan-save", { ...shared, PLAN: plan });
    sha256 = /^sha256=(.+)$/m.exec(saved.out)?.[1] ?? "";
    const other = await run("apply", { ...shared, PLAN: plan, PLAN_SHA256: "0".repeat(64) });
    expect(other.err).toContain(`expected ${"0".repeat(64)}, the one that was reviewed`);
    const prod = await run("apply", { ...shared, PLAN: plan, STAGE: "prod" });
    expect(prod.err).toContain("got a plan for signed-inventory-dev, expected one for signed-inventory-prod");
    expect((await s3("GET", "/signed-inventory-dev.tfstate")).status).toBe(404);

    await make("apply", { ...shared, PLAN: plan, PLAN_SHA256: sha256 });
    expect((await s3("GET", "/signed-inventory-dev.tfstate")).status).toBe(200);
    expect(outputs("signed-inventory-dev")).toMatchObject({ stage: "dev", region: "us-east-1" });
    expect(outputs("signed-inventory-dev")).not.toHaveProperty("api_key_values");
    expect(excess(recorder.take(), await allowed("deploy"))).toEqual([]);
  });

  test("it has gone stale then", async () => {
    const { status, err } = await run("apply", { ...shared, PLAN: plan, PLAN_SHA256: sha256 });
    expect(err).toContain("Saved plan is stale");
    expect(status).not.toBe(0);
  });

  test("prod deploys with its alarms, changes, and goes, and needs what the roles may, no more and no less", async () => {
    const prod = { ...shared, STAGE: "prod", ALARM_EMAIL: "team@example.com" };
    recorder.take();
    await make("plan-save", prod);
    await make("apply", prod);
    const deployed = recorder.take();
    // Its table keeps the stage from being destroyed.
    expect((await run("destroy", prod)).status).not.toBe(0);
    const refused = recorder.take();
    const { err } = await make("plan-save", { ...prod, TF_CLI_ARGS_plan: "-lock=false" });
    expect(err).toContain("No changes.");
    const planned = recorder.take();
    // Without its protection too.
    await copy.withEdits(IN_PLACE_CHANGES, async () => {
      await make("deploy", prod);
      await make("destroy", prod);
    });
    await make("destroy", shared);
    const all = [...deployed, ...refused, ...planned, ...recorder.take()];

    expect(excess(planned, await allowed("plan"))).toEqual([]);
    expect(excess(all, await allowed("deploy"))).toEqual([]);
    expect(excess(await allowed("plan"), planned)).toEqual(NOT_PLANNED_HERE);
    expect(excess(await allowed("deploy"), all)).toEqual(NOT_DEPLOYED_HERE);
  });
});

describe("the end", () => {
  test("the emptied account goes as it came", async () => {
    await emptyBucket();
    // The state is a local one again: it cannot lie in a bucket that goes.
    rmSync(join(copy.folder, "cdktf.out"), { recursive: true });
    await make("destroy", { STACK: "bootstrap", STATE_PROTECTION: "off" });
    const { Roles } = await iam.send(new ListRolesCommand({}));
    const { OpenIDConnectProviderList } = await iam.send(new ListOpenIDConnectProvidersCommand({}));
    expect([Roles, OpenIDConnectProviderList]).toEqual([[], []]);
    expect((await s3("GET", "", { versioning: "" })).status).toBe(404);
    expect(existsSync(join(copy.folder, ".state", `${STACK}.outputs.json`))).toBe(false);
  });
});

/** What the planning role may and Terraform does not ask for: without it `GetFunction` leaves the tags out. */
const NOT_PLANNED_HERE = ["lambda:ListTags"];

/**
 * What the deploying role may and these deployments do not ask for: permissions that are looked at within another
 * request (tags come with what is made, the role with its function), changes of tags, and what `make verify` does.
 */
const NOT_DEPLOYED_HERE = [
  "cloudwatch:TagResource",
  "cloudwatch:UntagResource",
  "dynamodb:TagResource",
  "dynamodb:UntagResource",
  "iam:PassRole",
  "iam:TagPolicy",
  "iam:TagRole",
  "iam:UntagPolicy",
  "iam:UntagRole",
  "lambda:ListTags",
  "lambda:TagResource",
  "lambda:UntagResource",
  "logs:TagResource",
  "logs:UntagResource",
  "sns:SetSubscriptionAttributes",
  "sns:TagResource",
  "sns:UntagResource",
  "sts:AssumeRole",
];

/** The actions that are not among others; who asks for itself needs no permission. */
function excess(actions: readonly string[], others: readonly string[]): string[] {
  const known = new Set([...others, "sts:GetCallerIdentity"]);
  return [...new Set(actions)].filter((action) => !known.has(action)).sort();
}

async function allowed(role: string): Promise<string[]> {
  const { PolicyDocument = "" } = await iam.send(
    new GetRolePolicyCommand({ RoleName: `${STACK}-${role}`, PolicyName: role }),
  );
  const { Statement } = JSON.parse(decodeURIComponent(PolicyDocument));
  return Statement.flatMap(({ Action }: { Action: string | string[] }) => Action);
}

async function subjects(role: string): Promise<unknown> {
  const { Role } = await iam.send(new GetRoleCommand({ RoleName: `${STACK}-${role}` }));
  const [statement] = JSON.parse(decodeURIComponent(Role?.AssumeRolePolicyDocument ?? "")).Statement;
  return statement.Condition.StringEquals["token.actions.githubusercontent.com:sub"];
}

function stateFile(suffix?: string): string {
  return join(copy.folder, ".state", [STACK, "tfstate", suffix].filter(Boolean).join("."));
}

function outputs(stack: string): Record<string, unknown> {
  return JSON.parse(readFileSync(join(copy.folder, ".state", `${stack}.outputs.json`), "utf8"))[stack];
}

function run(target: string, env: NodeJS.ProcessEnv) {
  return copy.run(["make", "--silent", "--assume-old=node_modules", target], {
    GITHUB_REPOSITORY: REPOSITORY,
    AWS_ENDPOINT_URL: recorder.url,
    ...env,
  });
}

async function make(target: string, env: NodeJS.ProcessEnv = {}) {
  const ended = await run(target, env);
  if (ended.status === 0) return ended;
  throw new Error(`make ${target} ended with ${ended.status}:\n${(ended.out + ended.err).slice(-6000)}`);
}

const AWS = {
  region: "us-east-1",
  credentials: { accessKeyId: "test", secretAccessKey: "test" },
  timeoutMilliseconds: 10_000,
};

function s3(method: string, path: string, query: Record<string, string> = {}, body?: string) {
  return requestAws(
    { ...AWS, service: "s3", method, path: `/${BUCKET}${path}`, query, body },
    { AWS_ENDPOINT_URL: copy.endpoint },
  );
}

/** Removes every version of every object. */
async function emptyBucket(): Promise<void> {
  const listing = await (await s3("GET", "", { versions: "" })).text();
  const versions = [...listing.matchAll(/<Key>([^<]+)<\/Key>.*?<VersionId>([^<]+)<\/VersionId>/gs)];
  expect(versions.length).toBeGreaterThan(2);
  for (const [, key, versionId = ""] of versions) await s3("DELETE", `/${key}`, { versionId });
}
