import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";

/**
 * A server that reads what is no HTTP, as lenient as Node can be told to be.
 *
 * @param onRequest - is told of every request
 */
export function gullibleServer(onRequest: (request: IncomingMessage) => void): Server {
  return createServer({ insecureHTTPParser: true, requireHostHeader: false }, (incoming, outgoing) => {
    onRequest(incoming);
    incoming.resume();
    outgoing.end();
  });
}

/** A server that refuses what it cannot read at once, whatever it is still working on, as Node does by itself. */
export function hastyServer(): Server {
  return createServer({ requireHostHeader: false }, (incoming, outgoing) => {
    incoming.resume();
    setTimeout(() => outgoing.end(), 20);
  });
}

/**
 * A server without bounds but for few connections: it waits for ever, takes headers of any size, cuts them by expressions
 * that go back, keeps every body, follows JSON down with the stack, and lets pipelined requests pile up.
 */
export function boundlessServer(): Server {
  const kept: unknown[] = [];
  const answer = async (incoming: IncomingMessage, outgoing: ServerResponse): Promise<void> => {
    if (outgoing.socket === null) {
      kept.push([incoming, outgoing]);
      return;
    }
    for (const value of incoming.rawHeaders) value.split(/ *, *| *; */);
    const chunks: Buffer[] = [];
    for await (const chunk of incoming) chunks.push(chunk);
    const body = Buffer.concat(chunks);
    kept.push(body);
    outgoing.writeHead(canFollow(body.toString()) ? 200 : 500).end('{"message": "success"}');
  };
  const server = createServer(
    { maxHeaderSize: 16 * 1024 * 1024, headersTimeout: 0, requestTimeout: 0, requireHostHeader: false },
    (incoming, outgoing) => void answer(incoming, outgoing).catch(() => outgoing.destroy()),
  );
  server.maxConnections = 40;
  return server;
}

// ---------------------------------------------------------------------------------------------------- internal

/** Text that is no JSON is no fault of the server. */
function canFollow(text: string): boolean {
  try {
    depthOf(JSON.parse(text));
    return true;
  } catch (error) {
    return error instanceof SyntaxError;
  }
}

function depthOf(value: unknown): number {
  if (typeof value !== "object" || value === null) return 0;
  return 1 + Math.max(0, ...Object.values(value).map(depthOf));
}
