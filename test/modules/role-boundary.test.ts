import { IamRole } from "@cdktf/provider-aws/lib/iam-role";
import { Account } from "#modules/account";
import { projectConfig } from "#modules/config/load-config";
import { RoleBoundary } from "#modules/role-boundary";
import { boundaryName, stageStacks } from "#modules/settings";
import { only, type Properties, resources, synthesize, synthesizeInventory } from "../support/synth";

const stages = Object.keys(projectConfig().stages);

test.each(stages)("every role of %s has the stage's boundary", (stage) => {
  const inventory = synthesizeInventory({ STAGE: stage });
  const [id, boundary] = Object.entries(inventory.resource.aws_iam_policy ?? {}).find(
    ([, { name }]) => name === boundaryName(stage),
  ) as [string, Properties];
  const roles = Object.values(resources(inventory, "aws_iam_role"));
  expect(roles.length).toBeGreaterThan(5);
  expect(new Set(roles.map(({ permissions_boundary: arn }) => arn))).toEqual(
    new Set([`\${aws_iam_policy.${id}.arn}`]),
  );
  expect(JSON.parse(boundary.policy).Statement.map(({ Sid }: Properties) => Sid)).toEqual([
    "WriteLogs",
    "SendTraces",
    "UseTables",
    "InvokeApi",
  ]);
});

test("so does a role that is made afterwards, anywhere in the stack", () => {
  const stack = synthesize((scope) => {
    const account = new Account(scope, "account");
    new RoleBoundary(scope, "boundary", { account, region: "eu-central-1", stageName: "dev" });
    new IamRole(account, "late", { assumeRolePolicy: "{}" });
  });
  const [id] = Object.keys(stack.resource.aws_iam_policy ?? {});
  expect(only(stack, "aws_iam_role").permissions_boundary).toBe(`\${aws_iam_policy.${id}.arn}`);
});

test("no boundary is among the policies that the workflows may change, whose names begin with a stack's id", () => {
  const changeable = stages
    .map(boundaryName)
    .filter((name) => stageStacks().some((stack) => name.startsWith(`${stack}-`)));
  expect(changeable).toEqual([]);
});
