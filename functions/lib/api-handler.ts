import type { APIGatewayProxyEvent, APIGatewayProxyResult, Context } from "aws-lambda";
import { errorFields, type Log } from "./log";
import { errorResponse } from "./response";

/** A Lambda behind an API Gateway proxy integration; of the context, only the request id is used. */
export type ApiHandler = (
  event: APIGatewayProxyEvent,
  context: Pick<Context, "awsRequestId">,
) => Promise<APIGatewayProxyResult>;

/**
 * Wraps the translation from event to answer with what all functions share: the request id on every line of the log,
 * a line for each answer, and an answer for each error. Never throws.
 *
 * @param answer - may throw; gets a log that knows the request
 * @param allowOrigin - the origin whose pages may read the answers, or `*`; by default what `Cors` of
 * `modules/cors.ts` has set, if it has
 */
export function createApiHandler(
  log: Log,
  answer: (event: APIGatewayProxyEvent, log: Log) => Promise<APIGatewayProxyResult>,
  allowOrigin = process.env["allow_origin"],
): ApiHandler {
  return async (event, context) => {
    // A test event of the Lambda console has no request context.
    const ids = { requestId: context.awsRequestId, apiRequestId: event.requestContext?.requestId };
    const requestLog: Log = (level, message, fields) => log(level, message, { ...ids, ...fields });
    const result = await answer(event, requestLog).catch((error: unknown) => {
      const response = errorResponse(error);
      if (response.statusCode >= 500) requestLog("ERROR", "The request failed", errorFields(error));
      return response;
    });
    requestLog("INFO", `${event.httpMethod} ${event.path} ${result.statusCode}`);
    return allowOrigin ? withHeader(result, "access-control-allow-origin", allowOrigin) : result;
  };
}

function withHeader(result: APIGatewayProxyResult, name: string, value: string): APIGatewayProxyResult {
  return { ...result, headers: { ...result.headers, [name]: value } };
}
