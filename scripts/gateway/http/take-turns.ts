import type { IncomingMessage, ServerResponse } from "node:http";
import type { Socket } from "node:net";

/**
 * Prepares the order of pipelined requests: each begins when the one before it on its connection has been answered, and
 * never where that one was the last. Node begins them all at once: a GET would overtake the PUT before it, and what
 * follows a request that closes its connection would still be done. A connection on which requests wait is not read on.
 * Source: https://www.rfc-editor.org/rfc/rfc9112#section-9.3.2
 */
export function createTurns(): (
  incoming: IncomingMessage,
  outgoing: ServerResponse,
  begin: () => void,
) => void {
  const waiting = new WeakMap<Socket, number>();

  return ({ socket }, outgoing, begin) => {
    // A response has its socket as soon as those before it are done.
    if (outgoing.socket !== null) return begin();
    const count = (): number => waiting.get(socket) ?? 0;
    waiting.set(socket, count() + 1);
    // Not before the parser is done with what was read: at the end of each request it has more read.
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
