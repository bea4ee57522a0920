import { createServer, type IncomingMessage, request, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { text } from "node:stream/consumers";

/** What a Lambda is told of its logs. */
type LoggingConfig = Readonly<Record<string, unknown>>;

/**
 * Stands between Terraform and the emulator, and remembers what moto 5 forgets: the `LoggingConfig` of a Lambda. AWS
 * gives it back; without it every plan would report a difference that is the emulator's. All else passes unchanged.
 */
export async function startEmulatorMemory(
  emulator: URL,
): Promise<{ url: string; close: () => Promise<void> }> {
  const logging = new Map<string, LoggingConfig>();
  const server = createServer(async (incoming, outgoing) => {
    const body = await text(incoming);
    const answer = await forward(emulator, incoming, body);
    const isLambda = incoming.url?.startsWith("/2015-03-31/functions") ?? false;
    const answered = isLambda ? remember(logging, incoming.url ?? "", body, answer.body) : answer.body;
    const headers = { ...answer.headers, "content-length": Buffer.byteLength(answered) };
    delete (headers as Record<string, unknown>)["transfer-encoding"];
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
  readonly body: string;
}

function forward(emulator: URL, incoming: IncomingMessage, body: string): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const { hostname, port } = emulator;
    const options = {
      hostname,
      port,
      method: incoming.method,
      path: incoming.url,
      headers: incoming.headers,
    };
    const outgoing = request(options, async (answer) =>
      resolve({ status: answer.statusCode ?? 502, headers: answer.headers, body: await text(answer) }),
    );
    outgoing.once("error", reject).end(body);
  });
}

function closeServer(server: Server): Promise<void> {
  server.closeAllConnections();
  return new Promise((closed) => server.close(() => closed()));
}
