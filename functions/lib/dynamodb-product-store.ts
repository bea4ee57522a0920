import {
  type AttributeValue,
  DeleteItemCommand,
  type DynamoDBClient,
  GetItemCommand,
  PutItemCommand,
  ScanCommand,
} from "@aws-sdk/client-dynamodb";
import { marshall, unmarshall } from "@aws-sdk/util-dynamodb";
import { type Product, toProduct } from "./product";
import type { ProductPage, ProductStore } from "./product-store";

/**
 * Keeps the products in a DynamoDB table whose partition key is the string `code`. Each method is one action of
 * DynamoDB, and needs the permission for that one alone: Scan, GetItem, PutItem, DeleteItem.
 */
export function createDynamoDbProductStore(client: DynamoDBClient, tableName: string): ProductStore {
  return {
    list: (limit, after) => scanPage(client, tableName, limit, after),

    async get(code) {
      // Consistent, so that a product can be read as soon as its PUT was answered.
      const command = new GetItemCommand({
        TableName: tableName,
        Key: marshall({ code }),
        ConsistentRead: true,
      });
      const { Item } = await client.send(command);
      return Item && fromItem(Item);
    },

    // Of a write that was done and whose answer was lost, the next attempt finds the product there: "replaced".
    async put(product) {
      const Item = marshall(product);
      const command = new PutItemCommand({ TableName: tableName, Item, ReturnValues: "ALL_OLD" });
      const { Attributes } = await client.send(command);
      return Attributes ? "replaced" : "created";
    },

    async remove(code) {
      await client.send(new DeleteItemCommand({ TableName: tableName, Key: marshall({ code }) }));
    },
  };
}

/**
 * Reads one item more than the page holds: DynamoDB's `LastEvaluatedKey` also comes where nothing follows, and a page
 * of its own ends after 1 MB, however few items that are.
 *
 * @see https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/Scan.html#Scan.Pagination
 */
async function scanPage(
  client: DynamoDBClient,
  tableName: string,
  limit: number,
  after: string | undefined,
): Promise<ProductPage> {
  const items: Record<string, AttributeValue>[] = [];
  let startKey = after === undefined ? undefined : marshall({ code: after });
  do {
    const missing = limit + 1 - items.length;
    const command = new ScanCommand({ TableName: tableName, Limit: missing, ExclusiveStartKey: startKey });
    const { Items = [], LastEvaluatedKey } = await client.send(command);
    items.push(...Items);
    startKey = LastEvaluatedKey;
  } while (startKey && items.length <= limit);
  const products = items.slice(0, limit).map(fromItem);
  return { products, next: items.length > limit ? products.at(-1)?.code : undefined };
}

/** @throws Error if another program wrote an item that is not a product: a fault to fix in the table, not to hide */
function fromItem(item: Record<string, AttributeValue>): Product {
  const product = toProduct(unmarshall(item));
  if (!product)
    throw new Error(`The item with the code ${JSON.stringify(item["code"]?.S)} is not a product.`);
  return product;
}
