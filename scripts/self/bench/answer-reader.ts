/** An answer as received. */
export interface Answer {
  readonly status: number;
  /** Status line, headers and body. */
  readonly bytes: Buffer;
}

/**
 * Cuts what a connection receives into answers. It parses only the parts of HTTP/1.1 that a benchmark needs, so it
 * costs less than the measured servers.
 *
 * @param onAnswer - gets each answer as soon as it is complete
 * @returns a function that takes the received bytes, in pieces of any size
 * @throws Error (the returned function) for an answer without `Content-Length`, whose end is not known
 */
export function createAnswerReader(onAnswer: (answer: Answer) => void): (chunk: Buffer) => void {
  let unread: Buffer = Buffer.alloc(0);
  return (chunk) => {
    unread = unread.length === 0 ? chunk : Buffer.concat([unread, chunk]);
    for (let end = endOfAnswer(unread); end !== undefined; end = endOfAnswer(unread)) {
      const bytes = unread.subarray(0, end);
      unread = unread.subarray(end);
      onAnswer({ status: statusOf(bytes), bytes });
    }
  };
}

// ---------------------------------------------------------------------------------------------------- internal

const END_OF_HEAD = "\r\n\r\n";

/** The end of the first answer; undefined while it is not complete. */
function endOfAnswer(received: Buffer): number | undefined {
  const head = received.indexOf(END_OF_HEAD);
  if (head < 0) return undefined;
  const [, length] = /\r\nContent-Length: *(\d+)/i.exec(received.toString("latin1", 0, head)) ?? [];
  if (length === undefined)
    throw new Error("an answer has no Content-Length: measure a route that sends one");
  const end = head + END_OF_HEAD.length + Number(length);
  return received.length < end ? undefined : end;
}

/** `HTTP/1.1 200 OK` → 200 */
function statusOf(answer: Buffer): number {
  return Number(answer.toString("latin1", "HTTP/1.1 ".length, "HTTP/1.1 200".length));
}
