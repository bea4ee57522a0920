import { DynamoDBClient, ScanCommand } from "@aws-sdk/client-dynamodb";
import { unmarshall } from "@aws-sdk/util-dynamodb";
import type { LocalCredentials } from "#iam/identity";
import { loadModel } from "#load/load-model";
import { type LocalApi, startLocal } from "#local/start";
import { answerQuestions } from "#self/bench/program";
import { ACCOUNT_ID } from "../../support/api-terraform";
import { SEED } from "../../support/local-gateway";

/** What the gateway serves, and where it keeps it. */
export interface KeptGatewayOptions {
  /** The path of the synthesized Terraform. */
  readonly terraform: string;
  /** What physical names begin with. */
  readonly prefix: string;
  /** @default in memory */
  readonly dataDirectory?: string;
}

/** Where the gateway is, and who may write. */
export interface KeptGateway {
  readonly pid: number;
  readonly url: string;
  readonly writer: LocalCredentials | undefined;
}

let api: LocalApi | undefined;
let tableName = "";

const questions = {
  async start({ terraform, prefix, dataDirectory }: KeptGatewayOptions): Promise<KeptGateway> {
    const model = loadModel({ terraform, identity: { accountId: ACCOUNT_ID, seed: SEED } });
    tableName = model.tables[0]?.name ?? "";
    const accountLimit = { rate: 1e9, burst: 1e9 };
    api = await startLocal({ model, prefix, seed: SEED, dataDirectory, accountLimit });
    const writer = api.credentials.find(({ profile }) => profile === "writer");
    return { pid: process.pid, url: api.url, writer };
  },
  /** All that is in the table, as JSON by its code. */
  async items(): Promise<readonly (readonly [code: string, item: string])[]> {
    const client = new DynamoDBClient(api?.dynamoDb ?? {});
    const items: [code: string, item: string][] = [];
    let startKey: ScanCommand["input"]["ExclusiveStartKey"];
    do {
      const page = await client.send(new ScanCommand({ TableName: tableName, ExclusiveStartKey: startKey }));
      for (const item of page.Items ?? []) {
        const { code, name, itemPrice, inStockQty, category } = unmarshall(item);
        items.push([code, JSON.stringify({ code, name, itemPrice, inStockQty, category })]);
      }
      startKey = page.LastEvaluatedKey;
    } while (startKey);
    client.destroy();
    return items;
  },
};

/** A gateway in a process of its own, to be killed. */
export type KeptGatewayProgram = typeof questions;

answerQuestions(questions, async () => api?.close());
