import { DynamoDBClient } from "@aws-sdk/client-dynamodb";
import { REGION } from "../../support/api-terraform";
import type { LocalGateway } from "../../support/local-gateway";
import { bodyText, exchange } from "../../support/raw-exchange";
import { signByRules } from "../../support/sigv4-rules";
import { type Service, tableOf } from "./service";

/** The API over its socket: each request is signed as it is, byte for byte, by a caller that may do everything. */
export function gatewayService(gateway: LocalGateway, tableName: string): Service {
  const client = new DynamoDBClient(gateway.api.dynamoDb);
  const { accessKeyId, secretAccessKey, sessionToken } = gateway.credentials("writer");
  return {
    ...tableOf(client, tableName),
    async send({ method, path, query, contentType, body }) {
      const request = {
        method,
        target: `/dev${path}${query && `?${query}`}`,
        headers: [
          ["Host", gateway.host] as const,
          ...(contentType === undefined ? [] : [["Content-Type", contentType] as const]),
        ],
        body,
      };
      const date = new Date().toISOString().replace(/[-:]|\.\d+/g, "");
      const caller = { accessKeyId, secretAccessKey, sessionToken };
      const answer = await exchange(gateway.url, signByRules(request, caller, { date, region: REGION }));
      return { status: answer.status, body: bodyText(answer) };
    },
  };
}
