import { readStatement, type Statement } from "./partiql";

/** The partition, region and account of the tables, for their ARNs. */
export interface TableLocation {
  readonly partition: string;
  readonly region: string;
  readonly accountId: string;
}

/** An action on a table or an index, as policies see it. */
export interface TableAccess {
  /** `dynamodb:GetItem` */
  readonly action: string;
  /** `arn:aws:dynamodb:us-east-1:123456789012:table/products`, followed by `/index/NAME` for an index. */
  readonly resource: string;
}

/** Whether an operation's effect on tables is known. */
export function isKnownOperation(operation: string): boolean {
  return OPERATIONS.has(operation);
}

/**
 * The permissions that an operation requires: an action on each table or index that its input names. Batches are
 * separate actions; transactions require the actions that they consist of, and statements those of PartiQL.
 * @returns undefined if the operation, or the part of its input that names tables, is not understood
 * Source: https://docs.aws.amazon.com/service-authorization/latest/reference/list_amazondynamodb.html
 * https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/transaction-apis-iam.html
 */
export function requiredAccess(
  operation: string,
  input: unknown,
  location: TableLocation,
): readonly TableAccess[] | undefined {
  const tables = tablesArn(location);
  const targets = OPERATIONS.get(operation)?.(membersOf(input), operation);
  const accesses = targets?.map((target) => toAccess(target, tables));
  return accesses?.every((access) => access !== undefined) ? accesses : undefined;
}

// ---------------------------------------------------------------------------------------------------- internal

type Members = Readonly<Record<string, unknown>>;

/** The input's values that name tables, with unchecked types. */
interface Target {
  /** `GetItem`; undefined for one that is not known. */
  readonly action: string | undefined;
  readonly table: unknown;
  readonly index?: unknown;
}

/** In a target, stands for every table; no input can name it. */
const ALL_TABLES = Symbol("all tables");

/** What an operation acts upon; undefined if its input cannot be read. */
type ReadTargets = (input: Members, operation: string) => readonly Target[] | undefined;

const oneTable: ReadTargets = ({ TableName }, action) => [{ action, table: TableName }];
const tableOrIndex: ReadTargets = ({ TableName, IndexName }, action) => [
  { action, table: TableName, index: IndexName },
];
const taggedTable: ReadTargets = ({ ResourceArn }, action) => [{ action, table: ResourceArn }];
const allTables: ReadTargets = (_, action) => [{ action, table: ALL_TABLES }];
const eachTable: ReadTargets = ({ RequestItems }, action) =>
  isObject(RequestItems) ? Object.keys(RequestItems).map((table) => ({ action, table })) : undefined;

/** The parts of a transaction, and the action that each is. */
const TRANSACTED: Readonly<Record<string, string>> = {
  Get: "GetItem",
  Put: "PutItem",
  Update: "UpdateItem",
  Delete: "DeleteItem",
  ConditionCheck: "ConditionCheckItem",
};

const eachPart: ReadTargets = ({ TransactItems }) =>
  listOf(TransactItems)?.flatMap((item) =>
    Object.entries(membersOf(item)).map(([part, members]) => ({
      action: Object.hasOwn(TRANSACTED, part) ? TRANSACTED[part] : undefined,
      table: membersOf(members).TableName,
    })),
  );

const eachStatement =
  (list: string): ReadTargets =>
  (input) =>
    listOf(input[list])?.map((item) => toTarget(readStatement(membersOf(item).Statement)));

const OPERATIONS: ReadonlyMap<string, ReadTargets> = new Map([
  ["CreateTable", oneTable],
  ["DeleteItem", oneTable],
  ["DeleteTable", oneTable],
  ["DescribeTable", oneTable],
  ["DescribeTimeToLive", oneTable],
  ["GetItem", oneTable],
  ["PutItem", oneTable],
  ["UpdateItem", oneTable],
  ["UpdateTable", oneTable],
  ["UpdateTimeToLive", oneTable],
  ["ListTables", allTables],
  ["Query", tableOrIndex],
  ["Scan", tableOrIndex],
  ["ListTagsOfResource", taggedTable],
  ["TagResource", taggedTable],
  ["UntagResource", taggedTable],
  ["BatchGetItem", eachTable],
  ["BatchWriteItem", eachTable],
  ["TransactGetItems", eachPart],
  ["TransactWriteItems", eachPart],
  ["ExecuteStatement", ({ Statement }) => [toTarget(readStatement(Statement))]],
  ["BatchExecuteStatement", eachStatement("Statements")],
  ["ExecuteTransaction", eachStatement("TransactStatements")],
]);

function toTarget(statement: Statement | undefined): Target {
  return statement ?? { action: undefined, table: undefined };
}

/** Source: https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/HowItWorks.NamingRulesDataTypes.html */
const NAME = /^[A-Za-z0-9_.-]+$/;

/**
 * A table is named by its name or, if it is in this account and region, by its ARN. An index of null means no index.
 */
function toAccess({ action, table, index }: Target, tables: string): TableAccess | undefined {
  if (table === ALL_TABLES) return { action: `dynamodb:${action}`, resource: `${tables}*` };
  if (action === undefined || typeof table !== "string") return undefined;
  const name = table.startsWith(tables) ? table.slice(tables.length) : table;
  if (!NAME.test(name)) return undefined;
  const resource = `${tables}${name}`;
  if (index === undefined || index === null) return { action: `dynamodb:${action}`, resource };
  if (typeof index !== "string" || !NAME.test(index)) return undefined;
  return { action: `dynamodb:${action}`, resource: `${resource}/index/${index}` };
}

/** The prefix of the ARNs of all tables. */
function tablesArn({ partition, region, accountId }: TableLocation): string {
  return `arn:${partition}:dynamodb:${region}:${accountId}:table/`;
}

function isObject(value: unknown): value is Members {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function membersOf(value: unknown): Members {
  return isObject(value) ? value : {};
}

function listOf(value: unknown): readonly unknown[] | undefined {
  return Array.isArray(value) ? value : undefined;
}
