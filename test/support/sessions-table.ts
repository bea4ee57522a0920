import type { Table } from "#model/table";

export const SESSIONS_LOCATION = { partition: "aws", region: "us-east-1", accountId: "123456789012" };

/** A table with a sort key and an index. */
export const SESSIONS: Table = {
  address: "aws_dynamodb_table.sessions",
  name: "sessions",
  arn: "arn:aws:dynamodb:us-east-1:123456789012:table/sessions",
  hashKey: "user",
  rangeKey: "number",
  attributes: [
    { name: "user", type: "S" },
    { name: "number", type: "N" },
    { name: "day", type: "S" },
  ],
  globalSecondaryIndexes: [{ name: "by-day", hashKey: "day", projectionType: "ALL", nonKeyAttributes: [] }],
  localSecondaryIndexes: [],
};
