import {
  type AttributeValue,
  ConditionalCheckFailedException,
  DeleteItemCommand,
  type DynamoDBClient,
  paginateScan,
} from "@aws-sdk/client-dynamodb";
import type { Table } from "#model/table";

/**
 * Removes the items of a table whose time to live has passed, as DynamoDB does in the background: those whose attribute is a
 * number of seconds that lies in the past, by up to five years. An item that is written again meanwhile stays.
 * @param now - milliseconds since the epoch
 * @returns how many were removed
 * Source: https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/howitworks-ttl.html
 */
export async function removeExpired(client: DynamoDBClient, table: Table, now: number): Promise<number> {
  const { name: TableName, timeToLive } = table;
  if (timeToLive === undefined) return 0;
  const seconds = Math.floor(now / 1000);
  const keys = [table.hashKey, table.rangeKey].filter((key) => key !== undefined);
  const scan = {
    TableName,
    FilterExpression: "#ttl BETWEEN :oldest AND :newest",
    ExpressionAttributeNames: { "#ttl": timeToLive },
    ExpressionAttributeValues: {
      ":oldest": { N: String(seconds - FIVE_YEARS_SECONDS) },
      ":newest": { N: String(seconds - 1) },
    },
  };
  let removed = 0;
  for await (const { Items = [] } of paginateScan({ client }, scan)) {
    for (const item of Items) {
      const Key = Object.fromEntries(keys.map((key) => [key, item[key] as AttributeValue]));
      const expires = item[timeToLive] as AttributeValue;
      if (await removeUnchanged(client, { TableName, Key, timeToLive, expires })) removed += 1;
    }
  }
  return removed;
}

// ---------------------------------------------------------------------------------------------------- internal

const FIVE_YEARS_SECONDS = 5 * 365 * 24 * 60 * 60;

interface Expired {
  readonly TableName: string;
  readonly Key: Record<string, AttributeValue>;
  readonly timeToLive: string;
  readonly expires: AttributeValue;
}

async function removeUnchanged(
  client: DynamoDBClient,
  { TableName, Key, timeToLive, expires }: Expired,
): Promise<boolean> {
  try {
    await client.send(
      new DeleteItemCommand({
        TableName,
        Key,
        ConditionExpression: "#ttl = :expires",
        ExpressionAttributeNames: { "#ttl": timeToLive },
        ExpressionAttributeValues: { ":expires": expires },
      }),
    );
    return true;
  } catch (error) {
    if (error instanceof ConditionalCheckFailedException) return false;
    throw error;
  }
}
