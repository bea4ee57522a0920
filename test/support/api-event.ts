import type { APIGatewayProxyEvent } from "aws-lambda";
import { createLog, type Log } from "#functions/lib/log";
import { type EventOptions, apiEvent as eventOf } from "#stage/test-events";

export type { EventOptions };

/** The event of a request, for `/products` unless it says otherwise. */
export function apiEvent(options: EventOptions = {}): APIGatewayProxyEvent {
  return eventOf({ path: "/products", ...options });
}

/** The part of the Lambda context that the functions read. */
export const context = { awsRequestId: "lambda-request" };

/** A log that keeps its lines, parsed, the clock standing still. */
export function capturedLog(secrets: readonly string[] = []): { log: Log; lines: Record<string, unknown>[] } {
  const lines: Record<string, unknown>[] = [];
  const now = () => new Date("2026-11-22T06:25:10Z");
  return { log: createLog({ write: (line) => lines.push(JSON.parse(line)), now, secrets }), lines };
}
