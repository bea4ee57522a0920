import type { APIGatewayProxyResult } from "aws-lambda";
import { InvalidRequest } from "./invalid-request";

/** Builds every JSON answer of the functions. A body that is left out leaves the answer empty. */
export function jsonResponse(statusCode: number, body?: unknown): APIGatewayProxyResult {
  return {
    statusCode,
    // A product may be named like a script: a browser that opens the answer must show text.
    headers: {
      "content-type": "application/json",
      "cache-control": "no-store",
      "x-content-type-options": "nosniff",
    },
    body: body === undefined ? "" : JSON.stringify(body),
  };
}

/** Turns an error into an answer: what the client can fix in its own words, everything else as a fixed 500. */
export function errorResponse(error: unknown): APIGatewayProxyResult {
  if (error instanceof InvalidRequest) return jsonResponse(400, { message: error.message });
  return jsonResponse(500, { message: "Internal server error" });
}
