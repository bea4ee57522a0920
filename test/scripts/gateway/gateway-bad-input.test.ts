import { once } from "node:events";
import { loadApi } from "../../support/api-terraform";
import { type LocalGateway, startGateway } from "../../support/local-gateway";
import {
  answerHeader,
  bodyText,
  exchange,
  open,
  type RawAnswer,
  sendBytes,
} from "../../support/raw-exchange";
import { temporaryFolder } from "../../support/temporary-folder";

/** What no client should send and no function should return: the answer AWS gives, and the gateway goes on. */

/** Runs what arrives in the body as the body of the handler. */
const RUN = `const AsyncFunction = (async () => {}).constructor;
  export const handler = (event) => new AsyncFunction("event", event.body)(event);`;

const folder = temporaryFolder();
let gateway: LocalGateway;

beforeAll(async () => {
  const run = { source: RUN, properties: { timeout: 1 } };
  const model = loadApi(
    {
      routes: [
        { route: "GET /good" },
        { route: "POST /good" },
        { route: "POST /run", lambda: "run" },
        { route: "POST /die", lambda: "die" },
      ],
      functions: { run, die: run },
    },
    folder,
  );
  gateway = await startGateway(model);
});
afterAll(() => gateway.api.close());

/** Whatever happened, the next request is answered as ever. */
afterEach(async () => {
  expect(shown(await exchange(gateway.url, request("GET /dev/good")))).toEqual(SUCCESS);
});

const SUCCESS = [200, '{"message": "success"}'] as const;
const BAD_REQUEST = [400, '{"message":"Bad Request"}'] as const;
const FORBIDDEN = [403, '{"message":"Forbidden"}'] as const;
const MISSING_TOKEN = [403, '{"message":"Missing Authentication Token"}'] as const;
const INTERNAL = [502, '{"message": "Internal server error"}'] as const;

/** The bytes of a request with a Host and further header lines. */
function http(line: string, headers: readonly string[] = [], body = ""): string {
  return `${[`${line} HTTP/1.1`, "Host: a", ...headers].join("\r\n")}\r\n\r\n${body}`;
}

function request(line: string, body: string | Uint8Array = "") {
  const [method = "", target = ""] = line.split(" ");
  return { method, target, headers: [["Host", gateway.host] as const], body: Buffer.from(body) };
}

function shown(answer: RawAnswer | undefined) {
  return answer && [answer.status, bodyText(answer)];
}

const MANY_HEADERS = Array.from({ length: 1000 }, () => `x: ${"y".repeat(1000)}`);

test.each<[name: string, sent: string, answer: readonly [status: number, body: string]]>([
  ["no HTTP at all", "\u0016\u0003\u0001\u0002\r\n\r\n", BAD_REQUEST],
  ["a request line without a version", "GET /dev/good\r\n\r\n", BAD_REQUEST],
  ["a version that is none", "GET /dev/good HTTP/9.9\r\nHost: a\r\n\r\n", BAD_REQUEST],
  ["a space in the target", http("GET /dev/go od"), BAD_REQUEST],
  ["a target that is not ASCII", http("GET /dev/\u00ff"), BAD_REQUEST],
  ["a method that is none", http("G<T /dev/good"), BAD_REQUEST],
  ["a header without a colon", http("GET /dev/good", ["x"]), BAD_REQUEST],
  ["a header with a NUL", http("GET /dev/good", ["x: a\u0000b"]), BAD_REQUEST],
  ["a length that is no number", http("POST /dev/good", ["Content-Length: x"]), BAD_REQUEST],
  ["two lengths", http("POST /dev/good", ["Content-Length: 1", "Content-Length: 2"], "ab"), BAD_REQUEST],
  [
    "a length and chunks",
    http("POST /dev/good", ["Content-Length: 5", "Transfer-Encoding: chunked"], "0\r\n\r\n"),
    BAD_REQUEST,
  ],
  ["a chunk that is none", http("POST /dev/good", ["Transfer-Encoding: chunked"], "zz\r\n"), BAD_REQUEST],
  ["two Host lines", http("GET /dev/good", ["Host: b"]), BAD_REQUEST],
  ["no Host", "GET /dev/good HTTP/1.1\r\n\r\n", BAD_REQUEST],
  ["a raw | in the query", http("GET /dev/good?a=1|2"), BAD_REQUEST],
  ["a raw { in the query", http("GET /dev/good?a={1"), BAD_REQUEST],
  ["a raw } in the query", http("GET /dev/good?a=1}"), BAD_REQUEST],
  ["CONNECT", http("CONNECT elsewhere:443"), BAD_REQUEST],
  ["1 MB of headers", http("GET /dev/good", MANY_HEADERS), [431, "HTTP header is larger than 10240 bytes."]],
  [
    "a header of more than 10 kB",
    http("GET /dev/good", [`Cookie: ${"y".repeat(10_300)}`]),
    [431, "HTTP header is larger than 10240 bytes."],
  ],
  ["a header of just less", http("GET /dev/good", [`Cookie: ${"y".repeat(10_200)}`]), SUCCESS],
  [
    "HTTP/2 without asking for it",
    "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n",
    [505, '{"message":"HTTP Version Not Supported"}'],
  ],
  [
    "an upgrade to HTTP/2",
    http("GET /dev/good", [
      "Connection: Upgrade, HTTP2-Settings",
      "Upgrade: h2c",
      "HTTP2-Settings: AAMAAABk",
    ]),
    SUCCESS,
  ],
  [
    "an expectation that is not known",
    http("POST /dev/good", ["Expect: 200-ok", "Content-Length: 2"], "{}"),
    [417, '{"message":"Expectation Failed"}'],
  ],
  [
    "a target that is too long",
    http(`GET /dev/good?${"y".repeat(10_240)}`),
    [414, '{"message":"Request URI too long"}'],
  ],
  ["an unknown stage", http("GET /prd/good"), FORBIDDEN],
  ["no stage", http("GET /"), FORBIDDEN],
  ["an asterisk for a target", http("OPTIONS *"), FORBIDDEN],
  ["a raw | in the path", http("GET /dev/go|od"), MISSING_TOKEN],
  ["raw braces in the path", http("GET /dev/{good}"), MISSING_TOKEN],
  ["malformed percent-encoding", http("GET /dev/%zz%?%=%f"), MISSING_TOKEN],
  ["dot segments", http("GET /dev/../dev/good"), MISSING_TOKEN],
  ["an unknown method", http("PURGE /dev/good"), MISSING_TOKEN],
  ["an encoded | in the query", http("GET /dev/good?a=1%7C2"), SUCCESS],
  ["encoded braces in the query", http("GET /dev/good?a=%7B1%7D"), SUCCESS],
  ["a target in absolute form", http("GET http://A/dev/good"), SUCCESS],
  ["a target in absolute form that names another host", http("GET http://elsewhere/dev/good"), BAD_REQUEST],
  ["one with a user before the host", http("GET http://a@a/dev/good"), BAD_REQUEST],
  ["a header that is no UTF-8", http("GET /dev/good", ["x: \u00ff"]), SUCCESS],
  ["HTTP/1.0 without a Host", "GET /dev/good HTTP/1.0\r\n\r\n", SUCCESS],
  ["an upgrade", http("GET /dev/good", ["Connection: Upgrade", "Upgrade: websocket"]), SUCCESS],
  ["a body where none is expected", http("GET /dev/good", ["Content-Length: 2"], "{}"), SUCCESS],
  [
    "an expectation to be told to continue",
    http("POST /dev/good", ["Expect: 100-continue", "Content-Length: 2"], "{}"),
    SUCCESS,
  ],
])("%s", async (_, sent, answer) => {
  expect((await sendBytes(gateway.url, [sent])).map(shown)).toEqual([answer]);
});

test("a body in chunks arrives as one", async () => {
  const source = "return { body: event.body.slice(-4) };";
  const chunks = [source, "//ab", "cd"].map((text) => `${text.length.toString(16)}\r\n${text}\r\n`);
  const sent = http("POST /dev/run", ["Transfer-Encoding: chunked"], `${chunks.join("")}0\r\n\r\n`);
  expect((await sendBytes(gateway.url, [sent])).map(shown)).toEqual([[200, "abcd"]]);
});

test("more bytes than Content-Length do not cost a request its answer", async () => {
  const body = 'return { body: "Käse" };';
  const sent = [http("POST /dev/run", [`Content-Length: ${body.length}`]), Buffer.from(`${body} `)];
  const answers = await sendBytes(gateway.url, sent, { answers: 2 });
  expect(answers.map(shown)).toEqual([[200, "Käse"], BAD_REQUEST]);
  expect(answers.map((answer) => answerHeader(answer, "x-amzn-requestid"))).toEqual(
    gateway.log.slice(-2).map(({ requestId }) => requestId),
  );
  expect(gateway.log.at(-1)).toMatchObject({
    gate: "front-end",
    reason:
      "after POST /dev/run: more bytes than Content-Length; did the client count characters instead of bytes?",
  });
});

test("who asks whether to continue is told so before the body is there", async () => {
  const socket = await open(gateway.url);
  socket.write(http("POST /dev/good", ["Expect: 100-continue", "Content-Length: 2"]));
  const [told] = await once(socket, "data");
  expect(String(told)).toBe("HTTP/1.1 100 Continue\r\n\r\n");
  socket.destroy();
});

test.each([
  ["11 MB", 11 * 1024 * 1024],
  ["60 MB", 60 * 1024 * 1024],
  ["a byte more than is allowed", 10_485_761],
])("%s of body", async (_, length) => {
  const answer = await exchange(gateway.url, request("POST /dev/good", new Uint8Array(length)));
  expect(shown(answer)).toEqual([413, "HTTP content length exceeded 10485760 bytes."]);
  expect(answerHeader(answer, "content-type")).toBe("text; charset=utf-8");
});

test("a body that Lambda does not take as an event", async () => {
  const answer = await exchange(gateway.url, request("POST /dev/run", Buffer.alloc(6 * 1024 * 1024, "x")));
  expect(shown(answer)).toEqual([413, '{"message": "Request Too Long"}']);
  expect(answerHeader(answer, "content-type")).toBe("application/json");
  expect(answerHeader(answer, "x-amzn-errortype")).toBe("BadRequestException");
});

test("a body of just the size that is allowed", async () => {
  const answer = await exchange(gateway.url, request("POST /dev/good", new Uint8Array(10_485_760)));
  expect(shown(answer)).toEqual(SUCCESS);
});

test.each([
  ["half a body, and then no client", http("POST /dev/run", ["Content-Length: 10"], "half")],
  ["a client that goes before its answer comes", http("POST /dev/run", ["Content-Length: 7"], "return;")],
])("%s", async (_, sent) => {
  const socket = await open(gateway.url);
  socket.write(sent);
  socket.destroy();
  await once(socket, "close");
});

test("pipelined requests are answered in their order", async () => {
  const sent = ["/dev/good", "/dev/none", "/prd/x", "/dev/good"].map((target) => http(`GET ${target}`));
  const answers = await sendBytes(gateway.url, [sent.join("")], { answers: 4 });
  expect(answers.map(shown)).toEqual([SUCCESS, MISSING_TOKEN, FORBIDDEN, SUCCESS]);
});

test("HEAD has the headers of its refusal and no body, so that the next answer follows", async () => {
  const sent = http("HEAD /dev/good");
  const answers = await sendBytes(gateway.url, [sent, sent], { answers: 2, method: "HEAD" });
  expect(answers.map((answer) => [answer.status, answerHeader(answer, "content-length")])).toEqual([
    [403, "42"],
    [403, "42"],
  ]);
});

describe("a function that", () => {
  const ROWS: readonly [name: string, run: string, answer: readonly [status: number, body: string]][] = [
    ["returns text", "return 'nonsense';", INTERNAL],
    ["returns nothing", "", INTERNAL],
    ["returns a list", "return [1];", INTERNAL],
    ["returns a status that is none", "return { statusCode: 1000 };", INTERNAL],
    ["returns a header that HTTP cannot carry", "return { headers: { 'a b': '1' } };", INTERNAL],
    ["promises trailers", "return { headers: { Trailer: 'x' }, body: 'kept' };", [200, "kept"]],
    [
      "says how its body is framed",
      "return { headers: { 'Content-Length': '1', 'Transfer-Encoding': 'chunked' }, body: 'kept' };",
      [200, "kept"],
    ],
    ["answers 204 with a body", "return { statusCode: 204, body: 'dropped' };", [204, ""]],
    ["answers 304 with a body", "return { statusCode: 304, body: 'dropped' };", [304, ""]],
    ["throws", "throw new Error('a detail');", INTERNAL],
    [
      "throws later",
      "setTimeout(() => { throw new Error('late'); }); await new Promise(() => {});",
      INTERNAL,
    ],
    ["takes too long", "await new Promise((done) => setTimeout(done, 60_000));", INTERNAL],
    ["never comes to an end", "for (;;);", INTERNAL],
    ["exits", "process.exit(3);", INTERNAL],
    ["uses up its memory", "const kept = []; for (;;) kept.push(new Array(1e6).fill(kept));", INTERNAL],
  ];
  let answers: Map<string, Promise<RawAnswer>>;

  // All at once, since two of them take a whole second.
  beforeAll(() => {
    const runs = ROWS.map(
      ([name, run]) => [name, exchange(gateway.url, request("POST /dev/run", run))] as const,
    );
    answers = new Map(runs);
  });

  test.each(ROWS)("%s", async (name, _, answer) => {
    expect(shown(await answers.get(name))).toEqual(answer);
  });

  test("kills its process", async () => {
    const kill = "process.kill(process.pid, 'SIGKILL'); await new Promise(() => {});";
    expect(shown(await exchange(gateway.url, request("POST /dev/die", kill)))).toEqual(INTERNAL);
  });

  test.each(["run", "die"])("is fine again answers again: %s", async (name) => {
    const answer = await exchange(gateway.url, request(`POST /dev/${name}`, "return { body: 'well' };"));
    expect(shown(answer)).toEqual([200, "well"]);
  });
});
