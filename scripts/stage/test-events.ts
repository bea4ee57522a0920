import type { APIGatewayProxyEvent, SQSEvent } from "aws-lambda";

/** What a request of an event is; the rest of the event says nothing. */
export interface EventOptions {
  /** @default GET */
  readonly method?: string;
  /** The path below the stage. @default / */
  readonly path?: string;
  readonly pathParameters?: Readonly<Record<string, string>>;
  /** The query, in the order of the URL; a name may come again. */
  readonly query?: readonly (readonly [name: string, value: string])[];
  readonly body?: string;
  readonly isBase64Encoded?: boolean;
}

/**
 * The event that API Gateway hands to a proxy integration, for the test of a handler without its stage.
 * Source: https://docs.aws.amazon.com/apigateway/latest/developerguide/set-up-lambda-proxy-integrations.html
 *
 * @example await handler(apiEvent({ pathParameters: { id: "first" } }), { awsRequestId: "a" });
 */
export function apiEvent(options: EventOptions = {}): APIGatewayProxyEvent {
  const { method = "GET", path = "/", query = [] } = options;
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

/**
 * The event with which Lambda hands messages of a queue to a function. Their ids are `message-1`, `message-2`, …
 * @param bodies - the messages; what is not text is sent as JSON
 * Source: https://docs.aws.amazon.com/lambda/latest/dg/with-sqs.html
 *
 * @example assert.deepEqual(await handler(queueEvent([{ order: 1 }])), { batchItemFailures: [] });
 */
export function queueEvent(bodies: readonly unknown[]): SQSEvent {
  return {
    Records: bodies.map((body, index) => ({
      messageId: `message-${index + 1}`,
      receiptHandle: `receipt-${index + 1}`,
      body: typeof body === "string" ? body : JSON.stringify(body),
      attributes: {
        ApproximateReceiveCount: "1",
        SentTimestamp: "0",
        SenderId: "sender",
        ApproximateFirstReceiveTimestamp: "0",
      },
      messageAttributes: {},
      md5OfBody: "",
      eventSource: "aws:sqs",
      eventSourceARN: "arn:aws:sqs:us-east-1:111122223333:queue",
      awsRegion: "us-east-1",
    })),
  };
}
