import type { Random } from "../../support/random";

/** A message of which two readers may see different ends; another request is hidden in it. */
export interface Message {
  readonly name: string;
  readonly bytes: string;
  /**
   * `refused`: with a 4xx, after which the connection is over. `taken`: as one message, whatever is in it. `either`: RFC
   * 9112 leaves it to the server.
   */
  readonly expected: "refused" | "taken" | "either";
  /** What a server that takes it does. */
  readonly request: string;
}

/** The request that must not be done. */
export const SMUGGLED = "GET /dev/smuggled";

const HIDDEN = `${SMUGGLED} HTTP/1.1\r\nHost: a\r\n\r\n`;
const LENGTH = HIDDEN.length;
const SIZE = LENGTH.toString(16);

/** Draws a message, its header names in any case, among other headers. */
export function drawMessage(random: Random): Message {
  const { expected, name, bytes } = random.pick(MESSAGES);
  const spelled = random.pick([
    (text: string) => text,
    (text: string) => text.replace(/^(Transfer-Encoding|Content-Length)/gm, (header) => header.toLowerCase()),
    (text: string) => text.replace(/^(Transfer-Encoding|Content-Length)/gm, (header) => header.toUpperCase()),
  ])(bytes);
  const others = Array.from(
    { length: random.integer(0, 3) },
    (_, index) => `X-${index}: ${random.integer(0, 9)}\r\n`,
  );
  const filled = spelled.replace("Host: a\r\n", (host) =>
    random.pick([host + others.join(""), others.join("") + host]),
  );
  return {
    name,
    expected,
    bytes: filled,
    request: bytes.trimStart().startsWith("GET") ? "GET /dev/good" : "POST /dev/good",
  };
}

// ---------------------------------------------------------------------------------------------------- internal

function post(headers: readonly string[], body: string): string {
  return `${["POST /dev/good HTTP/1.1", "Host: a", ...headers].join("\r\n")}\r\n\r\n${body}`;
}

function inOneChunk(size = SIZE): string {
  return `${size}\r\n${HIDDEN}\r\n0\r\n\r\n`;
}

/** One that says to be in chunks, in some way. */
const encoded = (value: string): string => post([`Transfer-Encoding: ${value}`], inOneChunk());
const sized = (value: string): string => post([`Content-Length: ${value}`], HIDDEN);
const chunk = (size: string): string => post(["Transfer-Encoding: chunked"], inOneChunk(size));
const trailed = (trailer: string): string =>
  post(["Transfer-Encoding: chunked"], `${SIZE}\r\n${HIDDEN}\r\n0\r\n${trailer}\r\n\r\n`);
const line = (requestLine: string): string =>
  sized(String(LENGTH)).replace("POST /dev/good HTTP/1.1", requestLine);

/** Spellings of `Transfer-Encoding: chunked` that some take for it and some do not. */
const ENCODINGS = [
  "xchunked",
  "chunked, identity",
  "identity, chunked",
  "identity",
  "gzip, chunked",
  "chunked, chunked",
  "chunked;q=1",
  "chunked,",
  '"chunked"',
  "chunked\v",
  "chunked\0",
  "\vchunked",
  "chunke\xfd",
  "",
];

const HEADER_NAMES = [
  "Transfer-Encoding ",
  "Transfer-Encoding\t",
  " Transfer-Encoding",
  "\tTransfer-Encoding",
  "Transfer-Encoding\0",
  "Transfer-Encoding\r",
  "X: a\nTransfer-Encoding",
  "X: a\rTransfer-Encoding",
  "X: a\r\r\nTransfer-Encoding",
  "X: a\r\n Transfer-Encoding",
  "X: a\0\r\nTransfer-Encoding",
  "(Transfer-Encoding",
];

const LENGTHS = [
  `+${LENGTH}`,
  `-${LENGTH}`,
  `${LENGTH}, ${LENGTH}`,
  `${LENGTH}, 0`,
  `${LENGTH} ${LENGTH}`,
  `${LENGTH};`,
  "",
  `0x${SIZE}`,
  `${LENGTH}.0`,
  `${LENGTH}e0`,
  "18446744073709551616",
  `1844674407370955161${LENGTH}`,
  `${LENGTH}\v`,
  `${LENGTH}\0`,
];

const CHUNK_SIZES = [
  `${SIZE} `,
  ` ${SIZE}`,
  `+${SIZE}`,
  `-${SIZE}`,
  `0x${SIZE}`,
  `${SIZE};a\nb`,
  `${SIZE};a\0b`,
  `${SIZE}\n`,
  `1000000000000000${SIZE}`,
  "",
  "g",
];

const REQUEST_LINES = [
  "POST\t/dev/good HTTP/1.1",
  " POST /dev/good HTTP/1.1",
  "POST /dev/good HTTP/1.1 ",
  "POST /dev/good http/1.1",
  "POST /dev/good HTTP/1.2",
  "POST /dev/good HTTP/2.0",
  "POST /dev/good HTTP/1.10",
  "POST /dev/good HTTP/0.9",
  "POST /dev/good",
  "post /dev/good HTTP/1.1",
  "POST /dev/go\0od HTTP/1.1",
  "POST /dev/good\rX HTTP/1.1",
  "POST /dev/good HTTP/1.1\rX: y",
];

function all(
  expected: Message["expected"],
  kind: string,
  values: readonly string[],
  bytes: (value: string) => string,
): Omit<Message, "request">[] {
  return values.map((value) => ({ name: `${kind} ${JSON.stringify(value)}`, expected, bytes: bytes(value) }));
}

const chunked = "Transfer-Encoding: chunked";
const length = `Content-Length: ${LENGTH}`;

const MESSAGES: readonly Omit<Message, "request">[] = [
  ...all("refused", "Transfer-Encoding", ENCODINGS, encoded),
  ...all("refused", "a length and Transfer-Encoding", ["chunked", ...ENCODINGS], (value) =>
    post([length, `Transfer-Encoding: ${value}`], HIDDEN),
  ),
  ...all("refused", "Transfer-Encoding and a length", ["chunked", ...ENCODINGS], (value) =>
    post([`Transfer-Encoding: ${value}`, length], inOneChunk()),
  ),
  ...all("refused", "a shorter length and Transfer-Encoding", ["chunked", ...ENCODINGS], (value) =>
    post(["Content-Length: 5", `Transfer-Encoding: ${value}`], `0\r\n\r\n${HIDDEN}`),
  ),
  ...all("refused", "two Transfer-Encodings", ["identity", "chunked", "", "x"], (value) =>
    post([chunked, `Transfer-Encoding: ${value}`], inOneChunk()),
  ),
  ...all("refused", "a length and a header", HEADER_NAMES, (name) =>
    post([length, `${name}: chunked`], HIDDEN),
  ),
  ...all("refused", "Content-Length", LENGTHS, sized),
  ...all("refused", "two lengths", [String(LENGTH), "0", "x"], (value) =>
    post([length, `Content-Length: ${value}`], HIDDEN),
  ),
  ...all("refused", "chunk size", CHUNK_SIZES, chunk),
  ...all("refused", "request line", REQUEST_LINES, line),
  ...all("refused", "trailer", ["x: a\r\n b", "x : a", "x: a\nb: c", "x: a\0"], trailed),
  ...all("refused", "no line end behind a chunk", ["", "\n", "\r", "x"], (end) =>
    post([chunked], `${SIZE}\r\n${HIDDEN}${end}0\r\n\r\n`),
  ),
  {
    name: "lines that end in LF",
    expected: "refused",
    bytes: sized(String(LENGTH)).replaceAll("\r\n", "\n"),
  },
  {
    name: "lines that end in CR",
    expected: "refused",
    bytes: sized(String(LENGTH)).replaceAll("\r\n", "\r"),
  },
  {
    name: "chunks in HTTP/1.0",
    expected: "refused",
    bytes: post([chunked, "Connection: keep-alive"], inOneChunk()).replace("1.1", "1.0"),
  },
  { name: "another host in the target", expected: "either", bytes: line("POST http://b/dev/good HTTP/1.1") },
  ...all("taken", "Transfer-Encoding", ["chunked", "Chunked", "CHUNKED", " chunked ", "\tchunked"], encoded),
  ...all("taken", "Content-Length", [String(LENGTH), `0${LENGTH}`, ` ${LENGTH} `], sized),
  ...all("taken", "chunk size", [`0${SIZE}`, `${SIZE};a=b`, `${SIZE};a="b c"`, `00000000${SIZE}`], chunk),
  ...all(
    "taken",
    "a length and what is no Transfer-Encoding",
    ["Transfer_Encoding", "X-Transfer-Encoding"],
    (name) => post([length, `${name}: chunked`], HIDDEN),
  ),
  ...all(
    "taken",
    "a length and",
    ["Connection: content-length", "Expect: 100-continue", "TE: trailers"],
    (header) => post([length, header], HIDDEN),
  ),
  { name: "GET with a body", expected: "taken", bytes: sized(String(LENGTH)).replace("POST", "GET") },
  { name: "empty lines before the request", expected: "taken", bytes: `\r\n\r\n${sized(String(LENGTH))}` },
  {
    name: "many chunks",
    expected: "taken",
    bytes: post([chunked], `${[...HIDDEN].map((character) => `1\r\n${character}\r\n`).join("")}0\r\n\r\n`),
  },
  { name: "a trailer", expected: "taken", bytes: trailed("x: a") },
  ...all("either", "trailer", ["Content-Length: 5", chunked, "Host: b"], trailed),
  ...all("either", "chunk size", [`${SIZE};`, `${SIZE} ;a=b`], chunk),
  ...all("either", "request line", ["POST  /dev/good HTTP/1.1", "\nPOST /dev/good HTTP/1.1"], line),
  {
    name: "an upgrade",
    expected: "either",
    bytes: post([length, "Connection: Upgrade", "Upgrade: h2c"], HIDDEN),
  },
  { name: "another expectation", expected: "either", bytes: post([length, "Expect: 200-ok"], HIDDEN) },
];
