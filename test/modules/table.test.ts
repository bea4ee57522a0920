import { Account } from "#modules/account";
import { NodejsFunction } from "#modules/nodejs-function";
import { Table, type TableProps } from "#modules/table";
import { only, resources, synthesize } from "../support/synth";

const PROPS: TableProps = {
  name: "orders",
  key: "id",
  pointInTimeRecovery: false,
  deletionProtection: false,
};

const synthesizeTable = (
  changes: Partial<TableProps> = {},
  use?: (table: Table, user: NodejsFunction) => void,
) =>
  synthesize((stack) => {
    const table = new Table(stack, "orders", { ...PROPS, ...changes });
    if (!use) return;
    const account = new Account(stack, "account");
    const entry = "functions/get-index/index.ts";
    use(
      table,
      new NodejsFunction(stack, "user", { entry, description: "d", account, logRetentionInDays: 3 }),
    );
  });

test("keys and indexes are of any type, each attribute declared once", () => {
  const table = only(
    synthesizeTable({
      key: "customer",
      sortKey: { name: "placed", type: "N" },
      globalIndexes: [{ name: "by-status", key: "status", sortKey: { name: "placed", type: "N" } }],
      localIndexes: [{ name: "by-hash", sortKey: { name: "hash", type: "B" }, projection: ["total"] }],
    }),
    "aws_dynamodb_table",
  );
  expect(table).toMatchObject({
    hash_key: "customer",
    range_key: "placed",
    attribute: [
      { name: "customer", type: "S" },
      { name: "placed", type: "N" },
      { name: "status", type: "S" },
      { name: "hash", type: "B" },
    ],
    global_secondary_index: [
      { name: "by-status", hash_key: "status", range_key: "placed", projection_type: "ALL" },
    ],
    local_secondary_index: [
      { name: "by-hash", range_key: "hash", projection_type: "INCLUDE", non_key_attributes: ["total"] },
    ],
  });
});

test.each<[string, Partial<TableProps>]>([
  [
    "got the attribute 'id' as S and as N",
    { sortKey: "sort", localIndexes: [{ name: "one", sortKey: { name: "id", type: "N" } }] },
  ],
  ["got local indexes and no sort key", { localIndexes: [{ name: "one", sortKey: "a" }] }],
  [
    "got two indexes 'one'",
    {
      globalIndexes: [
        { name: "one", key: "a" },
        { name: "one", key: "b" },
      ],
    },
  ],
  ["got an index 'a b'", { globalIndexes: [{ name: "a b", key: "a" }] }],
  [
    "got 0 global and 6 local indexes",
    { sortKey: "s", localIndexes: [1, 2, 3, 4, 5, 6].map((n) => ({ name: `index-${n}`, sortKey: "a" })) },
  ],
])("%s: is refused", (message, changes) => {
  expect(() => synthesizeTable(changes)).toThrow(message);
});

test("items end by an attribute, and changes are streamed, if that is asked for", () => {
  expect(
    only(synthesizeTable({ timeToLive: "ends", stream: "NEW_IMAGE" }), "aws_dynamodb_table"),
  ).toMatchObject({
    ttl: { attribute_name: "ends", enabled: true },
    stream_enabled: true,
    stream_view_type: "NEW_IMAGE",
  });
  const plain = only(synthesizeTable(), "aws_dynamodb_table");
  expect([plain.ttl, plain.stream_enabled]).toEqual([undefined, undefined]);
});

test("the table's own policy is about the table", () => {
  const stack = synthesizeTable({
    resourcePolicy: [
      { sid: "Read", actions: ["dynamodb:GetItem"], principal: { AWS: "arn:aws:iam::111122223333:root" } },
    ],
  });
  const [id] = Object.keys(stack.resource["aws_dynamodb_table"] ?? {});
  expect(JSON.parse(only(stack, "aws_dynamodb_resource_policy")["policy"]).Statement[0].Resource).toBe(
    `\${aws_dynamodb_table.${id}.arn}`,
  );
  expect(synthesizeTable().resource["aws_dynamodb_resource_policy"]).toBeUndefined();
});

const statementsOf = (use: (table: Table, user: NodejsFunction) => void, changes?: Partial<TableProps>) =>
  JSON.parse(only(synthesizeTable(changes, use), "aws_iam_role_policy")["policy"])
    .Statement.map(({ Sid, Action }: { Sid: string; Action: unknown }) => [Sid, [Action].flat()])
    .slice(2);

const INDEXED = { globalIndexes: [{ name: "by-status", key: "status" }] };

test("a binding grants on the indexes what indexes take", () => {
  expect(statementsOf((table, user) => table.bind(user, "orders", ["Query", "PutItem"]), INDEXED)).toEqual([
    ["UseOrdersTable", ["dynamodb:Query", "dynamodb:PutItem"]],
    ["UseOrdersTableIndexes", ["dynamodb:Query"]],
  ]);
});

test.each<[string, Partial<TableProps>]>([
  ["a table without indexes", {}],
  ["actions that no index takes", INDEXED],
])("and nothing on indexes for %s", (_, changes) => {
  const bound = statementsOf((table, user) => table.bind(user, "orders", ["PutItem"]), changes);
  expect(bound).toEqual([["UseOrdersTable", ["dynamodb:PutItem"]]]);
});

test("a consumer of the stream may read it, and gets what changes", () => {
  const stack = synthesizeTable({ stream: "NEW_IMAGE" }, (table, user) => table.consume(user));
  expect(only(stack, "aws_lambda_event_source_mapping")).toMatchObject({
    starting_position: "LATEST",
    bisect_batch_on_function_error: true,
    function_response_types: ["ReportBatchItemFailures"],
  });
  expect(Object.values(resources(stack, "aws_iam_role_policy"))[0]?.["policy"]).toContain(
    "dynamodb:GetRecords",
  );
});

test("which needs a stream", () => {
  expect(() => synthesizeTable({}, (table, user) => table.consume(user))).toThrow(
    "got a consumer and no stream, expected the prop 'stream' as well",
  );
});
