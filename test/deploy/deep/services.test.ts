import { copyFileSync } from "node:fs";
import { join } from "node:path";
import { sign } from "aws4";
import { PROJECT_ROOT } from "#self/repository";
import type { Edit } from "../../support/plan-cases";
import { type BootstrappedAccount, excess, openAccount, stateBucket } from "../bootstrapped-account";

/**
 * Deploys a stage with every construct that is more than a route, changes it, and destroys it, in an account that was
 * bootstrapped for it: the table of permissions (`service-permissions.ts`) is held against the calls that Terraform makes.
 */

const ACCOUNT = "888899990000";

jest.setTimeout(1_800_000);

let account: BootstrappedAccount;
/** What was called while a plan was made, and in all. */
let planned: string[];
let all: string[];

/** What Terraform changes in place. */
const CHANGES: readonly Edit[] = [
  ["retentionInDays: 4 }", "retentionInDays: 5 }"],
  ["rate(1 day)", "rate(2 days)"],
  ['value: "100"', 'value: "200"'],
  ["The partner's key", "The key of the partner"],
  ["batchSize: 10 }", "batchSize: 5 }"],
  ['actions: ["dynamodb:DeleteItem"]', 'actions: ["dynamodb:UpdateItem"]'],
  ["{ reservedConcurrency: 5 }", "{}"],
].map(([from = "", to = ""]) => ({ file: "main.ts", from, to }));

beforeAll(async () => {
  account = await openAccount(ACCOUNT);
  const { folder } = account.copy;
  copyFileSync(join(PROJECT_ROOT, "test", "support", "every-service.ts"), join(folder, "main.ts"));
  const domain = { DOMAIN_NAME: "api.example.com", HOSTED_ZONE_ID: await createZone(account, "example.com") };
  await account.make("bootstrap", domain);
  account.recorder.take();

  const stage = { TF_STATE_BUCKET: stateBucket(ACCOUNT), STAGE: "dev", ...domain };
  await account.make("plan-save", stage);
  await account.make("apply", stage);
  const deployed = account.recorder.take();
  const { err } = await account.make("plan-save", { ...stage, TF_CLI_ARGS_plan: "-lock=false" });
  expect(err).toContain("No changes.");
  planned = account.recorder.take();
  await account.copy.withEdits(CHANGES, () => account.make("deploy", stage));
  await account.make("destroy", stage);
  all = [...deployed, ...planned, ...account.recorder.take()];
});
afterAll(() => account?.close());

test("the planning role may do all that a plan reads", async () => {
  expect(excess(planned, await account.allowed("plan"))).toEqual([]);
});

test("the deploying role may do all that Terraform does", async () => {
  expect(excess(all, await account.allowed("deploy"))).toEqual([]);
});

test("a row that is taken away is found: without it, the deployment would be refused", async () => {
  const rows = await account.serviceStatements();
  expect(rows).toEqual([
    "Queues",
    "EventSourceMappings",
    "EventSourceMappingTags",
    "Schedules",
    "Parameters",
    "FindParameters",
    "Secrets",
    "TopicSubscriptions",
    "TablePolicies",
    "Domains",
    "Certificates",
    "Records",
    "TableTimeToLive",
    "RecordChanges",
    "FunctionConcurrency",
  ]);
  const unneeded = [];
  for (const row of rows) {
    if (excess(all, await account.allowed("deploy", row)).length === 0) unneeded.push(row);
  }
  expect(unneeded).toEqual(NOT_CALLED);
});

test("what a role may do for these services and Terraform does not call is listed, with the reason", async () => {
  const rows = await account.serviceStatements();
  const ofServices = async (role: "plan" | "deploy"): Promise<string[]> => {
    const without = await Promise.all(rows.map((row) => account.allowed(role, row)));
    return (await account.allowed(role)).filter((action) => without.some((rest) => !rest.includes(action)));
  };
  expect(excess(await ofServices("plan"), planned)).toEqual(NOT_PLANNED);
  expect(excess(await ofServices("deploy"), all)).toEqual(NOT_DEPLOYED);
});

/**
 * Their actions that Terraform calls are other rows' too, on other resources: `lambda:ListTags` on functions, and what domains
 * have in common with the API.
 */
const NOT_CALLED: readonly string[] = ["EventSourceMappingTags", "Domains"];

/** The provider 5.100 asks for neither; other versions may. */
const NOT_PLANNED: readonly string[] = ["sqs:GetQueueUrl", "ssm:GetParameters"];

/** The same, changes of tags (those of new resources come with them), and of a rule's state by itself. */
const NOT_DEPLOYED: readonly string[] = [
  "acm:AddTagsToCertificate",
  "acm:RemoveTagsFromCertificate",
  "events:DisableRule",
  "events:EnableRule",
  "events:TagResource",
  "events:UntagResource",
  "secretsmanager:TagResource",
  "secretsmanager:UntagResource",
  "sqs:GetQueueUrl",
  "sqs:TagQueue",
  "sqs:UntagQueue",
  "ssm:AddTagsToResource",
  "ssm:GetParameters",
  "ssm:RemoveTagsFromResource",
];

/** @returns the id of a new hosted zone */
async function createZone({ copy }: BootstrappedAccount, name: string): Promise<string> {
  const body = `<CreateHostedZoneRequest xmlns="https://route53.amazonaws.com/doc/2013-04-01/"><Name>${name}</Name><CallerReference>test</CallerReference></CreateHostedZoneRequest>`;
  const { host } = new URL(copy.endpoint);
  const { headers } = sign(
    {
      ...{ host, path: "/2013-04-01/hostedzone", method: "POST", body },
      headers: { "content-type": "text/xml" },
      ...{ service: "route53", region: "us-east-1" },
    },
    { accessKeyId: "test", secretAccessKey: "test" },
  );
  const answer = await fetch(`${copy.endpoint}/2013-04-01/hostedzone`, { method: "POST", headers, body });
  const [, id] = /<Id>\/hostedzone\/(\w+)<\/Id>/.exec(await answer.text()) ?? [];
  if (id === undefined) throw new Error(`got ${answer.status}, expected the id of a new hosted zone`);
  return id;
}
