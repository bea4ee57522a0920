import { at, textAt } from "#plan/read-plan";
import type { PlannedResource, Snapshot } from "#plan/snapshot";
import { isList, isObject, type Value } from "#terraform/value";
import type { PolicyHolder } from "./finding";

/** What a policy of a resource, or a role's trust policy, says of a principal. */
export interface Grant {
  readonly on: PolicyHolder;
  /** The address of what the policy is of. */
  readonly address: string;
  readonly effect: "Allow" | "Deny";
  /** `*` for everyone; an ARN, an account, `lambda.amazonaws.com`. */
  readonly grantee: string;
  readonly action: string;
  /** What of it; of a function's permission, where the calls have to come from. Empty where nothing is named. */
  readonly resource: string;
  /** The condition as JSON; empty for none. Of what cannot be told, what is there instead. */
  readonly condition: string;
  /** Why it cannot be told what is granted. */
  readonly opaque?: string;
}

/** The source of a function's permission that names none: calls from anybody's API, bucket or topic. */
export const ANY_SOURCE = "any source";

/** The source of a function's permission that AWS has to assign first. */
const LATER_SOURCE = "a source that is known after apply";

/** All that the policies of resources in a stack say, each by a text that tells it from every other. */
export function loadGrants(snapshot: Snapshot): ReadonlyMap<string, Grant> {
  const apis = new Map(
    snapshot.all("aws_api_gateway_rest_api").map((api) => [api.link("id"), api.link("name")]),
  );
  const others = snapshot.types().filter((type) => !type.startsWith("aws_iam_") && !NOT_OF_ACCESS.test(type));
  const grants = [
    ...snapshot
      .all("aws_iam_role")
      .flatMap((role) => readGrants(role, "assume_role_policy", { kind: "role", name: role.link("name") })),
    ...readPermissions(snapshot),
    ...others
      .flatMap((type) => snapshot.all(type))
      .flatMap((resource) =>
        POLICY_ATTRIBUTES.flatMap((attribute) => readGrants(resource, attribute, nameOf(resource, apis))),
      ),
  ];
  return new Map(grants.map((grant) => [JSON.stringify({ ...grant, address: "" }), grant]));
}

/** Their attribute `policy` says when things are deleted or how they are scaled, and not who may do what. */
const NOT_OF_ACCESS = /_(lifecycle|scaling)_policy$|_lifecycle_configuration$/;

/** Where AWS's resources have their policies. */
const POLICY_ATTRIBUTES = ["policy", "access_policy", "resource_policy", "policy_document"];

function nameOf(resource: PlannedResource, apis: ReadonlyMap<string, string>): PolicyHolder {
  if (resource.type === "aws_api_gateway_rest_api") return { kind: "API", name: resource.link("name") };
  if (resource.type !== "aws_api_gateway_rest_api_policy")
    return { kind: "resource", name: resource.address };
  const id = resource.link("rest_api_id");
  return { kind: "API", name: apis.get(id) ?? id };
}

function readGrants(resource: PlannedResource, attribute: string, on: PolicyHolder): Grant[] {
  const holder = { on, address: resource.address };
  const text = resource.text(attribute);
  if (text === undefined) {
    return resource.isUnknown(attribute) ? [opaqueGrant(holder, "known after apply")] : [];
  }
  try {
    const statements = at(JSON.parse(text), "Statement");
    const listed = isList(statements) ? statements : isObject(statements) ? [statements] : undefined;
    if (listed) return listed.flatMap((statement) => grantsOf(statement, holder));
  } catch {
    // Told below, as is a text without statements.
  }
  return [{ ...opaqueGrant(holder, "not understood"), condition: text }];
}

type Holder = Pick<Grant, "on" | "address">;

function opaqueGrant(holder: Holder, opaque: string): Grant {
  return { ...holder, effect: "Allow", grantee: "", action: "", resource: "", condition: "", opaque };
}

function grantsOf(statement: Value, holder: Holder): Grant[] {
  const named = (name: string): string[] => {
    const listed = at(statement, name);
    if (listed !== undefined) return textsIn(listed);
    const excluded = at(statement, `Not${name}`);
    return excluded === undefined ? [""] : [`everything but ${textsIn(excluded).join(", ")}`];
  };
  const condition = at(statement, "Condition");
  const effect = textAt(statement, "Effect") === "Deny" ? "Deny" : "Allow";
  const [grantees, actions, resources] = [granteesOf(statement), named("Action"), named("Resource")];
  if (grantees.length * actions.length * resources.length > MOST_GRANTS) {
    return [{ ...opaqueGrant(holder, "too much to compare"), condition: JSON.stringify(statement) }];
  }
  return grantees.flatMap((grantee) =>
    actions.flatMap((action) =>
      resources.map((resource) => ({
        ...holder,
        effect,
        grantee,
        action,
        resource,
        condition: condition === undefined ? "" : JSON.stringify(condition),
      })),
    ),
  );
}

/** More than a policy has that AWS takes and a reviewer reads. */
const MOST_GRANTS = 10_000;

function granteesOf(statement: Value): string[] {
  const listed = at(statement, "Principal");
  if (listed !== undefined) return textsIn(listed);
  const excluded = at(statement, "NotPrincipal");
  return excluded === undefined ? ["*"] : [`everyone but ${textsIn(excluded).join(", ")}`];
}

/** The texts of a member that may be one, a list, or an object of both. */
function textsIn(value: Value): string[] {
  const lists = isObject(value) ? Object.values(value) : [value];
  return lists
    .flatMap((each) => (isList(each) ? each : [each]))
    .map((each) => (typeof each === "object" ? "something else" : String(each)));
}

/** A function's policy, which Terraform has a resource for each statement of. */
function readPermissions(snapshot: Snapshot): Grant[] {
  const functions = new Map<string, PlannedResource>();
  for (const each of snapshot.all("aws_lambda_function")) {
    for (const attribute of ["function_name", "arn"]) functions.set(each.link(attribute), each);
  }
  return snapshot.all("aws_lambda_permission").map((permission): Grant => {
    const name = permission.link("function_name");
    const target = functions.get(name);
    const holder: Holder = {
      on: { kind: "function", name: target?.link("function_name") ?? name },
      address: (target ?? permission).address,
    };
    const source =
      permission.text("source_arn") ?? (permission.isUnknown("source_arn") ? LATER_SOURCE : undefined);
    const account = permission.text("source_account");
    const org = permission.text("principal_org_id");
    return {
      ...holder,
      effect: "Allow",
      grantee: permission.link("principal"),
      action: permission.link("action"),
      resource: source ?? account ?? ANY_SOURCE,
      condition: org === undefined ? "" : JSON.stringify({ StringEquals: { "aws:PrincipalOrgID": org } }),
    };
  });
}
