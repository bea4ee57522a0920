import { once } from "node:events";
import { connect, type Socket } from "node:net";
import { type Answer, createAnswerReader } from "./answer-reader";
import { percentile } from "./statistics";

/** A load for a server. */
export interface Load {
  /** On 127.0.0.1. */
  readonly port: number;
  /** The bytes of the requests, which are sent in turn and repeatedly. */
  readonly requests: readonly string[];
  /** The total number of requests. */
  readonly count: number;
  /** Keep-alive connections, each with one request at a time. */
  readonly connections: number;
}

/** The result of a load. */
export interface LoadResult {
  readonly seconds: number;
  readonly requestsPerSecond: number;
  readonly p50Milliseconds: number;
  readonly p99Milliseconds: number;
  /**
   * What sending and receiving took of this process, for each request: if it is less than the server's, the generator
   * is not the bottleneck.
   */
  readonly cpuMicroseconds: number;
}

/**
 * Sends requests on several connections. Each connection sends its next request after the last one is answered.
 * @throws Error if an answer has another status than 200, or a connection ends: a refusal is fast, and must not be measured
 */
export async function applyLoad({ port, requests, count, connections }: Load): Promise<LoadResult> {
  const bytes = requests.map((request) => Buffer.from(request, "latin1"));
  const latencies = new Float64Array(count);
  let sent = 0;
  let answered = 0;

  /** Sends one request after the other until there are no more. */
  const work = (socket: Socket): Promise<void> =>
    new Promise((resolve, reject) => {
      let sentAt = 0;
      const sendNext = (): void => {
        if (sent === count) {
          resolve();
          return;
        }
        sentAt = performance.now();
        socket.write(bytes[sent++ % bytes.length] as Buffer);
      };
      const read = createAnswerReader((answer) => {
        if (answer.status !== 200) return reject(unexpected(answer));
        latencies[answered++] = performance.now() - sentAt;
        sendNext();
      });
      socket.on("data", read);
      socket.on("error", reject);
      socket.on("close", () => reject(new Error("the server closed a connection under load")));
      sendNext();
    });

  const sockets = await Promise.all(Array.from({ length: connections }, () => connected(port)));
  try {
    const begin = performance.now();
    const cpuAtBegin = process.cpuUsage();
    await Promise.all(sockets.map(work));
    const seconds = (performance.now() - begin) / 1000;
    const { user, system } = process.cpuUsage(cpuAtBegin);
    latencies.sort();
    return {
      seconds,
      requestsPerSecond: count / seconds,
      p50Milliseconds: percentile(latencies, 50),
      p99Milliseconds: percentile(latencies, 99),
      cpuMicroseconds: (user + system) / count,
    };
  } finally {
    for (const socket of sockets) socket.destroy();
  }
}

// ---------------------------------------------------------------------------------------------------- internal

async function connected(port: number): Promise<Socket> {
  const socket = connect({ port, host: "127.0.0.1", noDelay: true });
  await once(socket, "connect");
  return socket;
}

function unexpected({ status, bytes }: Answer): Error {
  return new Error(`an answer has status ${status}, expected 200:\n${bytes.toString()}`);
}
