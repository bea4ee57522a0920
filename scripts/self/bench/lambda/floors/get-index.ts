import https from "node:https";
import { Sha256 } from "@aws-crypto/sha256-js";
import { SignatureV4 } from "@smithy/signature-v4";

/** The floor of `get-index`: it signs and fetches, and renders nothing. */
export const handler = async () => ({
  statusCode: 200,
  headers: { "content-type": "text/html" },
  body: await fetchProducts(),
});

const {
  AWS_REGION: region = "",
  AWS_ACCESS_KEY_ID: accessKeyId = "",
  AWS_SECRET_ACCESS_KEY: secretAccessKey = "",
  AWS_SESSION_TOKEN: sessionToken,
  products_api: api = "",
} = process.env;

const url = new URL(api);
const { Agent, request } = url.protocol === "https:" ? https : await import("node:http");
const agent = new Agent({ keepAlive: true });
const signer = new SignatureV4({
  credentials: { accessKeyId, secretAccessKey, sessionToken },
  region,
  service: "execute-api",
  sha256: Sha256,
});

async function fetchProducts(): Promise<string> {
  const { headers } = await signer.sign({
    method: "GET",
    protocol: url.protocol,
    hostname: url.hostname,
    path: url.pathname,
    query: {},
    headers: { host: url.host },
  });
  return new Promise((resolve, reject) => {
    const outgoing = request(url, { headers, agent }, (response) => {
      const chunks: Buffer[] = [];
      response.on("data", (chunk: Buffer) => chunks.push(chunk));
      response.on("end", () => resolve(Buffer.concat(chunks).toString()));
    });
    outgoing.on("error", reject);
    outgoing.end();
  });
}
