import { signedRequests } from "#self/bench/signed-requests";
import { type HeaderLine, headerValue } from "#sigv4/request";
import { verify } from "#sigv4/verify";

const credentials = { accessKeyId: "ASIAEXAMPLE", secretAccessKey: "secret", sessionToken: "token" };
const load = { port: 3000, path: "/dev/products", region: "eu-west-1", credentials };

/** What a server that receives the request makes of it. */
function receive(request: string) {
  const [requestLine = "", ...lines] = request.split("\r\n");
  const [method = "", target = ""] = requestLine.split(" ");
  const headers = lines
    .filter((line) => line !== "")
    .map((line): HeaderLine => [line.slice(0, line.indexOf(":")), line.slice(line.indexOf(":") + 2)]);
  return { method, target, headers, body: new Uint8Array() };
}

const verifies = (request: ReturnType<typeof receive>): boolean =>
  verify(request, {
    region: "eu-west-1",
    service: "execute-api",
    now: new Date(),
    findCredentials: () => credentials,
  }).accepted;

test("every request is another one, complete, and signed for the server's address", async () => {
  const requests = await signedRequests(load);
  const received = requests.map(receive);
  expect(new Set(received.map(({ target }) => target)).size).toBe(requests.length);
  expect(received.every(({ headers }) => headerValue(headers, "host") === "127.0.0.1:3000")).toBe(true);
  expect(requests.every((request) => request.endsWith("\r\n\r\n"))).toBe(true);
  expect(received.every(verifies)).toBe(true);
});

test("a signature is good for its own request alone", async () => {
  const [first, second] = (await signedRequests(load)).map(receive);
  expect(verifies({ ...(first as ReturnType<typeof receive>), target: String(second?.target) })).toBe(false);
});
