import { GetItemCommand } from "@aws-sdk/client-dynamodb";
import type { APIGatewayAuthorizerResult, APIGatewayTokenAuthorizerEvent } from "aws-lambda";
import { createDynamoDbClient, requireEnv } from "#kit/lambda";
import { isSameDigest, readTrackingToken } from "../lib/tracking-token";

const client = createDynamoDbClient();
const TableName = requireEnv("orders_table");

/**
 * Allows the holder of an order's token this order's route, and nothing else: the policy is kept for the token and applies
 * to its later requests, whatever they ask for.
 * Source: https://docs.aws.amazon.com/apigateway/latest/developerguide/api-gateway-lambda-authorizer-output.html
 */
export async function handler(event: APIGatewayTokenAuthorizerEvent): Promise<APIGatewayAuthorizerResult> {
  const { id, digest } = readTrackingToken(event.authorizationToken);
  const { Item } = await client.send(
    new GetItemCommand({ TableName, Key: { id: { S: id } }, ConsistentRead: true }),
  );
  // In these words API Gateway answers 401; any other error is a 500.
  if (!isSameDigest(Item?.["tracking"]?.S ?? "", digest)) throw new Error("Unauthorized");
  const [api, stage] = event.methodArn.split("/");
  return {
    principalId: Item?.["customer"]?.S ?? "",
    policyDocument: {
      Version: "2012-10-17",
      Statement: [
        { Effect: "Allow", Action: "execute-api:Invoke", Resource: `${api}/${stage}/GET/track/${id}` },
      ],
    },
  };
}
