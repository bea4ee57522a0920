import { once } from "node:events";
import { createServer, type RequestListener, type Server } from "node:http";
import type { AddressInfo, Socket } from "node:net";
import { applyLoad } from "#self/bench/load";

let server: Server;
afterEach(() => {
  server.close();
  server.closeAllConnections();
});

/** Serves on any free port, and answers it. */
async function serve(listener: RequestListener): Promise<number> {
  server = createServer(listener);
  await once(server.listen(0, "127.0.0.1"), "listening");
  return (server.address() as AddressInfo).port;
}

const requests = ["/a", "/b"].map((target) => `GET ${target} HTTP/1.1\r\nHost: localhost\r\n\r\n`);

test("so many requests are sent, in turn, on as many connections, one at a time on each", async () => {
  const targets: string[] = [];
  const underWay = new Map<Socket, number>();
  const port = await serve(({ url = "", socket }, response) => {
    targets.push(url);
    const here = (underWay.get(socket) ?? 0) + 1;
    underWay.set(socket, here);
    expect(here).toBe(1);
    setImmediate(() => {
      underWay.set(socket, 0);
      response.setHeader("Content-Length", 0).end();
    });
  });
  const result = await applyLoad({ port, requests, count: 31, connections: 4 });
  expect(targets.filter((target) => target === "/a")).toHaveLength(16);
  expect(targets.filter((target) => target === "/b")).toHaveLength(15);
  expect(underWay.size).toBe(4);
  expect(result.requestsPerSecond).toBeCloseTo(31 / result.seconds);
  expect(result.p50Milliseconds).toBeLessThanOrEqual(result.p99Milliseconds);
  expect(result.p50Milliseconds).toBeGreaterThan(0);
});

test("an answer that is no 200 ends the load, and is shown", async () => {
  let answers = 0;
  const port = await serve((_, response) => {
    answers += 1;
    response.statusCode = answers < 5 ? 200 : 429;
    response.end("Too Many Requests");
  });
  await expect(applyLoad({ port, requests, count: 100, connections: 2 })).rejects.toThrow(
    /^an answer has status 429, expected 200:.*Too Many Requests$/s,
  );
});

test("a connection that the server closes ends the load", async () => {
  const port = await serve((request) => request.socket.destroy());
  await expect(applyLoad({ port, requests, count: 100, connections: 1 })).rejects.toThrow(
    "the server closed a connection under load",
  );
});
