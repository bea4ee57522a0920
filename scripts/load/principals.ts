import type { AccessKey, NamedPolicy, Principal } from "#iam/identity";
import { type FindManagedPolicy, loadManagedPolicies, readPolicyOf } from "./policies";
import type { Resource, Stack } from "./stack";

/** The stack's roles and users, each with all of its policies. */
export function loadPrincipals(stack: Stack): readonly Principal[] {
  const findPolicy = loadManagedPolicies(stack);
  const policies = loadIdentityPolicies(stack, findPolicy);
  const boundaryOf = ({ address, values }: RoleOrUser) =>
    values.permissions_boundary === undefined
      ? undefined
      : findPolicy(values.permissions_boundary, `${address}.permissions_boundary`);
  const common = (resource: RoleOrUser) => ({
    address: resource.address,
    name: resource.text("name"),
    arn: resource.text("arn"),
    uniqueId: resource.text("unique_id"),
    identityPolicies: policies.get(resource.address) ?? [],
    permissionsBoundary: boundaryOf(resource),
    tags: { ...stack.attributes.defaultTagsOf(resource.address), ...resource.values.tags },
  });
  stack.refuseSame("aws_iam_role", "name");
  stack.refuseSame("aws_iam_user", "name");
  const roles = stack.problems.attemptEach(
    stack.all("aws_iam_role"),
    (role): Principal => ({ ...common(role), kind: "role", trustPolicy: loadTrustPolicy(stack, role) }),
  );
  const keys = loadAccessKeys(stack);
  const users = stack.problems.attemptEach(
    stack.all("aws_iam_user"),
    (user): Principal => ({ ...common(user), kind: "user", accessKeys: keys.get(user.address) ?? [] }),
  );
  return [...roles, ...users];
}

type Role = Resource<"aws_iam_role">;
type User = Resource<"aws_iam_user">;
type RoleOrUser = Role | User;

function loadTrustPolicy(stack: Stack, { address, values }: Role): NamedPolicy {
  const at = `${address}.assume_role_policy`;
  return {
    address: at,
    name: "assume_role_policy",
    document: readPolicyOf(stack, values.assume_role_policy, at, "trust"),
  };
}

/** Inline and attached policies by the address of the role or user. */
function loadIdentityPolicies(
  stack: Stack,
  findPolicy: FindManagedPolicy,
): ReadonlyMap<string, NamedPolicy[]> {
  const policies = new Map<string, NamedPolicy[]>();
  const give = ({ address }: RoleOrUser, policy: NamedPolicy) => {
    const given = policies.get(address) ?? [];
    // A policy that is attached twice counts once.
    if (!given.some((each) => each.address === policy.address)) policies.set(address, [...given, policy]);
  };
  const roleNamed = (name: string, address: string) =>
    stack.find("aws_iam_role", "name", name, `${address}.role`);
  const userNamed = (name: string, address: string) =>
    stack.find("aws_iam_user", "name", name, `${address}.user`);
  const { problems } = stack;

  stack.refuseSame("aws_iam_role_policy", "id");
  stack.refuseSame("aws_iam_user_policy", "id");
  problems.attemptEach(stack.all("aws_iam_role"), (role) => {
    for (const policy of inlinePolicies(stack, role)) give(role, policy);
    role.values.managed_policy_arns.forEach((arn, index) => {
      give(role, findPolicy(arn, `${role.address}.managed_policy_arns.${index}`));
    });
  });
  problems.attemptEach(stack.all("aws_iam_role_policy"), (policy) => {
    give(roleNamed(policy.values.role, policy.address), inlinePolicy(stack, policy));
  });
  problems.attemptEach(stack.all("aws_iam_user_policy"), (policy) => {
    give(userNamed(policy.values.user, policy.address), inlinePolicy(stack, policy));
  });
  problems.attemptEach(stack.all("aws_iam_role_policy_attachment"), ({ address, values }) => {
    give(roleNamed(values.role, address), findPolicy(values.policy_arn, `${address}.policy_arn`));
  });
  problems.attemptEach(stack.all("aws_iam_user_policy_attachment"), ({ address, values }) => {
    give(userNamed(values.user, address), findPolicy(values.policy_arn, `${address}.policy_arn`));
  });
  problems.attemptEach(stack.all("aws_iam_policy_attachment"), ({ address, values }) => {
    const policy = findPolicy(values.policy_arn, `${address}.policy_arn`);
    for (const role of values.roles) give(roleNamed(role, address), policy);
    for (const user of values.users) give(userNamed(user, address), policy);
  });
  return policies;
}

function inlinePolicies(stack: Stack, { address, values }: Role): NamedPolicy[] {
  return values.inline_policy.flatMap(({ name = "inline", policy }, index) => {
    const at = `${address}.inline_policy.${index}`;
    // A block without a policy tells Terraform to remove what others have put there.
    return policy === undefined
      ? []
      : [{ address: at, name, document: readPolicyOf(stack, policy, at, "identity") }];
  });
}

function inlinePolicy(
  stack: Stack,
  policy: Resource<"aws_iam_role_policy"> | Resource<"aws_iam_user_policy">,
): NamedPolicy {
  const document = readPolicyOf(stack, policy.values.policy, `${policy.address}.policy`, "identity");
  return { address: policy.address, name: policy.text("name"), document };
}

function loadAccessKeys(stack: Stack): ReadonlyMap<string, AccessKey[]> {
  const keys = new Map<string, AccessKey[]>();
  stack.problems.attemptEach(stack.all("aws_iam_access_key"), (key) => {
    const { address } = stack.find("aws_iam_user", "name", key.values.user, `${key.address}.user`);
    const accessKey: AccessKey = {
      address: key.address,
      id: key.text("id"),
      secret: key.text("secret"),
      active: key.values.status === "Active",
    };
    keys.set(address, [...(keys.get(address) ?? []), accessKey]);
  });
  return keys;
}
