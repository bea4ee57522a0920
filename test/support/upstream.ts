import { createServer as createHttpServer } from "node:http";
import { type AddressInfo, createServer, type Server, type Socket } from "node:net";

/** A server of this machine behind an integration. */
export interface Upstream {
  /** `http://127.0.0.1:41234` */
  readonly url: string;
  close(): Promise<void>;
}

/** Answers every request with what it was, as JSON, and with the status that its path ends with. */
export async function startEcho(): Promise<Upstream> {
  const server = createHttpServer((incoming, outgoing) => {
    const chunks: Buffer[] = [];
    incoming.on("data", (chunk: Buffer) => chunks.push(chunk));
    incoming.on("end", () => {
      const url = new URL(incoming.url ?? "", "http://echo");
      const answer = {
        method: incoming.method,
        path: incoming.url,
        args: Object.fromEntries(
          [...new Set(url.searchParams.keys())].map((name) => [
            name,
            url.searchParams.getAll(name).join(","),
          ]),
        ),
        headers: incoming.headers,
        data: Buffer.concat(chunks).toString(),
      };
      outgoing.writeHead(Number(/\/status\/(\d+)/.exec(url.pathname)?.[1] ?? 200), {
        "Content-Type": "application/json",
        "X-Own": "echo",
        "x-amzn-requestid": "upstream",
      });
      outgoing.end(JSON.stringify(answer));
    });
  });
  return listening(server, () => server.closeAllConnections());
}

/** Answers every connection with bytes, once the first of its own have come. */
export async function startRaw(answer: (socket: Socket, first: Buffer) => void): Promise<Upstream> {
  const sockets = new Set<Socket>();
  const server = createServer((socket) => {
    sockets.add(socket);
    socket.on("error", () => undefined).once("data", (first) => answer(socket, first));
  });
  return listening(server, () => {
    for (const socket of sockets) socket.destroy();
  });
}

// ---------------------------------------------------------------------------------------------------- internal

async function listening(server: Server, end: () => void): Promise<Upstream> {
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    close: () =>
      new Promise((closed) => {
        server.close(() => closed());
        end();
      }),
  };
}
