import type { IncomingMessage, ServerResponse } from "node:http";
import type { Socket } from "node:net";

/**
 * Prepares the order of pipelined requests: each starts when the previous one on its connection has been answered, and
 * never if that one was the last. Node starts them all at once: a GET would overtake the PUT before it, and a request
 * after one that closes the connection would still run. Reading pauses on a connection on which requests wait.
 * Source: https://www.rfc-editor.org/rfc/rfc9112#section-9.3.2
 */
export function createTurns(): (
  incoming: IncomingMessage,
  outgoing: ServerResponse,
  begin: () => void,
) => void {
  const waiting = new WeakMap<Socket, number>();

  return ({ socket }, outgoing, begin) => {
    // A response gets its socket as soon as the responses before it are done.
    if (outgoing.socket !== null) return begin();
    const count = (): number => waiting.get(socket) ?? 0;
    waiting.set(socket, count() + 1);
    // Not before the parser has processed what was read: it resumes reading at the end of each request.
    setImmediate(() => {
      if (count() > 0) socket.pause();
    });
    outgoing.once("socket", () => {
      waiting.set(socket, count() - 1);
      if (count() === 0) socket.resume();
      begin();
    });
  };
}
