import { createServer, type IncomingMessage, request, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { buffer } from "node:stream/consumers";

/** What a Lambda is told of its logs. */
type LoggingConfig = Readonly<Record<string, unknown>>;

/**
 * Stands between Terraform and the emulator, and remembers what moto 5 cannot: the `LoggingConfig` of a Lambda, which it
 * forgets, so that every plan would report a difference; and the policies of S3 buckets, which it applies without their
 * conditions, so that one that refuses requests without TLS refuses all. The redrive policy of a queue it writes with
 * spaces, which AWS does not: Terraform would report a difference. All else passes unchanged.
 * conditions, so that one that refuses requests without TLS refuses all. The resource policy of a REST API is answered with
 * escaped quotes, as API Gateway does and moto does not. All else passes unchanged.
 * @param account - which account of the emulator the requests are for
 * Source: https://docs.getmoto.org/en/latest/docs/multi_account.html
 */
export async function startEmulatorMemory(
  emulator: URL,
  account: string,
): Promise<{ url: string; close: () => Promise<void> }> {
  const logging = new Map<string, LoggingConfig>();
  const bucketPolicies = new Map<string, string>();
  const server = createServer(async (incoming, outgoing) => {
    const { method = "", url = "" } = incoming;
    const body = await buffer(incoming);
    const bucket = /^\/([a-z0-9.-]+)\/?\?policy=?$/.exec(url)?.[1];
    if (bucket !== undefined && (method !== "GET" || bucketPolicies.has(bucket))) {
      outgoing.writeHead(method === "GET" ? 200 : 204).end(bucketPolicies.get(bucket));
      if (method === "PUT") bucketPolicies.set(bucket, body.toString());
      if (method === "DELETE") bucketPolicies.delete(bucket);
      return;
    }
    const answer = await forward(emulator, account, incoming, body);
    const answered = url.startsWith("/2015-03-31/functions")
      ? remember(logging, url, body.toString(), answer.body.toString())
      : incoming.headers["x-amz-target"] === "AmazonSQS.GetQueueAttributes"
        ? withoutSpaces(answer.body.toString())
        : /^\/restapis(\/\w+)?(\?|$)/.test(url)
          ? escapePolicy(answer.body.toString())
          : answer.body;
    const headers = { ...answer.headers };
    // What is said of a HEAD request's answer is the length of a body that does not come.
    if (method !== "HEAD") headers["content-length"] = String(Buffer.byteLength(answered));
    delete headers["transfer-encoding"];
    outgoing.writeHead(answer.status, headers).end(answered);
  });
  await new Promise<void>((listening) => server.listen(0, "127.0.0.1", listening));
  const { port } = server.address() as AddressInfo;
  return { url: `http://127.0.0.1:${port}`, close: () => closeServer(server) };
}

/** Notes the configuration that a request sets, and adds what was noted to an answer that describes a function. */
function remember(logging: Map<string, LoggingConfig>, path: string, sent: string, received: string): string {
  const asked = parseObject(sent);
  const answer = parseObject(received);
  if (!answer) return received;
  const named = /\/functions\/([^/]+)/.exec(path)?.[1];
  const name = (asked?.FunctionName as string | undefined) ?? named;
  if (name && asked?.LoggingConfig) logging.set(name, asked.LoggingConfig as LoggingConfig);
  for (const described of [answer, answer.Configuration as Record<string, unknown> | undefined]) {
    const config = logging.get(String(described?.FunctionName));
    if (described && config) described.LoggingConfig = config;
  }
  return JSON.stringify(answer);
}

/** The attributes of a queue, with its redrive policy as AWS writes it. */
function withoutSpaces(received: string): string {
  const answer = parseObject(received);
  const attributes = answer?.Attributes as Record<string, string> | undefined;
  const policy = parseObject(attributes?.RedrivePolicy ?? "");
  if (!policy) return received;
  return JSON.stringify({ ...answer, Attributes: { ...attributes, RedrivePolicy: JSON.stringify(policy) } });
}

/** Source: https://docs.aws.amazon.com/apigateway/latest/api/API_RestApi.html ("policy: A stringified JSON policy document") */
function escapePolicy(received: string): string {
  const answer = parseObject(received);
  if (typeof answer?.policy !== "string") return received;
  return JSON.stringify({ ...answer, policy: JSON.stringify(answer.policy).slice(1, -1) });
}

function parseObject(json: string): Record<string, unknown> | undefined {
  try {
    const value: unknown = JSON.parse(json);
    return typeof value === "object" && value !== null ? (value as Record<string, unknown>) : undefined;
  } catch {
    return undefined;
  }
}

interface Answer {
  readonly status: number;
  readonly headers: IncomingMessage["headers"];
  readonly body: Buffer;
}

function forward(emulator: URL, account: string, incoming: IncomingMessage, body: Buffer): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const { hostname, port } = emulator;
    const options = {
      hostname,
      port,
      method: incoming.method,
      path: incoming.url,
      headers: { ...incoming.headers, "x-moto-account-id": account },
    };
    const outgoing = request(options, async (answer) =>
      resolve({ status: answer.statusCode ?? 502, headers: answer.headers, body: await buffer(answer) }),
    );
    outgoing.once("error", reject).end(body);
  });
}

function closeServer(server: Server): Promise<void> {
  server.closeAllConnections();
  return new Promise((closed) => server.close(() => closed()));
}
