import { once } from "node:events";
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { type HeaderLine, headerLines, headerValue, type RawRequest } from "#sigv4/request";
import { escapeControls } from "#text/printable";
import type { ServiceAnswer } from "./service-answer";
import type { ServiceCallers } from "./service-callers";

export interface ServiceGateOptions {
  /** Where an emulator answers. @default nowhere: every call fails by name */
  readonly emulator?: string;
  /** Milliseconds since the epoch. */
  readonly now: () => number;
  /** Receives a line for each call that is refused or fails. It may quote what a caller sent. */
  readonly log?: (line: string) => void;
}

/** The one address that functions find every AWS service at, DynamoDB aside. */
export interface ServiceGate {
  /** `http://127.0.0.1:PORT` */
  readonly url: string;
  /** From now on only these can call, each as far as its policies allow. */
  admit(callers: ServiceCallers): void;
  close(): Promise<void>;
}

/**
 * Listens on a free port of the loopback address for what functions ask of AWS services. A call passes if it is signed with local
 * credentials for the service that it is for, and if their policies allow its action on its resource; then it is signed anew and
 * sent to the emulator, whatever that thinks of policies. What is not known here is refused by name.
 *
 * Refused before anything is read: a Host header that is not this address, and an Origin header. SDKs send neither, web pages do.
 */
export async function startServiceGate(options: ServiceGateOptions): Promise<ServiceGate> {
  let callers: ServiceCallers = { partition: "aws", accountId: "", credentials: [], secrets: [] };
  const underWay = new AbortController();
  const server = createServer((incoming, outgoing) => {
    const url = urlOf(server);
    receive(incoming, outgoing, async (request) => {
      // Loaded with the first call: a stack without any starts sooner.
      const { answerService } = await import("./answer-service");
      const { answer, reason } = await answerService(request, callers, {
        ...options,
        url,
        signal: underWay.signal,
      });
      if (reason !== undefined) options.log?.(escapeControls(reason));
      return answer;
    });
  });
  server.on("clientError", (_error, socket) => socket.destroy());
  await once(server.listen(0, "127.0.0.1"), "listening");
  return {
    url: urlOf(server),
    admit(admitted) {
      callers = admitted;
    },
    close: () =>
      new Promise((closed) => {
        underWay.abort();
        server.close(() => closed());
        server.closeAllConnections();
      }),
  };
}

// ---------------------------------------------------------------------------------------------------- internal

/** As much as S3 objects may have here; every other service takes less. */
const MAX_BODY_BYTES = 16 * 1024 * 1024;

function urlOf(server: ReturnType<typeof createServer>): string {
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

function receive(
  incoming: IncomingMessage,
  outgoing: ServerResponse,
  handle: (request: RawRequest) => Promise<ServiceAnswer>,
): void {
  const { method = "", url = "", rawHeaders, socket } = incoming;
  const headers = headerLines(rawHeaders);
  // A client that disconnects sends nothing more and does not wait for an answer.
  incoming.on("error", () => undefined);
  outgoing.on("error", () => undefined);
  if (isForeign(headers, socket.localPort)) {
    outgoing.writeHead(403, { Connection: "close" }).end();
    return;
  }
  const chunks: Buffer[] = [];
  let length = 0;
  incoming.on("data", (chunk: Buffer) => {
    length += chunk.byteLength;
    if (length <= MAX_BODY_BYTES) chunks.push(chunk);
  });
  incoming.on("end", async () => {
    if (length > MAX_BODY_BYTES) {
      outgoing.writeHead(413, { Connection: "close" }).end();
      return;
    }
    send(await handle({ method, target: url, headers, body: Buffer.concat(chunks) }), outgoing);
  });
}

/** What a web page could have sent: by a name of its own that leads here, or from its own address. */
function isForeign(headers: readonly HeaderLine[], port: number | undefined): boolean {
  const host = headerValue(headers, "host");
  const own = [`127.0.0.1:${port}`, `localhost:${port}`];
  return host === undefined || !own.includes(host) || headerValue(headers, "origin") !== undefined;
}

function send({ status, headers, body }: ServiceAnswer, outgoing: ServerResponse): void {
  outgoing.writeHead(status, [...headers.flat(), "Content-Length", String(body.byteLength)]);
  outgoing.end(body);
}
