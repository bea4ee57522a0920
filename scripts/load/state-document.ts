import type { Block, TerraformDocument } from "#terraform/document";
import { unsupported } from "#terraform/problem";
import { describe, isList, isObject, member, type ObjectValue, type Value } from "#terraform/value";
import { assignedAttributes } from "./assigned-values";
import { propertyTable } from "./tables/index";

/** What a state says: the resources that are there, and the account and region that they are in. */
export interface StateDocument extends AccountAndRegion {
  readonly document: TerraformDocument;
}

interface AccountAndRegion {
  readonly accountId: string;
  readonly region: string;
}

/**
 * Takes apart what `terraform show -json` says of an applied state. Modules, `count` and `for_each` are resolved in it, and
 * so is what AWS assigned: every value is as it stands, and nothing in it is an expression. Data sources are left out, since
 * what was read from them is already in the resources.
 * @param otherwise - where the stack is if no REST API says so
 * @throws Unsupported if it is not such a document, or has no REST API
 * Source: https://developer.hashicorp.com/terraform/internals/json-format#state-representation
 */
export function parseState(json: unknown, otherwise?: AccountAndRegion): StateDocument {
  const values = isObject(json) ? member(json, "values") : undefined;
  const root = isObject(values) ? member(values, "root_module") : undefined;
  if (!isObject(root) || !isObject(values)) {
    throw unsupported(
      "values.root_module",
      isObject(json) && member(json, "planned_values") !== undefined
        ? "a plan, which is served with --plan"
        : describe(json ?? null),
      "the state of an applied stack",
      "write it with 'terraform show -json > state.json' after an apply",
    );
  }
  const blocks = resourcesOf(root).flatMap((resource) => blockOf(resource) ?? []);
  const { accountId, region } = placeOf(blocks, otherwise);
  const outputs = member(values, "outputs");
  return {
    accountId,
    region,
    document: {
      blocks: new Map(blocks.map((block) => [block.address, block])),
      providers: [{ region }],
      variables: {},
      locals: {},
      outputs: isObject(outputs) ? outputs : {},
      areOutputsLiteral: true,
      problems: [],
    },
  };
}

// ---------------------------------------------------------------------------------------------------- internal

function resourcesOf(module: ObjectValue): ObjectValue[] {
  const own = objectsIn(member(module, "resources"));
  return [...own, ...objectsIn(member(module, "child_modules")).flatMap(resourcesOf)];
}

function objectsIn(list: Value | undefined): ObjectValue[] {
  return list !== undefined && isList(list) ? list.filter(isObject) : [];
}

function blockOf(resource: ObjectValue): Block | undefined {
  const address = member(resource, "address");
  const type = member(resource, "type");
  const values = member(resource, "values");
  if (member(resource, "mode") !== "managed" || typeof address !== "string" || typeof type !== "string")
    return undefined;
  const table = propertyTable(type) ?? {};
  const known = new Set(assignedAttributes(type));
  const properties: Record<string, Value> = {};
  const assigned: Record<string, Value> = {};
  for (const [name, raw] of Object.entries(isObject(values) ? values : {})) {
    const value = withoutUnset(raw);
    if (value === undefined) continue;
    if (!Object.hasOwn(table, name) && (known.has(name) || COMPUTED.has(name))) assigned[name] = value;
    // A property that is not in the table stays one: what it does is not known.
    else properties[name] = value;
  }
  const tags = assigned["tags_all"] ?? properties["tags_all"];
  if (tags !== undefined && type.startsWith("aws_iam_")) properties["tags"] = tags;
  return { address, type, provider: "aws", arguments: properties, assigned };
}

/** What AWS assigns and no rule depends on, beside what `assigned-values.ts` knows. */
const COMPUTED: ReadonlySet<string> = new Set([
  "attachment_count",
  "code_sha256",
  "create_date",
  "created_date",
  "execution_arn",
  "invoke_url",
  "last_modified",
  "last_updated_date",
  "ses_smtp_password_v4",
  "source_code_size",
  "stream_arn",
  "stream_label",
]);

/** A value without what the provider writes for an attribute that is not set: null, and the empty text. */
function withoutUnset(value: Value): Value | undefined {
  if (value === null || value === "") return undefined;
  if (isList(value)) return value.map((item) => withoutUnset(item) ?? item);
  if (!isObject(value)) return value;
  const set = Object.entries(value).filter(([, item]) => item !== null);
  return Object.fromEntries(set);
}

/** Account and region, by the ARN of the first REST API. */
function placeOf(blocks: readonly Block[], otherwise: AccountAndRegion | undefined): AccountAndRegion {
  const api = blocks.find(({ type }) => type === "aws_api_gateway_rest_api");
  if (!api) {
    throw unsupported("aws_api_gateway_rest_api", "no REST API", "a state with one", "apply the stack first");
  }
  const arn = api.assigned?.["execution_arn"];
  const [, region = "", accountId = ""] =
    /^arn:[\w-]+:execute-api:([a-z0-9-]+):(\d{12}):/.exec(typeof arn === "string" ? arn : "") ?? [];
  if (accountId !== "") return { accountId, region };
  if (otherwise && arn === undefined) return otherwise;
  throw unsupported(
    `${api.address}.execution_arn`,
    describe(arn ?? null),
    "arn:aws:execute-api:REGION:ACCOUNT:ID",
    "apply the stack first: without it, account and region are not known",
  );
}
