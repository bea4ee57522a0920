import { subscribe, unsubscribe } from "node:diagnostics_channel";
import { once } from "node:events";
import { type AddressInfo, createServer, type Server, type Socket } from "node:net";
import { createHttpGet } from "#functions/get-index/http-get";

const ANSWER = "HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nKäse";

let server: Server | undefined;
const sockets = new Set<Socket>();

/** Starts a server that does on each request what it is told, by the number of the request. */
async function serve(
  ...steps: ((socket: Socket) => void)[]
): Promise<{ port: number; connections: () => number }> {
  let requests = 0;
  let connections = 0;
  server = createServer((socket) => {
    connections++;
    sockets.add(socket);
    socket.on("error", () => undefined);
    socket.on("data", () => steps[requests++]?.(socket));
  }).listen(0, "127.0.0.1");
  await once(server, "listening");
  return { port: (server.address() as AddressInfo).port, connections: () => connections };
}

afterEach(() => {
  for (const socket of sockets) socket.destroy();
  sockets.clear();
  server?.close();
});

const answer = (socket: Socket) => void socket.write(ANSWER);
const close = (socket: Socket) => void socket.end();
const reset = (socket: Socket) => void socket.resetAndDestroy();
const silence = () => undefined;
/** Resets the connection once the client has the headers: an earlier reset is told to it in another way. */
const resetInBody = (socket: Socket) => {
  const channel = "http.client.response.finish";
  const onHeaders = () => {
    unsubscribe(channel, onHeaders);
    socket.resetAndDestroy();
  };
  subscribe(channel, onHeaders);
  socket.write(ANSWER.slice(0, -2));
};
const stallInBody = (socket: Socket) => void socket.write(ANSWER.slice(0, -2));

const get = createHttpGet({ connectTimeout: 1_000, readTimeout: 1_000 });
const urlOf = (port: number) => new URL(`http://127.0.0.1:${port}/dev/products?a=1`);

test("requests share a connection", async () => {
  const { port, connections } = await serve(answer, answer);
  expect(await get(urlOf(port), {})).toEqual({ status: 200, body: "Käse" });
  await get(urlOf(port), {});
  expect(connections()).toBe(1);
});

test.each([
  ["closed", close],
  ["reset", reset],
])("a kept connection that is %s under a request is replaced, once", async (_name, lose) => {
  const { port, connections } = await serve(answer, lose, answer);
  await get(urlOf(port), {});
  expect((await get(urlOf(port), {})).status).toBe(200);
  expect(connections()).toBe(2);
});

test("the second attempt takes no other kept connection, which may be lost as well", async () => {
  const { port, connections } = await serve(answer, answer, reset, answer);
  await Promise.all([get(urlOf(port), {}), get(urlOf(port), {})]);
  expect((await get(urlOf(port), {})).status).toBe(200);
  expect(connections()).toBe(3);
});

test("a second loss is an error", async () => {
  const { port, connections } = await serve(answer, reset, reset, answer);
  await get(urlOf(port), {});
  await expect(get(urlOf(port), {})).rejects.toMatchObject({ code: "ECONNRESET" });
  expect(connections()).toBe(2);
});

test("a new connection that is reset is an error at once", async () => {
  const { port, connections } = await serve(reset, answer);
  await expect(get(urlOf(port), {})).rejects.toMatchObject({ code: "ECONNRESET" });
  expect(connections()).toBe(1);
});

test("a kept connection that is reset within an answer is an error: the server was there", async () => {
  const { port, connections } = await serve(answer, resetInBody, answer);
  await get(urlOf(port), {});
  await expect(get(urlOf(port), {})).rejects.toMatchObject({ code: "ECONNRESET" });
  expect(connections()).toBe(1);
});

test.each([
  ["silent", silence],
  ["stuck within its answer", stallInBody],
])("a server that is %s is given up", async (_name, step) => {
  const { port } = await serve(step);
  const impatient = createHttpGet({ connectTimeout: 1_000, readTimeout: 20 });
  await expect(impatient(urlOf(port), {})).rejects.toThrow("No whole answer within 20 ms");
});

test("a server that takes no connection, here for want of TLS, is given up", async () => {
  const { port } = await serve(silence);
  const impatient = createHttpGet({ connectTimeout: 20, readTimeout: 1_000 });
  await expect(impatient(new URL(`https://127.0.0.1:${port}/`), {})).rejects.toThrow(
    "No connection within 20 ms",
  );
});

test("a port without a listener is an error", async () => {
  const { port } = await serve();
  server?.close();
  await expect(get(urlOf(port), {})).rejects.toMatchObject({ code: "ECONNREFUSED" });
});
