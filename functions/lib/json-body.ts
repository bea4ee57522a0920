import type { APIGatewayProxyEvent } from "aws-lambda";
import { InvalidRequest } from "./invalid-request";

/**
 * Reads the body of an event as JSON. An API with binary media types hands it over in base64.
 *
 * @throws InvalidRequest that names the body and what was expected
 */
export function readJsonBody(event: Pick<APIGatewayProxyEvent, "body" | "isBase64Encoded">): unknown {
  if (!event.body) throw new InvalidRequest("body: expected JSON, got nothing");
  try {
    return JSON.parse(event.isBase64Encoded ? decodeBase64(event.body) : event.body);
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : String(cause);
    throw new InvalidRequest(`body: expected JSON in UTF-8 (${reason})`, { cause });
  }
}

function decodeBase64(text: string): string {
  return new TextDecoder("utf-8", { fatal: true }).decode(Buffer.from(text, "base64"));
}
