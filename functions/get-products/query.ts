import type { APIGatewayProxyEvent } from "aws-lambda";
import { describe, InvalidRequest } from "#kit/lambda";

type Query = Pick<APIGatewayProxyEvent, "queryStringParameters" | "multiValueQueryStringParameters">;

/**
 * Reads a query parameter that may be given once. Parameters with other names are left alone: a presigned URL has some.
 *
 * @throws InvalidRequest where it is repeated: whichever value were taken, it might be the wrong one
 */
export function readParameter(event: Query, name: string): string | undefined {
  const values = event.multiValueQueryStringParameters?.[name] ?? [];
  if (values.length > 1)
    throw new InvalidRequest(`${name}: expected at most one value, got ${values.length}`);
  return values[0] ?? event.queryStringParameters?.[name];
}

/**
 * Reads the number of products on a page.
 *
 * @param name - what the refusal calls it
 * @throws InvalidRequest for anything but a whole number from 1 to 100
 */
export function parseLimit(name: string, text: string): number {
  if (!/^([1-9]\d?|100)$/.test(text)) {
    throw new InvalidRequest(`${name}: expected a whole number from 1 to 100, got ${describe(text)}`);
  }
  return Number(text);
}
