import { DeleteItemCommand, type DynamoDBClient, ScanCommand } from "@aws-sdk/client-dynamodb";
import { unmarshall } from "@aws-sdk/util-dynamodb";

/** A request as its sender writes it, right or wrong. All but the body are byte strings, one character for each byte. */
export interface ProductsRequest {
  readonly method: "GET" | "PUT" | "DELETE";
  /** What is behind the stage: `/products/a%20b`. */
  readonly path: string;
  /** Without the `?`; empty for none. */
  readonly query: string;
  readonly contentType?: string;
  readonly body: Uint8Array;
}

export interface ServiceAnswer {
  readonly status: number;
  readonly body: string;
}

/** What is attacked, and the table behind it. */
export interface Service {
  readonly tableName: string;
  send(request: ProductsRequest): Promise<ServiceAnswer>;
  /** What is in the table, as long as that is little. */
  items(): Promise<Items>;
  /** Empties the table. */
  clear(): Promise<void>;
}

/** The items of a table as JSON, by their code. */
export type Items = ReadonlyMap<string, string>;

/** The table behind a service, past the service. */
export function tableOf(
  client: DynamoDBClient,
  tableName: string,
): Pick<Service, "tableName" | "items" | "clear"> {
  const scan = () => client.send(new ScanCommand({ TableName: tableName }));
  return {
    tableName,
    async items() {
      const { Items = [], LastEvaluatedKey } = await scan();
      if (LastEvaluatedKey) throw new Error("the table is not small any more");
      return new Map(Items.map((item) => [String(item["code"]?.S), toJson(unmarshall(item))]));
    },
    async clear() {
      for (let page = await scan(); page.Items?.length; page = await scan()) {
        for (const { code } of page.Items)
          await client.send(
            new DeleteItemCommand({ TableName: tableName, Key: { code: code ?? { S: "" } } }),
          );
      }
    },
  };
}

// ---------------------------------------------------------------------------------------------------- internal

/** Members in the order of the contract, and behind them any others. */
function toJson({ code, name, itemPrice, inStockQty, category, ...others }: Record<string, unknown>): string {
  return JSON.stringify({ code, name, itemPrice, inStockQty, category, ...others });
}
