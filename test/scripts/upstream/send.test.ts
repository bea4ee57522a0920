import { sendUpstream, type UpstreamRequest } from "#upstream/send";
import { startRaw } from "../../support/upstream";

const request = (url: string, over: Partial<UpstreamRequest> = {}): UpstreamRequest => ({
  method: "GET",
  url,
  headers: [],
  body: new Uint8Array(),
  timeoutMilliseconds: 30_000,
  ...over,
});

/** What a server of this machine gets of a request, byte for byte; it answers 204. */
async function received(target: string, over: Partial<UpstreamRequest> = {}): Promise<string> {
  let bytes = "";
  const recording = await startRaw((socket, first) => {
    bytes = first.toString("latin1");
    socket.end("HTTP/1.1 204 No Content\r\n\r\n");
  });
  const outcome = await sendUpstream(request(`${recording.url}${target}`, over));
  await recording.close();
  expect(outcome.kind).toBe("answer");
  return bytes;
}

test("a path is sent as it is written: no dot segment is taken away", async () => {
  expect(await received("/a/../%2e%2e/b?c=/../d")).toMatch(
    /^GET \/a\/\.\.\/%2e%2e\/b\?c=\/\.\.\/d HTTP\/1\.1\r\n/,
  );
});

test("a body has its length, and a method without one has none", async () => {
  expect(await received("/", { method: "POST", body: Buffer.from("ab") })).toMatch(
    /\r\nContent-Length: 2\r\n/,
  );
  expect(await received("/", { method: "GET" })).not.toMatch(/Content-Length/i);
});

test.each([
  ["/{id}", "invalid"],
  ["/a b", "invalid"],
  ["/a#b", "invalid"],
  ["/a\r\nX-Evil: 1", "invalid"],
])("the address …%j is not sent", async (target, kind) => {
  expect((await sendUpstream(request(`http://127.0.0.1:1${target}`))).kind).toBe(kind);
});

test.each([
  "ftp://127.0.0.1/",
  "http://user@127.0.0.1/",
  "http://",
  "file:///etc/passwd",
  "http://127.0.0.1:99999/",
])("%s is no address", async (url) => {
  expect(["invalid", "unreachable"]).toContain((await sendUpstream(request(url))).kind);
});

test("a header that HTTP cannot carry is not sent", async () => {
  const outcome = await sendUpstream(request("http://127.0.0.1:1/", { headers: [["X-A", "a\r\nb"]] }));
  expect(outcome.kind).toBe("invalid");
});

test("an answer that grows beyond 10 MB is given up", async () => {
  const server = await startRaw((socket) => {
    socket.write("HTTP/1.1 200 OK\r\n\r\n");
    const write = (): void => {
      if (!socket.destroyed) socket.write(Buffer.alloc(1 << 20), write);
    };
    write();
  });
  expect((await sendUpstream(request(server.url))).kind).toBe("too-large");
  await server.close();
});
