import { QueryCommand } from "@aws-sdk/client-dynamodb";
import type { ScheduledEvent } from "aws-lambda";
import { createDynamoDbClient, createLog, requireEnv } from "#kit/lambda";
import { callAws } from "../lib/aws-json";

const client = createDynamoDbClient();
const log = createLog();
const TableName = requireEnv("invoices_table");
const Name = requireEnv("least_parameter");

/** Warns if the day before had fewer invoices than the parameter says. */
export async function handler({ time }: Pick<ScheduledEvent, "time">): Promise<{ readonly count: number }> {
  const day = new Date(Date.parse(time) - 24 * 60 * 60 * 1000).toISOString().slice(0, 10);
  const least = Number(await parameter());
  const { Count: count = 0 } = await client.send(
    new QueryCommand({
      TableName,
      IndexName: "by-day",
      Select: "COUNT",
      KeyConditionExpression: "#day = :day",
      ExpressionAttributeNames: { "#day": "day" },
      ExpressionAttributeValues: { ":day": { S: day } },
    }),
  );
  log(count < least ? "WARN" : "INFO", "Invoices of the day", { day, count, least });
  return { count };
}

async function parameter(): Promise<string> {
  const answer = (await callAws("ssm", "AmazonSSM.GetParameter", { Name })) as {
    readonly Parameter: { readonly Value: string };
  };
  return answer.Parameter.Value;
}
