import type { Block, TerraformDocument } from "#terraform/document";
import { unsupported } from "#terraform/problem";
import { describe, isList, isObject, member, type ObjectValue, type Value } from "#terraform/value";
import { AFTER_APPLY, AFTER_APPLY_POLICY, referenceTo } from "./after-apply";
import { assignedAttributes, type LocalIdentity } from "./assigned-values";
import { parseState, type StateDocument } from "./state-document";
import { propertyTable } from "./tables/index";

/**
 * Takes apart what `terraform show -json PLAN` says: the resources as they will be. What is known only after the apply is one of
 * these: an id or ARN that the resource itself gets, which has a local value; an argument that is the id of another resource, by
 * a plain reference; or anything else, which is not known. A route that such a value is on the way of is closed, an identity
 * policy of which it is a part denies all, and a permission with it allows nothing.
 * @throws Unsupported if it is not such a document, or has no REST API
 * Source: https://developer.hashicorp.com/terraform/internals/json-format#plan-representation
 */
export function parsePlan(json: unknown, identity: LocalIdentity): StateDocument {
  const plan = isObject(json) ? json : {};
  const values = member(plan, "planned_values");
  if (!isObject(values)) {
    const got = member(plan, "values") === undefined ? describe(json as Value) : "a state";
    const action = "write it with 'terraform show -json PLAN > plan.json'; a state is served with --state";
    throw unsupported("planned_values", got, "a plan", action);
  }
  const state = parseState({ values }, placeOfProvider(plan, identity));
  const unknown = new Map(
    objectsIn(member(plan, "resource_changes")).map((change) => [
      textOf(member(change, "address")),
      objectOf(member(objectOf(member(change, "change")), "after_unknown")),
    ]),
  );
  const expressions = expressionsOf(objectOf(member(plan, "configuration")));
  const addresses = new Set(state.document.blocks.keys());
  const blocks = [...state.document.blocks.values()]
    .filter(({ type, address }) => !isUnreadablePermission(type, unknown.get(address)))
    .map((block) => withUnknown(block, unknown.get(block.address) ?? {}, expressions, addresses));
  const document: TerraformDocument = {
    ...state.document,
    blocks: new Map(blocks.map((block) => [block.address, block])),
  };
  return { ...state, document };
}

// ---------------------------------------------------------------------------------------------------- internal

/** Arguments that are an id of another resource, and the attributes that can be one: nothing else makes sense in them. */
const REFERENCES: Readonly<Record<string, readonly string[]>> = {
  rest_api_id: ["id"],
  resource_id: ["id", "root_resource_id"],
  parent_id: ["id", "root_resource_id"],
  deployment_id: ["id"],
  authorizer_id: ["id"],
  request_validator_id: ["id"],
  usage_plan_id: ["id"],
  key_id: ["id"],
  role: ["arn", "name", "id"],
  user: ["name", "id"],
  policy_arn: ["arn", "id"],
  uri: ["invoke_arn"],
};

/** A permission that cannot be read allows nothing. */
function isUnreadablePermission(type: string, unknown: ObjectValue | undefined): boolean {
  return type === "aws_lambda_permission" && ["source_arn", "function_name"].some((name) => unknown?.[name]);
}

/** Properties of IAM and of the API that are policies: one that is not known is one that is not understood. */
const POLICIES: ReadonlySet<string> = new Set(["policy", "assume_role_policy"]);

function withUnknown(
  block: Block,
  unknown: ObjectValue,
  expressions: ReadonlyMap<string, ObjectValue>,
  addresses: ReadonlySet<string>,
): Block {
  const own = expressions.get(withoutIndexes(block.address)) ?? {};
  const made: Record<string, Value> = { ...block.arguments };
  for (const [name, what] of Object.entries(unknown)) {
    const expression = member(own, name);
    if (name === "inline_policy" && what === true) made[name] = INLINE_POLICY;
    else if (what !== true) {
      if (!isNothing(what)) made[name] = merged(made[name] ?? null, what);
    } else if (expression !== undefined)
      made[name] = reference(block, name, expression, addresses) ?? unknownValue(name);
    else if (!isDefault(block.type, name)) made[name] = AFTER_APPLY;
  }
  return { ...block, arguments: made };
}

/**
 * What every new role has in a plan, whether it has no inline policy or has one from a dynamic block: the configuration of a plan
 * leaves dynamic blocks out.
 */
const INLINE_POLICY: Value = [{ name: "inline", policy: AFTER_APPLY_POLICY }];

/**
 * What AWS or the provider sets if the configuration does not. A dynamic block can set two of them, `endpoint_configuration` and
 * `logging_config`: neither opens anything. What is not a property in the table of a type is an id or the like.
 */
const DEFAULTS: ReadonlySet<string> = new Set([
  "api_key_source",
  "architectures",
  "binary_media_types",
  "cache_namespace",
  "disable_execute_api_endpoint",
  "endpoint_configuration",
  "logging_config",
  "managed_policy_arns",
  "minimum_compression_size",
  "name_prefix",
  "passthrough_behavior",
  "policy",
  "region",
  "web_acl_arn",
]);

function isDefault(type: string, name: string): boolean {
  const table = propertyTable(type);
  const rule = table && Object.hasOwn(table, name) ? table[name] : undefined;
  return (
    rule === undefined ||
    rule.kind === "ignored" ||
    DEFAULTS.has(name) ||
    assignedAttributes(type).includes(name)
  );
}

function unknownValue(name: string): Value {
  return POLICIES.has(name) ? AFTER_APPLY_POLICY : AFTER_APPLY;
}

/** `${TYPE.NAME.ATTRIBUTE}`, if the expression is such a reference and nothing more, to a resource of the plan. */
function reference(
  { address }: Block,
  name: string,
  expression: Value,
  addresses: ReadonlySet<string>,
): Value | undefined {
  const list = isObject(expression) ? member(expression, "references") : undefined;
  const attributes = Object.hasOwn(REFERENCES, name) ? REFERENCES[name] : undefined;
  if (!attributes || list === undefined || !isList(list) || list.length !== 2) return undefined;
  const [path, target] = list.map(textOf);
  const attribute = attributes.find((each) => path === `${target}.${each}`);
  const module = /^(?:module\.[\w-]+(?:\[[^\]]*\])?\.)*/.exec(address)?.[0] ?? "";
  const whole = `${module}${target}`;
  if (attribute === undefined || !addresses.has(whole)) return undefined;
  return referenceTo(whole, attribute);
}

/** A value with marks where a part of it is not known. */
function merged(value: Value, unknown: Value, name = ""): Value {
  if (unknown === true) return name === "policy" ? AFTER_APPLY_POLICY : AFTER_APPLY;
  if (isList(unknown)) {
    const items = isList(value) ? value : [];
    return unknown.map((each, index) => merged(items[index] ?? null, each));
  }
  if (!isObject(unknown)) return value;
  const members = isObject(value) ? value : {};
  const marked = Object.entries(unknown).map(([name, each]) => [
    name,
    merged(members[name] ?? null, each, name),
  ]);
  return { ...members, ...Object.fromEntries(marked) };
}

/** Whether no part of a value is unknown. */
function isNothing(unknown: Value): boolean {
  if (isList(unknown)) return unknown.every(isNothing);
  return isObject(unknown) ? Object.values(unknown).every(isNothing) : unknown !== true;
}

/** What the configuration writes for each resource, by its address without indexes. */
function expressionsOf(configuration: ObjectValue): ReadonlyMap<string, ObjectValue> {
  const found = new Map<string, ObjectValue>();
  const visit = (module: ObjectValue, prefix: string): void => {
    for (const resource of objectsIn(member(module, "resources")))
      found.set(`${prefix}${textOf(member(resource, "address"))}`, objectOf(member(resource, "expressions")));
    for (const [name, call] of Object.entries(objectOf(member(module, "module_calls"))))
      visit(objectOf(member(objectOf(call), "module")), `${prefix}module.${name}.`);
  };
  visit(objectOf(member(configuration, "root_module")), "");
  return found;
}

function withoutIndexes(address: string): string {
  return address.replace(/\[(?:\d+|"(?:[^"\\]|\\.)*")\]/g, "");
}

/** Where a stack will be that has no API yet: the region of its provider. */
function placeOfProvider(plan: ObjectValue, identity: LocalIdentity): { accountId: string; region: string } {
  const providers = objectOf(member(objectOf(member(plan, "configuration")), "provider_config"));
  const region = member(
    objectOf(member(objectOf(member(objectOf(providers["aws"]), "expressions")), "region")),
    "constant_value",
  );
  return { accountId: identity.accountId, region: textOf(region) || (identity.region ?? "us-east-1") };
}

function objectsIn(list: Value | undefined): ObjectValue[] {
  return list !== undefined && isList(list) ? list.filter(isObject) : [];
}

function objectOf(value: Value | undefined): ObjectValue {
  return value !== undefined && isObject(value) ? value : {};
}

function textOf(value: Value | undefined): string {
  return typeof value === "string" ? value : "";
}
