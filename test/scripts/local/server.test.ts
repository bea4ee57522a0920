import { once } from "node:events";
import { UserError } from "../../../modules/user-error";
import type { HttpAnswer, HttpRequest } from "../../../scripts/local/http";
import { type FrontEndRefusal, type RunningServer, startServer } from "../../../scripts/local/server";
import { bodyText, exchange, open, sendBytes } from "../../support/raw-exchange";

const HOST = "127.0.0.1";
const FINE: HttpAnswer = { status: 200, headers: [["X-Fine", "yes"]], body: "fine" };

let server: RunningServer;
let url: string;
let answer: HttpAnswer | Promise<HttpAnswer>;
const received: HttpRequest[] = [];
const refusals: FrontEndRefusal[] = [];

beforeAll(async () => {
  server = await startServer({
    host: HOST,
    port: 0,
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
  const own = ["date", "connection", "keep-alive"];
  expect(got.status).toBe(418);
  expect(got.headers.filter(([name]) => !own.includes(name.toLowerCase()))).toEqual([
    ...headers,
    ["Content-Length", "2"],
  ]);
  expect([...got.body]).toEqual([0, 255]);
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
    "the request cannot be read: CONNECT asks for a tunnel, and API Gateway is no proxy",
  ],
  [
    "two hosts",
    ["GET /x?secret HTTP/1.1\r\nHost: a\r\nhost: a\r\n\r\n"],
    "GET",
    "/x",
    400,
    "2 Host headers, where one is allowed",
  ],
  [
    "another host in the target",
    ["GET http://b/x?secret HTTP/1.1\r\nHost: a\r\n\r\n"],
    "GET",
    "/x",
    400,
    "the target names another host than the Host header",
  ],
  ["no host", ["GET /x?secret HTTP/1.1\r\n\r\n"], "GET", "/x", 400, "no Host header"],
  [
    "a raw |",
    ["GET /x?secret| HTTP/1.1\r\nHost: a\r\n\r\n"],
    "GET",
    "/x",
    400,
    "a raw | in the query: write %7C",
  ],
  [
    "a long target",
    [`GET /x?${"s".repeat(10_240)} HTTP/1.1\r\nHost: a\r\n\r\n`],
    "GET",
    "/x",
    414,
    "the target has 10243 characters, and 10240 are allowed",
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
    expect(refusals).toEqual([{ method, path, status, reason }]);
    expect(received).toEqual([]);
    expect(got && bodyText(got)).not.toContain(reason);
  },
);

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
  const start = (host: string, port: number) => startServer({ host, port, handle: async () => FINE });

  test("a port that is taken", async () => {
    const error = await start(HOST, server.port).catch((cause: unknown) => cause);
    expect(error).toBeInstanceOf(UserError);
    expect((error as Error).message).toBe(
      `PORT: 127.0.0.1:${server.port} is taken by another program; end it, or choose another port: PORT=${server.port + 1}`,
    );
  });

  test.each(["192.0.2.1", "no-such-host.invalid"])("an address of another machine: %s", async (host) => {
    const error = await start(host, 0).catch((cause: unknown) => cause);
    expect(error).toBeInstanceOf(UserError);
    expect((error as Error).message).toBe(
      `--host: this machine has no address ${host}; 127.0.0.1 is the default`,
    );
  });
});
