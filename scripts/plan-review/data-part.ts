import { isObject, type Value } from "#terraform/value";
import { at } from "./json";
import type { Part } from "./part";
import type { Change } from "./plan";
import { isStandIn } from "./secrets";
import { code, list, type Markdown, tableRow } from "./write/markdown";

/** The columns of the rows of {@link reviewData}. */
export const DATA_COLUMNS = [" ", "What", "Resource", "Why"];

/** What holds data, or cannot be made again as it was, by type. */
const DATA_TYPES: ReadonlyMap<string, string> = new Map([
  ["aws_api_gateway_api_key", "API key"],
  ["aws_api_gateway_rest_api", "API"],
  ["aws_api_gateway_stage", "stage of the API"],
  ["aws_api_gateway_usage_plan_key", "API key"],
  ["aws_cloudwatch_log_group", "log group"],
  ["aws_cognito_user_pool", "user pool"],
  ["aws_db_instance", "database"],
  ["aws_dynamodb_table", "table"],
  ["aws_dynamodb_table_item", "table item"],
  ["aws_efs_file_system", "file system"],
  ["aws_kinesis_stream", "stream"],
  ["aws_kms_key", "encryption key"],
  ["aws_rds_cluster", "database"],
  ["aws_s3_bucket", "bucket"],
  ["aws_s3_object", "object in a bucket"],
  ["aws_secretsmanager_secret", "secret"],
  ["aws_sqs_queue", "queue"],
  ["aws_ssm_parameter", "parameter"],
]);

/** What it means that something goes, by what it is, where that is not plain. */
const EFFECTS: ReadonlyMap<string, string> = new Map([
  ["API", "its URL goes with it"],
  ["API key", "clients that have it are refused"],
  ["encryption key", "what it encrypts cannot be read any more"],
  ["log group", "its logs are lost"],
  ["table", "its items are lost"],
]);

/** Lists what replaces or destroys data, rotates a key, takes protection from data, or exposes a secret. */
export function reviewData(changes: readonly Change[]): Part {
  const entries = changes.flatMap((change) => {
    const what = DATA_TYPES.get(change.type);
    return what === undefined
      ? exposure(change)
      : [...loss(change, what), ...rotation(change, what), ...weakening(change, what), ...exposure(change)];
  });
  return {
    rows: entries.map(({ cells }) => tableRow(cells)),
    isChanged: entries.length > 0,
    // A key takes its place in a usage plan with it; that is one reason, not two.
    findings: [...new Set(entries.flatMap(({ finding }) => finding ?? []))],
    notes: [],
  };
}

interface Entry {
  readonly cells: readonly Markdown[];
  readonly finding?: Markdown;
}

function loss(change: Change, what: string): Entry[] {
  const { action, address, replacedFor } = change;
  if (action === "forget") {
    return [{ cells: ["forgotten", what, code(address), "stays in AWS, no longer managed"] }];
  }
  if (action !== "replace" && action !== "delete") return [];
  const done = action === "replace" ? "replaced" : "destroyed";
  const why = replacedFor.length > 0 ? `${list(replacedFor.map(code))} cannot change in place` : "";
  const subject = `${what} ${code(nameOf(change))}`;
  const effect = EFFECTS.get(what);
  const finding = [`${subject} is ${done}`, ...(effect ? [effect] : [])].join(": ");
  return [{ cells: [`**${done}**`, what, code(address), why], finding }];
}

/** A key whose value is another one afterwards, though the resource stays. */
function rotation({ action, type, address, before, after, unknown }: Change, what: string): Entry[] {
  const isRotated =
    type === "aws_api_gateway_api_key" &&
    action === "update" &&
    (unknown["value"] === true || before["value"] !== after["value"]);
  if (!isRotated) return [];
  return [
    {
      cells: ["**rotated**", what, code(address), ""],
      finding: `${what} ${code(address)} gets another value`,
    },
  ];
}

/** What shortens the life of data, which destroys the older part of it, or protects it less. */
function weakening({ action, type, address, before, after }: Change, what: string): Entry[] {
  if (action !== "update") return [];
  const entries: Entry[] = [];
  const [old, now] = [before["retention_in_days"], after["retention_in_days"]];
  if (type === "aws_cloudwatch_log_group" && old !== now && lasting(now) < lasting(old)) {
    const why = `kept for ${String(now)} days instead of ${old === 0 ? "ever" : `${String(old)} days`}`;
    entries.push({
      cells: ["**shortened**", what, code(address), why],
      finding: `${what} ${code(address)} is ${why}: older logs are destroyed`,
    });
  }
  for (const [name, path] of PROTECTIONS) {
    if (valueAt(before, path) === true && valueAt(after, path) === false) {
      entries.push({ cells: ["less protected", what, code(address), `loses its ${name}`] });
    }
  }
  return entries;
}

/** A secret in a variable, which everybody reads who may read the resource or the state. */
function exposure({ type, address, before, after }: Change): Entry[] {
  const holder = VARIABLE_HOLDERS.get(type);
  if (holder === undefined) return [];
  const [old, now] = [valueAt(before, holder.path), valueAt(after, holder.path)];
  return Object.entries(isObject(now) ? now : {})
    .filter(([name, value]) => isStandIn(value) && value !== at(old, name))
    .map(([name]) => ({
      cells: ["**exposed**", "secret", code(address), `in the variable ${code(name)}`],
      finding: `${holder.what} ${code(String(after[holder.name] ?? address))} has what looks like a secret in its variable ${code(name)}: whoever may read the ${holder.what} or the state reads it`,
    }));
}

const VARIABLE_HOLDERS: ReadonlyMap<
  string,
  { readonly what: string; readonly name: string; readonly path: readonly string[] }
> = new Map([
  ["aws_lambda_function", { what: "Lambda", name: "function_name", path: ["environment", "0", "variables"] }],
  ["aws_api_gateway_stage", { what: "stage", name: "stage_name", path: ["variables"] }],
]);

/** Zero days are for ever. */
function lasting(days: Value | undefined): number {
  return days === 0 || typeof days !== "number" ? Number.POSITIVE_INFINITY : days;
}

const PROTECTIONS: readonly (readonly [name: string, path: readonly string[]])[] = [
  ["deletion protection", ["deletion_protection_enabled"]],
  ["point-in-time recovery", ["point_in_time_recovery", "0", "enabled"]],
];

/** Like {@link at}, into lists too. */
function valueAt(value: Value | undefined, path: readonly string[]): Value | undefined {
  return path.reduce<Value | undefined>(
    (found, name) => (Array.isArray(found) ? found[Number(name)] : at(found, name)),
    value,
  );
}

function nameOf({ address, before }: Change): string {
  const name = before["name"];
  return typeof name === "string" && name !== "" ? name : address;
}
