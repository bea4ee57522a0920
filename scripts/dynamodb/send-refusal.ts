import { randomBytes } from "node:crypto";
import type { ServerResponse } from "node:http";
import type { TableRefusal } from "./gate";

/**
 * Sends a refusal as DynamoDB does, whatever the error with status 400. Only a denied access says `Message`.
 *
 * @param crc32 - the checksum that some SDKs compare
 *
 * Source: https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/Programming.LowLevelAPI.html
 */
export function sendRefusal(
  { errorType, message }: TableRefusal,
  response: ServerResponse,
  crc32: (body: string) => number,
): void {
  const member = errorType === "AccessDeniedException" ? "Message" : "message";
  const part = errorType === "ValidationException" ? "validate" : "service";
  const body = JSON.stringify({ __type: `com.amazon.coral.${part}#${errorType}`, [member]: message });
  response.writeHead(400, {
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
