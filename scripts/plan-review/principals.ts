import type { Principal } from "#iam/identity";
import { awsManagedPolicies } from "#load/aws-managed-policies";
import { textAt } from "#plan/read-plan";
import type { PlannedResource, Snapshot } from "#plan/snapshot";
import { isList, isObject, type Value } from "#terraform/value";
import { type PlannedPolicy, parseText, readPolicy, understood } from "./policies";

/** A principal whose policies are in the stack. */
export interface PlannedPrincipal {
  readonly kind: Kind;
  /** The name in AWS. */
  readonly name: string;
  readonly policies: readonly PlannedPolicy[];
  readonly boundary?: PlannedPolicy;
  /** With the policies that are understood, to be evaluated. */
  readonly principal: Principal;
}

/** `holder`: any principal with a managed policy that none in the stack has; by the policy's name. */
export type Kind = "role" | "user" | "group" | "holder";

/**
 * The roles, users and groups of a stack with their policies, by kind and name: `role reader`. Those outside the stack
 * that it attaches policies to are among them, and so are the holders of each of its managed policies.
 * @param compared - all snapshots that are compared. A role repeats what is attached to it, as it was when it was read;
 * what any of them has as a resource of its own counts as that alone, and so does a policy that a principal in any has.
 */
export function loadPrincipals(
  snapshot: Snapshot,
  compared: readonly Snapshot[],
): ReadonlyMap<string, PlannedPrincipal> {
  const separate = compared.flatMap((each) => attachmentsIn(each, managedPolicies(each)));
  const isSeparate = new Set(separate.map(({ owner, id }) => `${owner} ${id}`));
  // A boundary that no principal has as a policy gives none of them anything.
  const boundaries = compared.flatMap((each) =>
    OWNERS.flatMap((kind) =>
      each.all(`aws_iam_${kind}`).map((resource) => resource.text("permissions_boundary")),
    ),
  );
  const isHeld = new Set([...separate.map(({ id }) => id), ...boundaries]);

  const managed = managedPolicies(snapshot);
  const resources = new Map(
    OWNERS.flatMap((kind) =>
      snapshot
        .all(`aws_iam_${kind}`)
        .map((each): [string, PlannedResource] => [`${kind} ${each.link("name")}`, each]),
    ),
  );
  const repeated = [...resources].flatMap(([owner, resource]) => repeatedBy(resource, owner, managed));
  const attachments = [
    ...repeated.filter(({ owner, id }) => !isSeparate.has(`${owner} ${id}`)),
    ...attachmentsIn(snapshot, managed),
  ];
  const policies = new Map<string, Map<string, PlannedPolicy>>(
    [...resources.keys()].map((key) => [key, new Map()]),
  );
  for (const { owner, id, policy } of attachments) {
    const owned = policies.get(owner);
    if (owned) owned.set(id, policy);
    else policies.set(owner, new Map([[id, policy]]));
  }
  for (const [arn, policy] of managed) {
    if (!isHeld.has(arn)) policies.set(`holder ${policy.name}`, new Map([[arn, policy]]));
  }
  return new Map(
    [...policies].map(([key, owned]) => [
      key,
      toPrincipal(snapshot, key, [...owned.values()], resources.get(key), managed),
    ]),
  );
}

/** The managed policies of the stack by ARN. */
function managedPolicies(snapshot: Snapshot): ManagedPolicies {
  return new Map(
    snapshot
      .all("aws_iam_policy")
      .map((resource) => [
        resource.link("arn"),
        readPolicy(resource, "policy", resource.link("name"), "identity"),
      ]),
  );
}

const OWNERS = ["role", "user", "group"] as const;

/** That a principal has a policy. */
interface Attachment {
  /** `role reader` */
  readonly owner: string;
  /** An inline policy's name, a managed one's ARN. */
  readonly id: string;
  readonly policy: PlannedPolicy;
}

type ManagedPolicies = ReadonlyMap<string, PlannedPolicy>;

/** One of AWS's own, as published. */
function awsPolicy(arn: string): PlannedPolicy | undefined {
  const [, partition] = /^arn:([a-z-]+):iam::aws:policy\//.exec(arn) ?? [];
  const known = partition === undefined ? undefined : awsManagedPolicies(partition).get(arn);
  return known && { address: arn, name: known.name, document: known.document };
}

/** What resources of their own attach to a principal. */
function attachmentsIn(snapshot: Snapshot, managed: ManagedPolicies): Attachment[] {
  return [
    ...OWNERS.flatMap((kind) => [
      ...snapshot.all(`aws_iam_${kind}_policy`).map((resource) => {
        const [name, owner] = [resource.link("name"), resource.link(kind)];
        const policy = readPolicy(resource, "policy", `${owner}/${name}`, "identity");
        return { owner: `${kind} ${owner}`, id: name, policy };
      }),
      ...snapshot
        .all(`aws_iam_${kind}_policy_attachment`)
        .map((resource) => attach(resource, `${kind} ${resource.link(kind)}`, managed)),
      ...snapshot.all(`aws_iam_${kind}_policy_attachments_exclusive`).flatMap((resource) => {
        const owner = `${kind} ${resource.link(`${kind}_name`)}`;
        return texts(resource.value("policy_arns")).map((arn) => ({
          owner,
          id: arn,
          policy: managedPolicy(arn, resource.address, managed),
        }));
      }),
    ]),
    ...snapshot
      .all("aws_iam_policy_attachment")
      .flatMap((resource) =>
        OWNERS.flatMap((kind) =>
          texts(resource.value(`${kind}s`)).map((name) => attach(resource, `${kind} ${name}`, managed)),
        ),
      ),
  ];
}

function attach(resource: PlannedResource, owner: string, managed: ManagedPolicies): Attachment {
  const arn = resource.link("policy_arn");
  return { owner, id: arn, policy: managedPolicy(arn, resource.address, managed) };
}

function managedPolicy(arn: string, address: string, managed: ManagedPolicies): PlannedPolicy {
  return (
    managed.get(arn) ??
    awsPolicy(arn) ?? {
      address,
      name: arn.split(":policy/").at(-1) ?? arn,
      opaque: "not in the plan",
      text: arn,
    }
  );
}

/** What a role or user says itself that it has. */
function repeatedBy(resource: PlannedResource, owner: string, managed: ManagedPolicies): Attachment[] {
  const { address } = resource;
  const ownerName = owner.slice(owner.indexOf(" ") + 1);
  const blocks = resource.value("inline_policy");
  const inline = (isList(blocks) ? blocks : []).flatMap((block, index): Attachment[] => {
    const [id, text] = [textAt(block, "name"), textAt(block, "policy")];
    // A block without anything tells Terraform to remove what others have put there.
    if (!id && text === "") return [];
    const at = `${address}.inline_policy[${index}]`;
    const name = `${ownerName}/${id}`;
    const policy = text ? parseText(text, at, name, "identity") : unknownPolicy(at, name);
    return [{ owner, id: id ?? at, policy }];
  });
  const listed = texts(resource.value("managed_policy_arns")).map((arn) => ({
    owner,
    id: arn,
    policy: managedPolicy(arn, address, managed),
  }));
  const untold = ["inline_policy", "managed_policy_arns"]
    .filter((attribute) => resource.value(attribute) === undefined && resource.isUnknown(attribute))
    .map((attribute) => ({
      owner,
      id: attribute,
      policy: unknownPolicy(address, `${ownerName}/${attribute}`),
    }));
  return [...inline, ...listed, ...untold];
}

function unknownPolicy(address: string, name: string): PlannedPolicy {
  return { address, name, opaque: "known after apply" };
}

function toPrincipal(
  snapshot: Snapshot,
  key: string,
  policies: readonly PlannedPolicy[],
  resource: PlannedResource | undefined,
  managed: ManagedPolicies,
): PlannedPrincipal {
  const kind = key.slice(0, key.indexOf(" ")) as Kind;
  const name = key.slice(kind.length + 1);
  const boundary = resource && boundaryOf(resource, managed);
  const { accountId, partition } = snapshot.account;
  const arn = resource?.text("arn") ?? "";
  return {
    kind,
    name,
    policies,
    boundary,
    principal: {
      address: resource?.address ?? key,
      // To a policy, a group's member or any holder of it is a user like any other.
      kind: kind === "role" ? "role" : "user",
      name,
      arn: IAM_ARN.test(arn) ? arn : `arn:${partition}:iam::${accountId}:${kind}/${name}`,
      uniqueId: resource?.link("unique_id") ?? name,
      identityPolicies: understood(policies),
      permissionsBoundary: boundary && understood([boundary])[0],
      tags: tagsOf(resource),
    },
  };
}

/** What the evaluation of policies takes an ARN of a principal for. */
const IAM_ARN = /^arn:[^:]+:iam::\d{12}:/;

function boundaryOf(resource: PlannedResource, managed: ManagedPolicies): PlannedPolicy | undefined {
  const arn = resource.text("permissions_boundary");
  if (arn !== undefined) return managedPolicy(arn, resource.address, managed);
  if (!resource.isUnknown("permissions_boundary")) return undefined;
  return unknownPolicy(resource.address, "permissions boundary");
}

function tagsOf(resource: PlannedResource | undefined): Record<string, string> {
  const tags = resource?.value("tags_all");
  if (!isObject(tags)) return {};
  return Object.fromEntries(
    Object.entries(tags).filter((entry): entry is [string, string] => typeof entry[1] === "string"),
  );
}

function texts(value: Value | undefined): string[] {
  return (isList(value) ? value : []).filter((each) => typeof each === "string");
}
