import https from "node:https";
import { Sha256 } from "@aws-crypto/sha256-js";
import { SignatureV4 } from "@smithy/signature-v4";

/**
 * The floor of `get-products`: the same request to DynamoDB, signed by hand and sent with `node:https`, without an SDK,
 * a check, a retry or a log.
 */
export const handler = async () => {
  const { Items } = await scan(11);
  const products = Items.slice(0, 10).map(toProduct);
  return {
    statusCode: 200,
    headers: { "content-type": "application/json" },
    body: JSON.stringify({ products }),
  };
};

interface Item {
  readonly code: { readonly S: string };
  readonly name: { readonly S: string };
  readonly itemPrice: { readonly S: string };
  readonly inStockQty: { readonly N: string };
  readonly category: { readonly L: readonly { readonly S: string }[] };
}

const {
  AWS_REGION: region = "",
  AWS_ACCESS_KEY_ID: accessKeyId = "",
  AWS_SECRET_ACCESS_KEY: secretAccessKey = "",
  AWS_SESSION_TOKEN: sessionToken,
  AWS_ENDPOINT_URL_DYNAMODB: endpoint,
  products_table: TableName,
} = process.env;

const url = new URL(endpoint ?? `https://dynamodb.${region}.amazonaws.com`);
const { Agent, request } = url.protocol === "https:" ? https : await import("node:http");
const agent = new Agent({ keepAlive: true });
const signer = new SignatureV4({
  credentials: { accessKeyId, secretAccessKey, sessionToken },
  region,
  service: "dynamodb",
  sha256: Sha256,
});

async function scan(Limit: number): Promise<{ readonly Items: readonly Item[] }> {
  const body = JSON.stringify({ TableName, Limit });
  const { headers } = await signer.sign({
    method: "POST",
    protocol: url.protocol,
    hostname: url.hostname,
    path: "/",
    query: {},
    headers: {
      host: url.host,
      "content-type": "application/x-amz-json-1.0",
      "x-amz-target": "DynamoDB_20120810.Scan",
    },
    body,
  });
  return new Promise((resolve, reject) => {
    const outgoing = request(url, { method: "POST", headers, agent }, (response) => {
      const chunks: Buffer[] = [];
      response.on("data", (chunk: Buffer) => chunks.push(chunk));
      response.on("end", () => resolve(JSON.parse(Buffer.concat(chunks).toString())));
    });
    outgoing.on("error", reject);
    outgoing.end(body);
  });
}

function toProduct({ code, name, itemPrice, inStockQty, category }: Item) {
  return {
    code: code.S,
    name: name.S,
    itemPrice: itemPrice.S,
    inStockQty: Number(inStockQty.N),
    category: category.L.map(({ S }) => S),
  };
}
