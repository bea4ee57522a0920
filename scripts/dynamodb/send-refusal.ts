import { randomBytes } from "node:crypto";
import type { ServerResponse } from "node:http";
import type { TableRefusal } from "./gate";

/** The checksum that some SDKs compare. */
type Crc32 = (body: string) => number;

/**
 * Sends a refusal as DynamoDB does, whatever the error with status 400. Only a denied access says `Message`.
 *
 * Source: https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/Programming.LowLevelAPI.html
 */
export function sendRefusal(
  { errorType, message }: TableRefusal,
  response: ServerResponse,
  crc32: Crc32,
): void {
  const member = errorType === "AccessDeniedException" ? "Message" : "message";
  const part = errorType === "ValidationException" ? "validate" : "service";
  send(400, { __type: `com.amazon.coral.${part}#${errorType}`, [member]: message }, response, crc32);
}

/**
 * Sends what DynamoDB sends if it could not answer, with the reason in place of its own: an SDK tries again and then reports it.
 *
 * Source: https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/Programming.Errors.html
 */
export function sendFault(message: string, response: ServerResponse, crc32: Crc32): void {
  send(500, { __type: "com.amazonaws.dynamodb.v20120810#InternalServerError", message }, response, crc32);
}

// ---------------------------------------------------------------------------------------------------- internal

function send(status: number, members: object, response: ServerResponse, crc32: Crc32): void {
  const body = JSON.stringify(members);
  response.writeHead(status, {
    "x-amzn-RequestId": requestId(),
    "x-amz-crc32": crc32(body),
    "Content-Type": "application/x-amz-json-1.0",
    "Content-Length": Buffer.byteLength(body),
  });
  response.end(body);
}

/** 52 characters, as DynamoDB's have. */
function requestId(): string {
  return randomBytes(39).toString("base64").toUpperCase().replace(/[+/]/g, "0");
}
