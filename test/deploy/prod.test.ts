import { IN_PLACE_CHANGES } from "../support/in-place-changes";
import { type BootstrappedAccount, excess, openAccount, stateBucket } from "./bootstrapped-account";

/** Deploys `prod` with what an account was bootstrapped with, changes it, and takes it away again. */

const ACCOUNT = "777788889999";

jest.setTimeout(600_000);

let account: BootstrappedAccount;

beforeAll(async () => {
  account = await openAccount(ACCOUNT);
  await account.make("bootstrap");
});

afterAll(() => account?.close());

test("prod deploys with its alarms, changes, and goes, and needs what the roles may, no more and no less", async () => {
  const prod = { TF_STATE_BUCKET: stateBucket(ACCOUNT), STAGE: "prod", ALARM_EMAIL: "team@example.com" };
  account.recorder.take();
  await account.make("plan-save", prod);
  await account.make("apply", prod);
  const deployed = account.recorder.take();
  // Its table keeps the stage from being destroyed.
  expect((await account.run("destroy", prod)).status).not.toBe(0);
  const refused = account.recorder.take();
  const { err } = await account.make("plan-save", { ...prod, TF_CLI_ARGS_plan: "-lock=false" });
  expect(err).toContain("No changes.");
  const planned = account.recorder.take();
  // Without its protection too.
  await account.copy.withEdits(IN_PLACE_CHANGES, async () => {
    await account.make("deploy", prod);
    await account.make("destroy", prod);
  });
  const all = [...deployed, ...refused, ...planned, ...account.recorder.take()];

  expect(excess(planned, await account.allowed("plan"))).toEqual([]);
  expect(excess(all, await account.allowed("deploy"))).toEqual([]);
  expect(excess(await account.allowed("plan"), planned)).toEqual(NOT_PLANNED_HERE);
  expect(excess(await account.allowed("deploy"), all)).toEqual(NOT_DEPLOYED_HERE);
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
