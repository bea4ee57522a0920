import { Agent, request } from "node:http";
import { Agent as SecureAgent, request as secureRequest } from "node:https";

/** An answer, its body read as UTF-8. */
interface HttpResponse {
  readonly status: number;
  readonly body: string;
}

/** Sends a GET request. Rejects where no whole answer came. */
export type HttpGet = (url: URL, headers: Readonly<Record<string, string>>) => Promise<HttpResponse>;

interface HttpGetOptions {
  /** How long the connection, TLS included, may take, in milliseconds. */
  readonly connectTimeout: number;
  /** How long the whole answer may take once there is a connection, in milliseconds. */
  readonly readTimeout: number;
}

/**
 * Builds a GET over kept-alive connections. The server may close an idle one at any moment, also in the one in which a
 * request is written to it: such a request is sent once more, on a connection of its own. A GET may be repeated.
 *
 * @see https://nodejs.org/api/http.html#requestreusedsocket
 */
export function createHttpGet(options: HttpGetOptions): HttpGet {
  const agents = {
    "http:": new Agent({ keepAlive: true }),
    "https:": new SecureAgent({ keepAlive: true }),
  };
  return async (url, headers) => {
    const agent = url.protocol === "https:" ? agents["https:"] : agents["http:"];
    try {
      return await send(url, headers, options, agent);
    } catch (error) {
      if (error instanceof StaleConnection) return send(url, headers, options, false);
      throw error;
    }
  };
}

/** A connection that had served before was gone before an answer began. */
class StaleConnection extends Error {
  override readonly name = "StaleConnection";
}

function send(
  url: URL,
  headers: Readonly<Record<string, string>>,
  { connectTimeout, readTimeout }: HttpGetOptions,
  agent: Agent | false,
): Promise<HttpResponse> {
  return new Promise((resolve, reject) => {
    const outgoing = (url.protocol === "https:" ? secureRequest : request)(url, { headers, agent });
    const expire = (what: string, after: number) =>
      setTimeout(() => outgoing.destroy(new Error(`${what} within ${after} ms`)), after);
    let timer = expire("No connection", connectTimeout);
    const connected = () => {
      clearTimeout(timer);
      timer = expire("No whole answer", readTimeout);
    };
    outgoing.once("socket", (socket) => {
      if (outgoing.reusedSocket) connected();
      else socket.once(url.protocol === "https:" ? "secureConnect" : "connect", connected);
    });
    let answered = false;
    outgoing.once("response", (response) => {
      answered = true;
      const chunks: Buffer[] = [];
      response.on("data", (chunk: Buffer) => chunks.push(chunk));
      response.on("error", reject);
      response.once("end", () => {
        resolve({ status: response.statusCode ?? 0, body: Buffer.concat(chunks).toString() });
      });
    });
    outgoing.on("error", (cause: NodeJS.ErrnoException) => {
      const isStale =
        outgoing.reusedSocket && !answered && (cause.code === "ECONNRESET" || cause.code === "EPIPE");
      reject(isStale ? new StaleConnection("The kept connection was closed", { cause }) : cause);
    });
    outgoing.once("close", () => clearTimeout(timer));
    outgoing.end();
  });
}
