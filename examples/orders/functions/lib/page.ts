import { type DynamoDBClient, QueryCommand, type QueryCommandInput } from "@aws-sdk/client-dynamodb";
import { unmarshall } from "@aws-sdk/util-dynamodb";
import type { APIGatewayProxyEvent } from "aws-lambda";
import { describe, InvalidRequest } from "#kit/lambda";

type Query = Pick<APIGatewayProxyEvent, "queryStringParameters">;

/** A page of items, and the token of the next page, if there is one. */
export interface Page {
  readonly items: readonly Record<string, unknown>[];
  readonly nextToken?: string;
}

/** @throws InvalidRequest if a query parameter is missing */
export function requiredParameter({ queryStringParameters }: Query, name: string): string {
  const value = queryStringParameters?.[name];
  if (value) return value;
  throw new InvalidRequest(`${name}: expected a query parameter, got ${describe(value)}`);
}

/**
 * Reads a page by the query parameters `limit` (1 to 100, default 20) and `nextToken`.
 * @param query - says which items, by an index
 * @throws InvalidRequest that names the parameter and what it may be
 */
export async function readPage(
  client: DynamoDBClient,
  { queryStringParameters }: Query,
  query: QueryCommandInput,
): Promise<Page> {
  const { limit = "20", nextToken } = queryStringParameters ?? {};
  if (!/^([1-9]\d?|100)$/.test(limit)) {
    throw new InvalidRequest(`limit: expected a whole number from 1 to 100, got ${describe(limit)}`);
  }
  const command = new QueryCommand({
    ...query,
    Limit: Number(limit),
    ExclusiveStartKey: nextToken === undefined ? undefined : startKey(nextToken),
  });
  const { Items = [], LastEvaluatedKey } = await client.send(command).catch((error: unknown) => {
    // A token that was made up is refused by DynamoDB itself.
    if (error instanceof Error && error.name === "ValidationException" && nextToken) throw FOREIGN_TOKEN;
    throw error;
  });
  return {
    items: Items.map((item) => unmarshall(item)),
    ...(LastEvaluatedKey && {
      nextToken: Buffer.from(JSON.stringify(LastEvaluatedKey)).toString("base64url"),
    }),
  };
}

// ---------------------------------------------------------------------------------------------------- internal

const FOREIGN_TOKEN = new InvalidRequest("nextToken: expected a token that an earlier page gave, unchanged");

function startKey(token: string): QueryCommandInput["ExclusiveStartKey"] {
  try {
    const key: unknown = JSON.parse(Buffer.from(token, "base64url").toString());
    if (typeof key === "object" && key !== null) return key as QueryCommandInput["ExclusiveStartKey"];
  } catch {}
  throw FOREIGN_TOKEN;
}
