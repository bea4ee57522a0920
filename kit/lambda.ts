/** What a Lambda behind the API is written with. A bundle has of it what it uses. */
export { type ApiHandler, createApiHandler } from "#functions/lib/api-handler";
export { createDynamoDbClient } from "#functions/lib/dynamodb-client";
export { readCredentials, readFlag, requireEnv } from "#functions/lib/env";
export { describe, InvalidRequest } from "#functions/lib/invalid-request";
export { readJsonBody } from "#functions/lib/json-body";
export { createLog, errorFields, type Log } from "#functions/lib/log";
export type { RequestToSign, SignedRequest } from "#functions/lib/request-to-sign";
export { errorResponse, jsonResponse } from "#functions/lib/response";
export {
  type Credentials,
  presignRequest,
  type SigningOptions,
  signedFetch,
  signRequest,
} from "#functions/lib/sigv4";
