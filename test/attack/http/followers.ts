import type { Random } from "../../support/random";

/** A request that is whole and right, and what a server does that reads it. */
export interface WholeRequest {
  /** A character for each byte. */
  readonly bytes: string;
  readonly done: string;
}

/** Requests, as far as they say themselves. */
export const REQUESTS: readonly ((random: Random) => WholeRequest)[] = [
  () => ({ bytes: "GET /dev/good HTTP/1.1\r\nHost: a\r\n\r\n", done: "GET /dev/good" }),
  (random) => post("a".repeat(random.integer(1, 50))),
  // Counted in characters and sent in bytes: what is left of the body follows the request.
  (random) => post("ä".repeat(random.integer(1, 50)), "ö"),
];

/** What is not a request of HTTP/1.1, or not one that may be. */
export const FOLLOWERS: readonly ((random: Random) => string)[] = [
  () => '"}',
  (random) => `\u0000${random.bytes(random.integer(1, 40)).toString("latin1")}`,
  () => "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n\u0000\u0000\u0000\u0004\u0000\u0000\u0000\u0000\u0000",
  () => "CONNECT b:443 HTTP/1.1\r\nHost: b\r\n\r\n",
  () => "\u0016\u0003\u0001\u0002\u0000\u0001\u0000\u0001",
  (random) => `GET /dev/good HTTP/1.1\r\nHost: a\r\nX: ${"y".repeat(random.integer(21_000, 40_000))}\r\n\r\n`,
  () => "POST /dev/good HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n",
  () => "POST /dev/good HTTP/1.1\r\nHost: a\r\nExpect: 200-ok\r\nContent-Length: 9\r\n\r\n",
  () => "GET /dev/good HTTP/9.9\r\nHost: a\r\n\r\n",
];

// ---------------------------------------------------------------------------------------------------- internal

function post(body: string, rest = ""): WholeRequest {
  const bytes = Buffer.from(body + rest).toString("latin1");
  return {
    bytes: `POST /dev/good HTTP/1.1\r\nHost: a\r\nContent-Length: ${body.length}\r\n\r\n${bytes}`,
    done: "POST /dev/good",
  };
}
