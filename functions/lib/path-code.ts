import type { APIGatewayProxyEvent } from "aws-lambda";
import { describe, InvalidRequest } from "#kit/lambda";
import { parseCode } from "./product";

/**
 * Reads the product's code from `/products/{code}`. API Gateway hands path parameters over as they came, still
 * percent-encoded, and a `+` in a path is a plus sign.
 *
 * @throws InvalidRequest that names `code`
 */
export function readPathCode({ pathParameters }: Pick<APIGatewayProxyEvent, "pathParameters">): string {
  return parseCode(decode(pathParameters?.["code"] ?? ""));
}

function decode(encoded: string): string {
  try {
    return decodeURIComponent(encoded);
  } catch {
    throw new InvalidRequest(`code: expected percent-encoded UTF-8 in the path, got ${describe(encoded)}`);
  }
}
