import { once } from "node:events";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import type { HttpAnswer, HttpRequest } from "#gateway/http/message";
import { type FrontEndRefusal, type RunningServer, startServer } from "#gateway/http/server";
import { UserError } from "#modules/project";
import { answerHeader, bodyText, exchange, open, sendBytes } from "../../../support/raw-exchange";

const HOST = "127.0.0.1";
const FINE: HttpAnswer = { status: 200, headers: [["X-Fine", "yes"]], body: "fine" };
const newIds = () => ({ requestId: "an-id", extendedRequestId: "another=" });

let server: RunningServer;
let url: string;
let answer: HttpAnswer | Promise<HttpAnswer>;
const received: HttpRequest[] = [];
const refusals: FrontEndRefusal[] = [];

beforeAll(async () => {
  server = await startServer({
    host: HOST,
    port: 0,
    newIds,
    handle: async (request) => {
      received.push(request);
      return answer;
    },
    logRefusal: (refused) => refusals.push(refused),
  });
  url = `http://${HOST}:${server.port}`;
});
afterAll(() => server.close());

beforeEach(() => {
  answer = FINE;
  received.length = 0;
  refusals.length = 0;
});

function get(target: string) {
  return { method: "GET", target, headers: [["Host", "a"] as const], body: Buffer.alloc(0) };
}

test("a request is handed over as it came: target, spelling and order of headers, body", async () => {
  const lines = [
    ["Host", "a"],
    ["x-b", "1"],
    ["X-A", " two  words"],
    ["x-b", "2"],
    ["Content-Length", "3"],
  ] as const;
  const sent = {
    method: "PUT",
    target: "/d%65v//x/../y?b&a=%2f+",
    headers: lines,
    body: Buffer.from([0, 255, 10]),
  };
  await exchange(url, sent);
  expect(received).toEqual([
    {
      ...sent,
      headers: lines.map(([name, value]) => [name, value.trim()]),
      sourceIp: HOST,
      protocol: "HTTP/1.1",
    },
  ]);
});

test("an answer goes out as it is: spelling, order and repetition of headers, and its length", async () => {
  const headers = [
    ["x-b", "1"],
    ["X-A", "ä"],
    ["x-b", "2"],
  ] as const;
  answer = { status: 418, headers, body: Buffer.from([0, 255]) };
  const got = await exchange(url, get("/"));
  const own = ["date", "connection"];
  expect(got.status).toBe(418);
  expect(got.headers.filter(([name]) => !own.includes(name.toLowerCase()))).toEqual([
    ...headers,
    ["Content-Length", "2"],
  ]);
  expect([...got.body]).toEqual([0, 255]);
});

test.each(["fine", "für 5 €"])("a body that is a text arrives in UTF-8: %s", async (body) => {
  answer = { status: 200, headers: [["X-A", "ä"]], body };
  const got = await exchange(url, get("/"));
  expect(bodyText(got)).toBe(body);
  expect(answerHeader(got, "x-a")).toBe("ä");
  expect(answerHeader(got, "content-length")).toBe(String(Buffer.byteLength(body)));
});

test.each([
  [
    "no HTTP",
    ["nonsense\r\n\r\n"],
    "-",
    "-",
    400,
    "the request cannot be read: Parse Error: Invalid method encountered",
  ],
  [
    "CONNECT",
    ["CONNECT b:443 HTTP/1.1\r\nHost: b\r\n\r\n"],
    "-",
    "-",
    400,
    "the request cannot be read: CONNECT asks for a tunnel, and API Gateway is not a proxy",
  ],
  [
    "two hosts",
    ["GET /x?secret HTTP/1.1\r\nHost: a\r\nhost: a\r\n\r\n"],
    "GET",
    "/x",
    400,
    "2 Host headers; only one is allowed",
  ],
  [
    "another host in the target",
    ["GET http://b/x?secret HTTP/1.1\r\nHost: a\r\n\r\n"],
    "GET",
    "/x",
    400,
    "the target and the Host header name different hosts",
  ],
  [
    "another HTTP",
    ["GET /x?secret HTTP/2.0\r\nHost: a\r\n\r\n"],
    "GET",
    "/x",
    400,
    "HTTP/2.0, and this server speaks HTTP/1.1",
  ],
  [
    "an encoding of the transfer that is not decoded",
    ["PUT /x HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: gzip, chunked\r\n\r\n0\r\n\r\n"],
    "PUT",
    "/x",
    400,
    "a Transfer-Encoding other than chunked, or in HTTP/1.1",
  ],
  [
    "chunks in HTTP/1.0",
    ["PUT /x HTTP/1.0\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n"],
    "PUT",
    "/x",
    400,
    "a Transfer-Encoding other than chunked, or in HTTP/1.0",
  ],
  ["no host", ["GET /x?secret HTTP/1.1\r\n\r\n"], "GET", "/x", 400, "no Host header"],
  [
    "a raw |",
    ["GET /x?secret| HTTP/1.1\r\nHost: a\r\n\r\n"],
    "GET",
    "/x",
    400,
    "a raw | in the query: encode it as %7C",
  ],
  [
    "a raw {",
    ["GET /x?secret={a} HTTP/1.1\r\nHost: a\r\n\r\n"],
    "GET",
    "/x",
    400,
    "a raw { in the query: encode it as %7B",
  ],
  [
    "a long target",
    [`GET /x?${"s".repeat(10_240)} HTTP/1.1\r\nHost: a\r\n\r\n`],
    "GET",
    "/x",
    414,
    "the target has 10243 characters; at most 10240 are allowed",
  ],
  [
    "HTTP/2 without asking for it",
    ["PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n", new Uint8Array([0, 0, 0, 4, 0, 0, 0, 0, 0])],
    "-",
    "-",
    505,
    "HTTP/2 without an upgrade, and this server speaks HTTP/1.1: leave --http2-prior-knowledge out",
  ],
  [
    "TLS",
    ["\u0016\u0003\u0001\u0002\u0000\u0001\u0000\u0001"],
    "-",
    "-",
    400,
    "TLS, and this server speaks plain HTTP: call http://, not https://",
  ],
  [
    "an expectation that is not known",
    ["PUT /x?secret HTTP/1.1\r\nHost: a\r\nExpect: 200-ok\r\nContent-Length: 2\r\n\r\n"],
    "PUT",
    "/x",
    417,
    "an Expect header other than 100-continue: leave it out",
  ],
  [
    "headers that are too large",
    [`GET /x?secret HTTP/1.1\r\nHost: a\r\nX: ${"y".repeat(10_227)}\r\n\r\n`],
    "GET",
    "/x",
    431,
    "the headers have 10241 bytes; at most 10240 are allowed",
  ],
  [
    "headers that are too large to be read",
    [`GET /x?secret HTTP/1.1\r\nHost: a\r\nX: ${"y".repeat(30_000)}\r\n\r\n`],
    "-",
    "-",
    431,
    "the request cannot be read: Parse Error: Header overflow",
  ],
  [
    "a large body",
    ["PUT /x HTTP/1.1\r\nHost: a\r\nContent-Length: 10485761\r\n\r\n", new Uint8Array(10_485_761)],
    "PUT",
    "/x",
    413,
    "the body is longer than 10485760 bytes",
  ],
] as const)(
  "what is refused here is logged, without its query: %s",
  async (_, sent, method, path, status, reason) => {
    const [got] = await sendBytes(url, sent);
    expect(got?.status).toBe(status);
    expect(refusals).toEqual([{ requestId: "an-id", method, path, status, reason }]);
    expect(got && answerHeader(got, "x-amzn-requestid")).toBe("an-id");
    expect(received).toEqual([]);
    expect(got && bodyText(got)).not.toContain(reason);
  },
);

test("headers of just the size that is allowed", async () => {
  await sendBytes(url, [`GET /x HTTP/1.1\r\nHost: a\r\nX: ${"y".repeat(10_226)}\r\n\r\n`]);
  expect(asked()).toEqual(["GET /x"]);
});

test("an expectation to be told to continue is met", async () => {
  const [got] = await sendBytes(url, [
    "PUT /x HTTP/1.1\r\nHost: a\r\nExpect: 100-Continue\r\nContent-Length: 2\r\n\r\n",
    "ok",
  ]);
  expect([got?.status, received.map(({ body }) => String(body))]).toEqual([200, ["ok"]]);
});

test.each<[name: string, line: string, given: HttpAnswer, connection: string]>([
  ["keeps a connection", "HTTP/1.1", FINE, "keep-alive"],
  ["closes it for who asks", "HTTP/1.1\r\nConnection: close", FINE, "close"],
  ["closes it for HTTP/1.0", "HTTP/1.0", FINE, "close"],
  ["keeps it for HTTP/1.0 that asks", "HTTP/1.0\r\nConnection: keep-alive", FINE, "keep-alive"],
  ["closes it by itself", "HTTP/1.1", { ...FINE, headers: [["connection", "close"]] }, "close"],
])("an answer %s, and says so once, as AWS's do", async (_, line, given, connection) => {
  answer = given;
  const [got] = await sendBytes(url, [`GET / ${line}\r\nHost: a\r\n\r\n`]);
  const told = got?.headers.filter(([name]) => /^(connection|keep-alive)$/i.test(name));
  expect(told).toEqual([[expect.stringMatching(/^connection$/i), connection]]);
});

// Node 24 refuses an empty one by itself.
test("behind a request whose end is unsure nothing is a request", async () => {
  const sent = "GET /x HTTP/1.1\r\nHost: a\r\nTransfer-Encoding:\r\n\r\nGET /y HTTP/1.1\r\nHost: a\r\n\r\n";
  await expect(sendBytes(url, [sent], { answers: 2 })).rejects.toThrow("the connection ended");
  expect(received).toEqual([]);
});

/** An answer that is given when it is let go. */
function heldBack(): () => void {
  let letGo = (): void => {};
  answer = new Promise((resolve) => {
    letGo = () => resolve(FINE);
  });
  return letGo;
}

const asked = () => received.map(({ method, target }) => `${method} ${target}`);

test("behind the last request nothing is read, and it is answered", async () => {
  const letGo = heldBack();
  const socket = await open(url);
  const got: string[] = [];
  socket.on("data", (chunk) => got.push(String(chunk)));
  socket.write("GET /x HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\nGET /y HTTP/1.1\r\nHost: a\r\n\r\n");
  while (received.length === 0) await new Promise(setImmediate);
  letGo();
  await once(socket, "close");
  expect(asked()).toEqual(["GET /x"]);
  expect(got.join("")).toMatch(/^HTTP\/1\.1 200 OK\r\n.*\r\n\r\nfine$/s);
});

test("pipelined requests begin one after the other, each with its body", async () => {
  const letGo = heldBack();
  const put = "PUT /x HTTP/1.1\r\nHost: a\r\nContent-Length: 3\r\n\r\n";
  const sent = `${put}oneGET /y HTTP/1.1\r\nHost: a\r\n\r\n${put}tw`;
  const answers = sendBytes(url, [sent, "o"], { answers: 3 });
  while (received.length === 0) await new Promise(setImmediate);
  await new Promise(setImmediate);
  expect(asked()).toEqual(["PUT /x"]);
  letGo();
  expect((await answers).map(({ status }) => status)).toEqual([200, 200, 200]);
  expect(received.map(({ method, body }) => `${method} ${Buffer.from(body)}`)).toEqual([
    "PUT one",
    "GET ",
    "PUT two",
  ]);
});

describe("bytes that are no request do not take the place of an answer", () => {
  const PUT = "PUT /x?secret HTTP/1.1\r\nHost: a\r\n";
  /** A body in UTF-8 whose length was counted in characters. */
  const COUNTED = `${PUT}Content-Length: 12\r\n\r\n${Buffer.from('{"a":"Käse"}').toString("latin1")}`;

  /** Writes bytes, lets the answer go when the first request is being handled, and reads until the connection ends. */
  async function converse(...pieces: readonly (string | Uint8Array)[]): Promise<string[]> {
    const letGo = heldBack();
    const socket = await open(url);
    let got = "";
    socket.on("data", (chunk) => {
      got += String(chunk);
    });
    for (const piece of pieces)
      socket.write(typeof piece === "string" ? Buffer.from(piece, "latin1") : piece);
    while (received.length === 0) await new Promise(setImmediate);
    await new Promise(setImmediate);
    letGo();
    await once(socket, "close");
    return [...got.matchAll(/HTTP\/1\.1 (\d+) .*?\r\n\r\n(.*?)(?=HTTP\/|$)/gs)].map(
      ([, status, body]) => `${status} ${body}`,
    );
  }

  const REFUSED = '400 {"message":"Bad Request"}';

  test("more bytes than Content-Length, which was counted in characters", async () => {
    expect(await converse(COUNTED)).toEqual(["200 fine", REFUSED]);
    expect(received.map(({ body }) => String(body))).toEqual(['{"a":"Käse"']);
    expect(refusals).toEqual([
      {
        requestId: "an-id",
        method: "-",
        path: "-",
        status: 400,
        reason:
          "after PUT /x: more bytes than Content-Length; did the client count characters instead of bytes?",
      },
    ]);
  });

  test("the same where the connection was to be closed, and so nothing more is answered", async () => {
    expect(await converse(COUNTED.replace("Host", "Connection: close\r\nHost"))).toEqual(["200 fine"]);
    expect(refusals).toMatchObject([
      {
        reason:
          "after PUT /x: more bytes than Content-Length; did the client count characters instead of bytes?",
      },
    ]);
  });

  test("the same where they come when the answer is long there", async () => {
    const socket = await open(url);
    let got = "";
    socket.on("data", (chunk) => {
      got += String(chunk);
    });
    socket.write(Buffer.from(COUNTED.slice(0, -1), "latin1"));
    while (!got.endsWith("fine")) await once(socket, "data");
    socket.write(Buffer.from(COUNTED.slice(-1), "latin1"));
    await once(socket, "close");
    expect(got).toMatch(/^HTTP\/1\.1 200 .*fineHTTP\/1\.1 400 /s);
    expect(refusals).toMatchObject([{ reason: expect.stringContaining("count characters") }]);
  });

  test("more bytes, all of them ASCII", async () => {
    expect(await converse(`${PUT}Content-Length: 2\r\n\r\n{}}`)).toEqual(["200 fine", REFUSED]);
    expect(refusals).toMatchObject([{ reason: "after PUT /x: more bytes than Content-Length" }]);
  });

  test("a request without a body is not suspected", async () => {
    expect(await converse("GET /x HTTP/1.1\r\nHost: a\r\n\r\n{}")).toEqual(["200 fine", REFUSED]);
    expect(refusals).toMatchObject([{ reason: /^the request cannot be read: / }]);
  });

  test("after several requests, each of them is answered first", async () => {
    const get = "GET /y HTTP/1.1\r\nHost: a\r\n\r\n";
    expect(await converse(`${get}${get}${COUNTED}`)).toEqual(["200 fine", "200 fine", "200 fine", REFUSED]);
    expect(asked()).toEqual(["GET /y", "GET /y", "PUT /x?secret"]);
  });

  test.each([
    ["a tunnel", "CONNECT b:443 HTTP/1.1\r\nHost: b\r\n\r\n", "400"],
    ["HTTP/2", "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n", "505"],
    ["headers that are too large", `GET / HTTP/1.1\r\nX: ${"y".repeat(30_000)}\r\n\r\n`, "431"],
    ["a body that cannot be read", `${PUT}Transfer-Encoding: chunked\r\n\r\nzz\r\n`, "400"],
    ["an expectation that is not known", `${PUT}Expect: 200-ok\r\nContent-Length: 2\r\n\r\n{}`, "417"],
  ])("%s behind a request that is being handled", async (_, bytes, status) => {
    const statuses = (await converse("GET /y HTTP/1.1\r\nHost: a\r\n\r\n", bytes)).map((each) =>
      each.slice(0, 3),
    );
    expect(statuses).toEqual(["200", status]);
    expect(asked()).toEqual(["GET /y"]);
  });

  test("a client that goes on sending can read its answers", async () => {
    const large = Buffer.alloc(5_000_000, "ä");
    expect(await converse(`${PUT}Content-Length: 2\r\n\r\n{}`, large)).toEqual(["200 fine", REFUSED]);
  });
});

test("a connection on which requests wait is not read on", async () => {
  heldBack();
  const socket = await open(url);
  const large = `GET /y HTTP/1.1\r\nHost: a\r\nX: ${"x".repeat(16_000)}\r\n\r\n`;
  socket.write(`GET /x HTTP/1.1\r\nHost: a\r\n\r\n${large.repeat(2_000)}`);
  let unsent = socket.writableLength;
  for (let same = 0; same < 10 && unsent > 0; ) {
    await new Promise((resolve) => setTimeout(resolve, 20));
    same = socket.writableLength === unsent ? same + 1 : 0;
    unsent = socket.writableLength;
  }
  expect(unsent).toBeGreaterThan(0);
  expect(asked()).toEqual(["GET /x"]);
  socket.destroy();
});

test("headers count however many there are", async () => {
  // Node's own limit is 2,000.
  const headers = "x:\r\n".repeat(2_030);
  const sent = `PUT /x HTTP/1.1\r\nHost: a\r\n${headers}Content-Length: 4\r\n\r\nbody`;
  await sendBytes(url, [sent]);
  expect(received).toMatchObject([{ body: Buffer.from("body") }]);
  expect(received[0]?.headers).toHaveLength(2_032);
});

test("an answer that HTTP cannot carry ends its connection, and no more", async () => {
  answer = { ...FINE, headers: [["x-a", "one\r\ntwo: lines"]] };
  await expect(exchange(url, get("/dev/x"))).rejects.toThrow("the connection ended");
  expect(refusals).toMatchObject([
    { method: "GET", path: "/dev/x", reason: expect.stringContaining("cannot be sent") },
  ]);
  answer = FINE;
  expect((await exchange(url, get("/"))).status).toBe(200);
});

test("a client that resets the connection that it wanted for a tunnel", async () => {
  const socket = await open(url);
  socket.write("CONNECT b:443 HTTP/1.1\r\nHost: b\r\n\r\n");
  socket.resetAndDestroy();
  await once(socket, "close");
  expect((await exchange(url, get("/"))).status).toBe(200);
});

test("closing does not wait for idle clients, nor for answers", async () => {
  let reached = (): void => {};
  const handling = new Promise<void>((resolve) => {
    reached = resolve;
  });
  const closing = await startServer({
    host: HOST,
    port: 0,
    newIds,
    handle: () => {
      reached();
      return new Promise(() => {});
    },
  });
  const closingUrl = `http://${HOST}:${closing.port}`;
  const sockets = [await open(closingUrl), await open(closingUrl)];
  const ends = sockets.map((socket) => once(socket, "close"));
  sockets[0]?.write("GET / HTTP/1.1\r\nHost: a\r\n\r\n");
  await handling;
  await closing.close();
  await Promise.all(ends);
});

describe("where it cannot listen it says what to do", () => {
  const start = (host: string, port: number) => startServer({ host, port, newIds, handle: async () => FINE });

  test("a port that is taken", async () => {
    const error = await start(HOST, server.port).catch((cause: unknown) => cause);
    expect(error).toBeInstanceOf(UserError);
    expect((error as Error).message).toBe(
      `PORT: 127.0.0.1:${server.port} is in use by another program; stop it, or choose another port: PORT=${server.port + 1}`,
    );
  });

  test.each([
    ["it is not known", undefined, "another program"],
    ["a local gateway", { "x-amz-apigw-id": "Jz8cHF4xoAMFWdg=" }, "another local gateway"],
    ["a program that names itself", { Server: "nginx" }, "another program (nginx)"],
  ])("a port that is taken by what %s is", async (_, headers, told) => {
    const other = createServer((_request, response) => {
      if (headers) response.writeHead(403, headers).end();
      else response.destroy();
    });
    other.listen(0, HOST);
    await once(other, "listening");
    const { port } = other.address() as AddressInfo;
    const error = await start(HOST, port).catch((cause: unknown) => cause);
    other.close();
    other.closeAllConnections();
    expect((error as Error).message).toContain(`is in use by ${told}; stop it`);
  });

  test("the last port that there is: the one before it", async () => {
    const first = await start(HOST, 65_535).catch(() => undefined); // Unless another program has it.
    const error = await start(HOST, 65_535).catch((cause: unknown) => cause);
    await first?.close();
    expect((error as Error).message).toMatch(/^PORT: 127\.0\.0\.1:65535 is in use .*: PORT=65534$/);
  });

  test.each(["192.0.2.1", "no-such-host.invalid"])("an address of another machine: %s", async (host) => {
    const error = await start(host, 0).catch((cause: unknown) => cause);
    expect(error).toBeInstanceOf(UserError);
    expect((error as Error).message).toBe(
      `--host: this machine has no address ${host}; 127.0.0.1 is the default`,
    );
  });
});
