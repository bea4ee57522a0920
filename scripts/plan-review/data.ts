import type { Change } from "#plan/plan";
import { at } from "#plan/read-plan";
import { isStandIn } from "#plan/secrets";
import { isObject, type Value } from "#terraform/value";
import type {
  DataLost,
  KeyChanged,
  Retention,
  RetentionShortened,
  SecretExposed,
  VariableHolder,
} from "./finding";

/** What becomes of data and keys. */
export interface DataReview {
  readonly rows: readonly DataRow[];
  readonly findings: readonly DataFinding[];
}

/** Something that happens to what holds data, or to a key. */
export type DataRow =
  | (OfResource & { readonly kind: "forgotten" | "rotated" })
  | (OfResource & {
      readonly kind: "replaced" | "destroyed";
      /** The name in AWS, or the address if there is none. */
      readonly name: string;
      /** The attributes that cannot change in place. */
      readonly replacedFor: readonly string[];
    })
  | (OfResource & { readonly kind: "shortened"; readonly name: string; readonly days: Retention })
  | (OfResource & { readonly kind: "less protected"; readonly lost: string })
  | (OfResource & {
      readonly kind: "exposed";
      readonly holder: VariableHolder;
      readonly variable: string;
    });

interface OfResource {
  readonly address: string;
  /** What it is: `table`, `API key` */
  readonly what: string;
}

type DataFinding = DataLost | KeyChanged | RetentionShortened | SecretExposed;

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

/** Lists what replaces or destroys data, rotates a key, takes protection from data, or exposes a secret. */
export function reviewData(changes: readonly Change[]): DataReview {
  const rows = changes.flatMap((change) => {
    const what = DATA_TYPES.get(change.type);
    return what === undefined
      ? exposure(change)
      : [...loss(change, what), ...rotation(change, what), ...weakening(change, what), ...exposure(change)];
  });
  return { rows, findings: rows.flatMap((row) => findingOf(row) ?? []) };
}

function findingOf(row: DataRow): DataFinding | undefined {
  const { what, address } = row;
  switch (row.kind) {
    case "replaced":
    case "destroyed":
      return { kind: "data-lost", what, name: row.name, address, action: row.kind };
    case "rotated":
      return { kind: "key-changed", what, address };
    case "shortened":
      return { kind: "retention-shortened", what, name: row.name, address, days: row.days };
    case "exposed":
      return { kind: "secret-exposed", holder: row.holder, variable: row.variable };
    default:
      return undefined;
  }
}

function loss(change: Change, what: string): DataRow[] {
  const { action, address, replacedFor } = change;
  if (action === "forget") return [{ kind: "forgotten", what, address }];
  if (action !== "replace" && action !== "delete") return [];
  const kind = action === "replace" ? "replaced" : "destroyed";
  return [{ kind, what, address, name: nameOf(change), replacedFor }];
}

/** A key whose value is another one afterwards, though the resource stays. */
function rotation({ action, type, address, before, after, unknown }: Change, what: string): DataRow[] {
  const isRotated =
    type === "aws_api_gateway_api_key" &&
    action === "update" &&
    (unknown["value"] === true || before["value"] !== after["value"]);
  return isRotated ? [{ kind: "rotated", what, address }] : [];
}

/** What shortens the life of data, which destroys the older part of it, or protects it less. */
function weakening(change: Change, what: string): DataRow[] {
  const { action, type, address, before, after } = change;
  if (action !== "update") return [];
  const rows: DataRow[] = [];
  const [from, to] = [lasting(before["retention_in_days"]), lasting(after["retention_in_days"])];
  if (type === "aws_cloudwatch_log_group" && to !== "ever" && (from === "ever" || to < from)) {
    rows.push({ kind: "shortened", what, name: nameOf(change), address, days: { from, to } });
  }
  for (const [name, path] of PROTECTIONS) {
    if (valueAt(before, path) === true && valueAt(after, path) === false) {
      rows.push({ kind: "less protected", what, address, lost: name });
    }
  }
  return rows;
}

/** A secret in a variable, which each principal reads that may read the resource or the state. */
function exposure({ type, address, before, after }: Change): DataRow[] {
  const holder = VARIABLE_HOLDERS.get(type);
  if (holder === undefined) return [];
  const [old, now] = [valueAt(before, holder.path), valueAt(after, holder.path)];
  const name = String(after[holder.name] ?? address);
  return Object.entries(isObject(now) ? now : {})
    .filter(([variable, value]) => isStandIn(value) && value !== at(old, variable))
    .map(([variable]) => ({
      kind: "exposed",
      what: "secret",
      address,
      holder: { kind: holder.kind, name },
      variable,
    }));
}

const VARIABLE_HOLDERS: ReadonlyMap<
  string,
  { readonly kind: VariableHolder["kind"]; readonly name: string; readonly path: readonly string[] }
> = new Map([
  ["aws_lambda_function", { kind: "Lambda", name: "function_name", path: ["environment", "0", "variables"] }],
  ["aws_api_gateway_stage", { kind: "stage", name: "stage_name", path: ["variables"] }],
]);

/** Zero days are for ever. */
function lasting(days: Value | undefined): Retention["from"] {
  return days === 0 || typeof days !== "number" ? "ever" : days;
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
