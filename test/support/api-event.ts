import type { APIGatewayProxyEvent } from "aws-lambda";
import { createLog, type Log } from "#functions/lib/log";

export interface EventOptions {
  readonly method?: string;
  /** The path behind the stage. */
  readonly path?: string;
  readonly pathParameters?: Readonly<Record<string, string>>;
  /** The query, in the order of the URL; a name may come again. */
  readonly query?: readonly (readonly [name: string, value: string])[];
  readonly body?: string;
  readonly isBase64Encoded?: boolean;
}

/**
 * The event that API Gateway hands to a proxy integration, as far as the functions read it.
 * https://docs.aws.amazon.com/apigateway/latest/developerguide/set-up-lambda-proxy-integrations.html
 */
export function apiEvent(options: EventOptions = {}): APIGatewayProxyEvent {
  const { method = "GET", path = "/products", query = [] } = options;
  const valuesOf = (wanted: string) => query.filter(([name]) => name === wanted).map(([, value]) => value);
  return {
    resource: path,
    path,
    httpMethod: method,
    headers: {},
    multiValueHeaders: {},
    queryStringParameters: query.length > 0 ? Object.fromEntries(query) : null,
    multiValueQueryStringParameters:
      query.length > 0 ? Object.fromEntries(query.map(([name]) => [name, valuesOf(name)])) : null,
    pathParameters: options.pathParameters ?? null,
    stageVariables: null,
    requestContext: { requestId: "api-request" } as APIGatewayProxyEvent["requestContext"],
    body: options.body ?? null,
    isBase64Encoded: options.isBase64Encoded ?? false,
  };
}

/** The part of the Lambda context that the functions read. */
export const context = { awsRequestId: "lambda-request" };

/** A log that keeps its lines, parsed, the clock standing still. */
export function capturedLog(secrets: readonly string[] = []): { log: Log; lines: Record<string, unknown>[] } {
  const lines: Record<string, unknown>[] = [];
  const now = () => new Date("2026-11-22T06:25:10Z");
  return { log: createLog({ write: (line) => lines.push(JSON.parse(line)), now, secrets }), lines };
}
