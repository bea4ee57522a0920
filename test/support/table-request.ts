import { sign } from "aws4";
import type { RawRequest } from "#sigv4/request";
import type { ClientCredentials } from "./signing-clients";

/** What a test asks of DynamoDB. */
export interface TableRequest {
  /** `GetItem`; without one, the request has no `X-Amz-Target`. */
  readonly operation?: string;
  readonly input: unknown;
  readonly credentials: ClientCredentials;
  readonly region: string;
  /** @default dynamodb */
  readonly service?: string;
  /** `127.0.0.1:8000` */
  readonly host?: string;
  /** `20261122T101530Z` @default now */
  readonly date?: string;
}

/** A request to DynamoDB, signed by `aws4`. */
export function signTableRequest(request: TableRequest): RawRequest {
  const { operation, input, credentials, region, service = "dynamodb", host = "127.0.0.1:8000" } = request;
  const body = JSON.stringify(input);
  const { headers } = sign(
    {
      method: "POST",
      path: "/",
      headers: {
        Host: host,
        "Content-Type": "application/x-amz-json-1.0",
        ...(operation && { "X-Amz-Target": `DynamoDB_20120810.${operation}` }),
        ...(request.date && { "X-Amz-Date": request.date }),
      },
      body,
      service,
      region,
    },
    { ...credentials },
  );
  return {
    method: "POST",
    target: "/",
    headers: Object.entries(headers).map(([name, value]) => [name, String(value)]),
    body: Buffer.from(body),
  };
}
