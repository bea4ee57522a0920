import fc from "fast-check";
import { isKnownOperation, requiredAccess } from "#dynamodb/table-access";

const LOCATION = { partition: "aws", region: "eu-west-1", accountId: "111122223333" };
const TABLES = "arn:aws:dynamodb:eu-west-1:111122223333:table/";

function accessOf(operation: string, input: unknown): readonly string[] | undefined {
  return requiredAccess(operation, input, LOCATION)?.map(
    ({ action, resource }) => `${action} ${resource.replace(TABLES, "")}`,
  );
}

const put = { PutRequest: { Item: {} } };

describe("what an operation needs", () => {
  test.each<[operation: string, input: unknown, needed: readonly string[]]>([
    ["GetItem", { TableName: "a", Key: {} }, ["dynamodb:GetItem a"]],
    ["PutItem", { TableName: `${TABLES}a` }, ["dynamodb:PutItem a"]],
    ["DeleteTable", { TableName: "a" }, ["dynamodb:DeleteTable a"]],
    ["ListTables", {}, ["dynamodb:ListTables *"]],
    ["ListTables", { TableName: "a" }, ["dynamodb:ListTables *"]],
    ["Scan", { TableName: "a" }, ["dynamodb:Scan a"]],
    ["Scan", { TableName: "a", IndexName: null }, ["dynamodb:Scan a"]],
    ["Query", { TableName: "a", IndexName: "by-day" }, ["dynamodb:Query a/index/by-day"]],
    ["GetItem", { TableName: "a", IndexName: "by-day" }, ["dynamodb:GetItem a"]],
    ["TagResource", { ResourceArn: `${TABLES}a` }, ["dynamodb:TagResource a"]],
    [
      "BatchGetItem",
      { RequestItems: { a: { Keys: [] }, b: { Keys: [] } } },
      ["dynamodb:BatchGetItem a", "dynamodb:BatchGetItem b"],
    ],
    [
      "BatchWriteItem",
      { RequestItems: { a: [put], b: [put] } },
      ["dynamodb:BatchWriteItem a", "dynamodb:BatchWriteItem b"],
    ],
    [
      "BatchWriteItem",
      JSON.parse('{"RequestItems":{"__proto__":[]}}'),
      ["dynamodb:BatchWriteItem __proto__"],
    ],
    [
      "TransactGetItems",
      { TransactItems: [{ Get: { TableName: "a" } }, { Get: { TableName: "b" } }] },
      ["dynamodb:GetItem a", "dynamodb:GetItem b"],
    ],
    [
      "TransactWriteItems",
      {
        TransactItems: [
          { Put: { TableName: "a" } },
          { Update: { TableName: "b" } },
          { Delete: { TableName: "c" } },
          { ConditionCheck: { TableName: "d" } },
        ],
      },
      [
        "dynamodb:PutItem a",
        "dynamodb:UpdateItem b",
        "dynamodb:DeleteItem c",
        "dynamodb:ConditionCheckItem d",
      ],
    ],
    [
      "BatchExecuteStatement",
      { Statements: [{ Statement: 'SELECT * FROM "a"' }, { Statement: 'DELETE FROM "b" WHERE k = 1' }] },
      ["dynamodb:PartiQLSelect a", "dynamodb:PartiQLDelete b"],
    ],
    [
      "ExecuteTransaction",
      { TransactStatements: [{ Statement: `UPDATE "a" SET x = 1 WHERE k = 'v'` }] },
      ["dynamodb:PartiQLUpdate a"],
    ],
  ])("%s %j", (operation, input, needed) => {
    expect(accessOf(operation, input)).toEqual(needed);
  });

  test.each([
    ['SELECT * FROM "a"', "PartiQLSelect a"],
    ['select k, n\nfrom "a"."by-day" where k = ?', "PartiQLSelect a/index/by-day"],
    ["  SELECT * FROM Music", "PartiQLSelect Music"],
    ["EXISTS(SELECT * FROM \"a\" WHERE k = 'v')", "PartiQLSelect a"],
    ["INSERT INTO \"a\" VALUE {'k': 'v'}", "PartiQLInsert a"],
    ['UPDATE "a" REMOVE n WHERE k = 1', "PartiQLUpdate a"],
    ['DELETE FROM "a" WHERE k = \'FROM "b" WHERE\'', "PartiQLDelete a"],
  ])("the statement %s", (Statement, needed) => {
    expect(accessOf("ExecuteStatement", { Statement })).toEqual([`dynamodb:${needed}`]);
  });
});

describe("what is not understood", () => {
  test.each<[operation: string, input: unknown]>([
    ["GetItem", {}],
    ["GetItem", null],
    ["GetItem", ["a"]],
    ["GetItem", { TableName: null }],
    ["GetItem", { TableName: ["a"] }],
    ["GetItem", { TableName: "" }],
    ["GetItem", { TableName: "*" }],
    ["GetItem", { TableName: "a/index/b" }],
    ["GetItem", { TableName: "a\n" }],
    ["GetItem", { TableName: "arn:aws:dynamodb:eu-west-1:444455556666:table/a" }],
    ["GetItem", { TableName: "arn:aws:dynamodb:us-east-1:111122223333:table/a" }],
    ["TagResource", { ResourceArn: `${TABLES}a/stream/b` }],
    ["Query", { TableName: "a", IndexName: 1 }],
    ["Query", { TableName: "a", IndexName: "b/../c" }],
    ["BatchGetItem", {}],
    ["BatchGetItem", { RequestItems: [] }],
    ["BatchWriteItem", { RequestItems: { a: [put], "b*": [put] } }],
    ["TransactGetItems", { TransactItems: {} }],
    ["TransactWriteItems", { TransactItems: [{ Put: { TableName: "a" } }, { Put: {} }] }],
    ["TransactWriteItems", { TransactItems: [{ Put: { TableName: "a" }, Drop: { TableName: "a" } }] }],
    ["TransactWriteItems", { TransactItems: [{ toString: { TableName: "a" } }] }],
    ["ExecuteStatement", { Statement: 1 }],
    ["ExecuteStatement", { Statement: "" }],
    ["ExecuteStatement", { Statement: 'DROP TABLE "a"' }],
    ["ExecuteStatement", { Statement: 'SELECT \'x FROM "a" \' FROM "b"' }],
    ["ExecuteStatement", { Statement: 'SELECT * FROM "a" WHERE k IN (SELECT k FROM "b")' }],
    ["ExecuteStatement", { Statement: 'INSERT INTO "a" VALUE (SELECT * FROM "b")' }],
    ["ExecuteStatement", { Statement: 'SELECT * FROM "a"."b"."c"' }],
    ["BatchExecuteStatement", { Statements: [{ Statement: 'SELECT * FROM "a"' }, {}] }],
    ["RestoreTableToPointInTime", { TableName: "a" }],
  ])("%s %j", (operation, input) => {
    expect(accessOf(operation, input)).toBeUndefined();
  });

  test.each(["", "getItem", "toString", "__proto__", "GetItem ", "ExportTableToPointInTime"])(
    "the operation '%s'",
    (operation) => {
      expect(isKnownOperation(operation)).toBe(false);
      expect(isKnownOperation("GetItem")).toBe(true);
    },
  );
});

test("no input makes it throw, or name something that is no table of here", () => {
  const operations = ["GetItem", "Query", "BatchWriteItem", "TransactWriteItems", "ExecuteStatement"];
  fc.assert(
    fc.property(fc.constantFrom(...operations), fc.jsonValue(), (operation, input) => {
      for (const { resource } of requiredAccess(operation, input, LOCATION) ?? []) {
        expect(resource.slice(TABLES.length)).toMatch(/^[\w.-]+(\/index\/[\w.-]+)?$/);
        expect(resource.startsWith(TABLES)).toBe(true);
      }
    }),
    { numRuns: 200 },
  );
});
