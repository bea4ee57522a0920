import { execFile } from "node:child_process";
import { createHash } from "node:crypto";
import { cpSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import { createServer as createHttp2Server } from "node:http2";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { dirname, join, relative } from "node:path";
import { buffer } from "node:stream/consumers";
import { pathToFileURL } from "node:url";
import { promisify } from "node:util";
import { unzipSync } from "fflate";
import { bundleFunction, DEFAULT_RUNTIME } from "#modules/bundle/bundle";
import { PROJECT_ROOT } from "#self/repository";

/**
 * Bundles and runs what Lambdas use most, as a function that says nothing of its bundling. The packages are installed once,
 * below `.build`; registries list how often each is downloaded.
 */

const run = promisify(execFile);

/** What each function does; it answers "ok" only where its package works. */
const FUNCTIONS: Readonly<Record<string, string>> = {
  "@aws-sdk/client-s3": `
    import { PutObjectCommand, S3Client } from "@aws-sdk/client-s3";
    const client = new S3Client({ forcePathStyle: true });
    export const handler = async () => {
      await client.send(new PutObjectCommand({ Bucket: "b", Key: "k", Body: "x" }));
      return "ok";
    };`,
  "@aws-sdk/client-sqs": `
    import { SendMessageCommand, SQSClient } from "@aws-sdk/client-sqs";
    const client = new SQSClient({});
    export const handler = async () => {
      await client.send(new SendMessageCommand({ QueueUrl: process.env.AWS_ENDPOINT_URL + "/1/q", MessageBody: "x" }));
      return "ok";
    };`,
  "@aws-sdk/client-sns": `
    import { PublishCommand, SNSClient } from "@aws-sdk/client-sns";
    const client = new SNSClient();
    export const handler = async () => {
      const { MessageId } = await client.send(new PublishCommand({ TopicArn: "arn:aws:sns:us-east-1:1:t", Message: "x" }));
      return MessageId === "1" && "ok";
    };`,
  "@aws-sdk/lib-dynamodb": `
    import { DynamoDBClient } from "@aws-sdk/client-dynamodb";
    import { DynamoDBDocumentClient, GetCommand } from "@aws-sdk/lib-dynamodb";
    const client = DynamoDBDocumentClient.from(new DynamoDBClient({}));
    export const handler = async () => {
      await client.send(new GetCommand({ TableName: "t", Key: { id: "1" } }));
      return "ok";
    };`,
  "@aws-sdk/client-secrets-manager": `
    import { GetSecretValueCommand, SecretsManagerClient } from "@aws-sdk/client-secrets-manager";
    const client = new SecretsManagerClient({});
    export const handler = async () => {
      await client.send(new GetSecretValueCommand({ SecretId: "s" }));
      return "ok";
    };`,
  "@aws-sdk/client-ssm": `
    import { GetParameterCommand, SSMClient } from "@aws-sdk/client-ssm";
    const client = new SSMClient({});
    export const handler = async () => {
      await client.send(new GetParameterCommand({ Name: "/p" }));
      return "ok";
    };`,
  "@aws-sdk/client-bedrock-runtime": `
    import { BedrockRuntimeClient, InvokeModelCommand, InvokeModelWithResponseStreamCommand } from "@aws-sdk/client-bedrock-runtime";
    const client = new BedrockRuntimeClient({ endpoint: process.env.HTTP2_URL });
    export const handler = async () => {
      await client.send(new InvokeModelCommand({ modelId: "m", body: "{}" }));
      const { body } = await client.send(new InvokeModelWithResponseStreamCommand({ modelId: "m", body: "{}" }));
      for await (const _ of body) return "an event";
      return "ok";
    };`,
  "@aws-lambda-powertools/logger": `
    import { Logger } from "@aws-lambda-powertools/logger";
    const logger = new Logger({ serviceName: "s" });
    export const handler = async () => { logger.info("said"); return "ok"; };`,
  "@aws-lambda-powertools/tracer": `
    import { Tracer } from "@aws-lambda-powertools/tracer";
    import { ListQueuesCommand, SQSClient } from "@aws-sdk/client-sqs";
    const client = new Tracer({ serviceName: "s" }).captureAWSv3Client(new SQSClient({}));
    export const handler = async () => { await client.send(new ListQueuesCommand({})); return "ok"; };`,
  "@aws-lambda-powertools/metrics": `
    import { Metrics } from "@aws-lambda-powertools/metrics";
    const metrics = new Metrics({ namespace: "n", serviceName: "s" });
    export const handler = async () => { metrics.addMetric("a", "Count", 1); metrics.publishStoredMetrics(); return "ok"; };`,
  "@middy/core": `
    import middy from "@middy/core";
    export const handler = middy().handler(async () => "ok");`,
  axios: `
    import axios from "axios";
    export const handler = async () => (await axios.get(process.env.AWS_ENDPOINT_URL)).status === 200 && "ok";`,
  got: `
    import got from "got";
    export const handler = async () => (await got(process.env.AWS_ENDPOINT_URL)).statusCode === 200 && "ok";`,
  "node-fetch": `
    import fetch from "node-fetch";
    export const handler = async () => (await fetch(process.env.AWS_ENDPOINT_URL)).status === 200 && "ok";`,
  "node-fetch, required": `
    const call = async () => (await require("node-fetch")(process.env.AWS_ENDPOINT_URL)).status === 200 && "ok";
    export { call as handler };`,
  pg: `
    import pg, { Client } from "pg";
    const refused = ({ code }) => code === "ECONNREFUSED" && "ok";
    export const handler = async () => {
      await new pg.Pool({ host: "127.0.0.1", port: 1 }).query("select 1").catch(refused);
      return new Client({ host: "127.0.0.1", port: 1 }).connect().catch(refused);
    };`,
  mysql2: `
    import mysql from "mysql2/promise";
    export const handler = () =>
      mysql.createConnection({ host: "127.0.0.1", port: 1 }).catch(({ code }) => code === "ECONNREFUSED" && "ok");`,
  ioredis: `
    import Redis from "ioredis";
    export const handler = async () => {
      const client = new Redis({ host: "127.0.0.1", port: 1, lazyConnect: true, retryStrategy: () => null });
      client.on("error", () => {});
      return client.connect().catch(() => "ok");
    };`,
  pino: `
    import pino from "pino";
    const logger = pino();
    export const handler = async () => { logger.info("said"); return "ok"; };`,
  winston: `
    import winston from "winston";
    const logger = winston.createLogger({ transports: [new winston.transports.Console()] });
    export const handler = async () => { logger.info("said"); return "ok"; };`,
  uuid: `
    import { v4 } from "uuid";
    export const handler = async () => v4().length === 36 && "ok";`,
  zod: `
    import { z } from "zod";
    export const handler = async () => z.object({ said: z.string() }).parse({ said: "ok" }).said;`,
  lodash: `
    import _ from "lodash";
    export const handler = async () => _.get({ a: { b: "ok" } }, "a.b");`,
  jsonwebtoken: `
    import jwt from "jsonwebtoken";
    export const handler = async () => jwt.verify(jwt.sign({ said: "ok" }, "s"), "s").said;`,
  "express with serverless-http": `
    import express from "express";
    import serverless from "serverless-http";
    const app = express();
    app.get("/", (request, response) => response.send("ok"));
    const serve = serverless(app);
    export const handler = async () => (await serve({ httpMethod: "GET", path: "/", headers: {} }, {})).body;`,
};

const folder = join(PROJECT_ROOT, ".build", "lambda-packages");
const fixture = join(PROJECT_ROOT, "test", "fixtures", "lambda-packages", "package.json");

/** Who signed which requests. */
const signers = new Set<string>();
const env: Record<string, string> = {};

/** Answers as the services do, as far as their clients look. */
async function answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
  const { authorization } = request.headers;
  if (authorization !== undefined)
    signers.add(/Credential=([^/]+)/.exec(authorization)?.[1] ?? authorization);
  const body = (await buffer(request)).toString();
  if (body.includes("Action=Publish")) {
    response.setHeader("content-type", "text/xml");
    response.end(
      "<PublishResponse><PublishResult><MessageId>1</MessageId></PublishResult></PublishResponse>",
    );
    return;
  }
  response.setHeader("content-type", "application/json");
  const { MessageBody: message }: { MessageBody?: string } = body.startsWith("{") ? JSON.parse(body) : {};
  response.end(
    JSON.stringify(message ? { MD5OfMessageBody: createHash("md5").update(message).digest("hex") } : {}),
  );
}

const server = createServer((request, response) => void answer(request, response));
const http2 = createHttp2Server((request, response) => {
  const isStream = request.url.includes("stream");
  response.setHeader("content-type", isStream ? "application/vnd.amazon.eventstream" : "application/json");
  response.end(isStream ? "" : "{}");
});

beforeAll(async () => {
  mkdirSync(folder, { recursive: true });
  const installed = join(folder, "installed.json");
  const wanted = readFileSync(fixture, "utf8");
  if (!existsSync(installed) || readFileSync(installed, "utf8") !== wanted) {
    cpSync(fixture, join(folder, "package.json"));
    await run("npm", ["install", "--no-audit", "--no-fund", "--ignore-scripts"], { cwd: folder });
    writeFileSync(installed, wanted);
  }
  await new Promise<void>((listening) => server.listen(0, "127.0.0.1", listening));
  await new Promise<void>((listening) => http2.listen(0, "127.0.0.1", listening));
  env["AWS_ENDPOINT_URL"] = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  env["HTTP2_URL"] = `http://127.0.0.1:${(http2.address() as AddressInfo).port}`;
}, 600_000);
afterAll(() => {
  server.closeAllConnections();
  server.close();
  http2.close();
});

const LAMBDA = {
  AWS_REGION: "us-east-1",
  AWS_ACCESS_KEY_ID: "ASIAEXAMPLE",
  AWS_SECRET_ACCESS_KEY: "secret",
  AWS_SESSION_TOKEN: "token",
  AWS_LAMBDA_FUNCTION_NAME: "f",
  AWS_XRAY_CONTEXT_MISSING: "IGNORE_ERROR",
  AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED: "true",
  _HANDLER: "index.handler",
};

test.each(Object.entries(FUNCTIONS))("a function with %s is bundled and answers", async (name, code) => {
  const entry = join(folder, name.replaceAll(/\W+/g, "-"), "index.ts");
  mkdirSync(dirname(entry), { recursive: true });
  writeFileSync(entry, code);
  const { path } = bundleFunction(relative(PROJECT_ROOT, entry), DEFAULT_RUNTIME);
  const task = mkdtempSync(join(tmpdir(), "task-"));
  signers.clear();
  try {
    writeFileSync(join(task, "index.mjs"), unzipSync(readFileSync(path))["index.mjs"] ?? "");
    const script = `
      const { handler } = await import(${JSON.stringify(pathToFileURL(join(task, "index.mjs")))});
      const result = await handler({}, {});
      process.stderr.write("answer: " + result, () => process.exit());`;
    const { stderr } = await run(process.execPath, ["--input-type=module", "--eval", script], {
      env: { ...LAMBDA, LAMBDA_TASK_ROOT: task, ...env },
    });
    expect(stderr.slice(stderr.lastIndexOf("answer: "))).toBe("answer: ok");
    expect([...signers].filter((signer) => signer !== "ASIAEXAMPLE")).toEqual([]);
  } finally {
    rmSync(task, { recursive: true });
  }
});
