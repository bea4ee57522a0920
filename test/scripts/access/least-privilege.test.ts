import { privilegesOf } from "#access/least-privilege";
import type { PolicyStatement } from "#iam/policy";
import type { Model } from "#model/model";
import { type SynthesizedProject, synthesizeProject } from "../../support/project-stack";
import { temporaryFolder } from "../../support/temporary-folder";

/** Held against the inventory, whose privileges test/least-privilege proves by other means. */

const folder = temporaryFolder();
let project: SynthesizedProject;
beforeAll(async () => {
  project = await synthesizeProject(folder);
});

test("lists what each role is granted, and finds nothing too much", () => {
  const { granted, excess } = privilegesOf(project.load(), project.prefix);
  expect(excess).toEqual([]);
  expect(granted.reader).toEqual([
    "execute-api:Invoke dev/GET/auth/iam-sigv4",
    "execute-api:Invoke dev/GET/auth/iam-sigv4-and-api-key",
    "execute-api:Invoke dev/GET/products",
    "execute-api:Invoke dev/GET/products/*",
  ]);
  expect(granted["get-product"]?.[0]).toBe("dynamodb:GetItem table/products");
});

const ALLOW = { Effect: "Allow" } as const;

test.each<[statement: PolicyStatement, what: string]>([
  [{ ...ALLOW, Action: "dynamodb:*", Resource: "TABLE" }, "dynamodb:* on TABLE: the action is a wildcard"],
  [
    { ...ALLOW, Action: "dynamodb:Get*", Resource: "TABLE" },
    "dynamodb:GetTomorrow on TABLE is allowed, and not needed",
  ],
  [
    { ...ALLOW, Action: "dynamodb:GetItem", Resource: "TABLE*" },
    "dynamodb:GetItem on TABLE*: the resource is none of the stack's",
  ],
  [
    { ...ALLOW, Action: "dynamodb:GetItem", Resource: "*" },
    "dynamodb:GetItem on *: the resource is none of the stack's",
  ],
  [
    { ...ALLOW, Action: "sqs:SendMessage", Resource: "arn:aws:sqs:us-east-1:444455556666:q" },
    "sqs:SendMessage on arn:aws:sqs:us-east-1:444455556666:q: the resource is none of the stack's",
  ],
  [
    { ...ALLOW, Action: "dynamodb:DeleteTable", Resource: "TABLE" },
    "dynamodb:DeleteTable on TABLE: its boundary does not allow it",
  ],
  [{ ...ALLOW, NotAction: "iam:*", Resource: "TABLE" }, "allows all actions but some (NotAction)"],
  [
    { ...ALLOW, Action: "dynamodb:GetItem", NotResource: "TABLE" },
    "allows all resources but some (NotResource)",
  ],
])("%j is too much", (statement, what) => {
  const model = project.load();
  const arn = model.tables[0]?.arn ?? "";
  const inTable = (text: string) => text.replaceAll("TABLE", arn);
  const added = JSON.parse(inTable(JSON.stringify(statement))) as PolicyStatement;
  const { excess } = privilegesOf(withStatement(model, "get-product", added), project.prefix);
  expect(excess).toContain(`get-product: ${inTable(what)}`);
});

test("a role without a boundary, and one that everyone may assume, are too much", () => {
  const model = project.load();
  const principals = model.principals.map((role) => ({
    ...role,
    permissionsBoundary: undefined,
    trustPolicy: role.trustPolicy && {
      ...role.trustPolicy,
      document: { Statement: { ...ALLOW, Principal: { AWS: "*" }, Action: "sts:AssumeRole" } },
    },
  }));
  const { excess } = privilegesOf({ ...model, principals }, project.prefix);
  expect(excess).toContain("reader: has no permissions boundary");
  expect(excess).toContain("reader: everyone may assume it");
});

function withStatement(model: Model, role: string, statement: PolicyStatement): Model {
  const policy = {
    address: "added",
    name: "added",
    document: { Version: "2012-10-17", Statement: [statement] },
  };
  const principals = model.principals.map((each) =>
    each.name === `${project.prefix}${role}`
      ? { ...each, identityPolicies: [...each.identityPolicies, policy] }
      : each,
  );
  return { ...model, principals };
}
