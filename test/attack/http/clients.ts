import type { Socket } from "node:net";
import type { Trial } from "../../support/attack";
import { bodyText, exchange, open } from "../../support/raw-exchange";

/** How long anybody may wait for an answer of a server that is under attack. */
const PATIENCE_MILLISECONDS = 10_000;

/**
 * Asks as other clients do, one request after the other on connections of their own, until the attack is over; at least
 * three times. Each answer has to be right, and in time.
 */
export async function askMeanwhile(
  url: string,
  over: Promise<unknown>,
  check: Trial["check"],
): Promise<void> {
  let isOver = false;
  void over
    .catch(() => undefined)
    .then(() => {
      isOver = true;
    });
  for (let asked = 0; asked < 3 || !isOver; asked += 1) {
    const start = performance.now();
    const got = await ask(url, asked % 2 === 0 ? "GET" : "POST");
    const milliseconds = performance.now() - start;
    check(
      got === '200 {"message": "success"}' && milliseconds < PATIENCE_MILLISECONDS,
      () => `another client was answered ${got} after ${milliseconds.toFixed()} ms`,
    );
    await pause(isOver ? 0 : 50);
  }
  await over;
}

async function ask(url: string, method: string): Promise<string> {
  const headers = [["Host", new URL(url).host] as const];
  const body = Buffer.from(method === "POST" ? '{"a":1}' : "");
  try {
    const answer = await exchange(url, { method, target: "/dev/good", headers, body });
    return `${answer.status} ${bodyText(answer)}`;
  } catch (error) {
    return `nothing (${(error as Error).message})`;
  }
}

/** A hostile client's connection, and what came of it. */
export interface Connection {
  readonly socket: Socket;
  /** What came back so far. */
  received(): string;
  readonly closed: Promise<void>;
}

/** Opens connections and hands them to an attack, then closes what is left of them. */
export async function withConnections<T>(
  url: string,
  count: number,
  use: (connections: readonly Connection[]) => Promise<T>,
): Promise<T> {
  const connections: Connection[] = [];
  try {
    for (let opened = 0; opened < count; opened += 1) connections.push(watch(await open(url)));
    return await use(connections);
  } finally {
    for (const { socket } of connections) socket.destroy();
  }
}

function watch(socket: Socket): Connection {
  let received = "";
  socket.on("data", (chunk) => {
    if (received.length < 100_000) received += chunk.toString("latin1");
  });
  return {
    socket,
    received: () => received,
    closed: new Promise((resolve) => socket.once("close", () => resolve())),
  };
}

export function pause(milliseconds: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, milliseconds));
}

/** Whether it becomes true in time; asked again and again. */
export async function becomesTrue(
  isTrue: () => boolean | Promise<boolean>,
  milliseconds: number,
): Promise<boolean> {
  for (const end = performance.now() + milliseconds; performance.now() < end; await pause(100)) {
    if (await isTrue()) return true;
  }
  return isTrue();
}
