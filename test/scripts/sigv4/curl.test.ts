import { execFile, execFileSync } from "node:child_process";
import { once } from "node:events";
import { type AddressInfo, createServer, type Server } from "node:net";
import { promisify } from "node:util";
import { parseAmzDate } from "#sigv4/amz-date";
import type { SigningCredentials } from "#sigv4/credential-checks";
import { headerValue, type RawRequest } from "#sigv4/request";
import { type VerifyOptions, verify } from "#sigv4/verify";
import { AWKWARD_REQUESTS } from "./awkward-requests";
import { parseRawRequest } from "./raw-http";
import { LONG_TERM, OPTIONS, TEMPORARY, verdict, withHeader } from "./signed-requests";

/** curl's version as a number (7.88 is 788), 0 where there is no curl. */
function curlVersion(): number {
  try {
    const version = execFileSync("curl", ["--version"], { encoding: "utf8" });
    const [, major = "0", minor = "0"] = /^curl (\d+)\.(\d+)/.exec(version) ?? [];
    return Number(major) * 100 + Number(minor);
  } catch {
    return 0;
  }
}

const VERSION = curlVersion();

/** `--aws-sigv4` came with curl 7.75. */
(VERSION >= 775 ? describe : describe.skip)(`what curl --aws-sigv4 sends (curl ${VERSION / 100})`, () => {
  let server: Server;
  let receive: (request: RawRequest) => void = () => {};

  beforeAll(async () => {
    server = createServer((socket) => {
      let message = Buffer.alloc(0);
      socket.on("data", (chunk) => {
        message = Buffer.concat([message, chunk]);
        const request = parseRawRequest(message);
        const expected = Number(headerValue(request.headers, "content-length") ?? 0);
        if (!message.includes("\r\n\r\n") || request.body.length < expected) return;
        receive(request);
        socket.end("HTTP/1.1 200 OK\r\nContent-Length: 0\r\nConnection: close\r\n\r\n");
      });
    });
    await once(server.listen(0, "127.0.0.1"), "listening");
  });

  afterAll(() => {
    server.close();
  });

  /** Lets curl send a request, and returns what arrived with options whose clock stands at its time. */
  async function curl(path: string, credentials: SigningCredentials, ...flags: readonly string[]) {
    const received = new Promise<RawRequest>((resolve) => {
      receive = resolve;
    });
    const { port } = server.address() as AddressInfo;
    const signing = ["--aws-sigv4", "aws:amz:us-east-1:execute-api"];
    const user = ["--user", `${credentials.accessKeyId}:${credentials.secretAccessKey}`];
    const url = `http://127.0.0.1:${port}${path}`;
    await promisify(execFile)("curl", ["-q", "-s", "--noproxy", "*", ...signing, ...user, ...flags, url]);
    const request = await received;
    const now = new Date((parseAmzDate(headerValue(request.headers, "x-amz-date") ?? "") ?? 0) * 1000);
    const options: VerifyOptions<SigningCredentials> = {
      ...OPTIONS,
      now,
      findCredentials: () => credentials,
    };
    return { request, options };
  }

  /**
   * Until 8.14, curl signs path and query as they are written, unencoded and unsorted
   * (https://github.com/curl/curl/issues/18423): only paths without a character to encode, and queries that are in
   * canonical form already, are signed as AWS wants them by every curl. No `%2B`: from 8.14 on it is signed as a space
   * (https://github.com/curl/curl/issues/20543).
   */
  test.each<{ name: string; path: string; flags?: readonly string[]; credentials?: SigningCredentials }>([
    { name: "a path", path: "/dev/products" },
    { name: "the root", path: "/" },
    { name: "a slash at the end", path: "/dev/products/" },
    { name: "a tilde", path: "/dev/~a._-" },
    { name: "a query", path: "/dev/products?a=1&b=2" },
    { name: "escapes and an empty value in a query", path: "/dev/products?a=&b=x%20y&c=%2F%C3%A4" },
    { name: "a body", path: "/dev/products/x", flags: ["-X", "PUT", "-d", '{"name":"Käse"}'] },
    {
      name: "a session token",
      path: "/dev/products",
      credentials: TEMPORARY,
      flags: ["-H", `X-Amz-Security-Token: ${TEMPORARY.sessionToken}`],
    },
    { name: "an API key", path: "/dev/auth", flags: ["-H", "x-api-key: a-key", "-H", "Accept: text/html"] },
  ])("$name", async ({ path, flags = [], credentials = LONG_TERM }) => {
    const { request, options } = await curl(path, credentials, ...flags);
    const changed = withHeader(request, "Host", "127.0.0.1:1");
    expect(verdict(request, options)).toBe("accepted");
    expect(verdict(changed, options)).toMatch(/^InvalidSignatureException: The request/);
    expect(verdict({ ...request, target: `${request.target}x` }, options)).toMatch(
      /^InvalidSignatureException/,
    );
  });

  /** What curl signs otherwise is left out. */
  const AWKWARD = AWKWARD_REQUESTS.filter(({ path = "" }) => !path.includes("%2B"));

  (VERSION >= 814 ? test : test.skip)("awkward paths, queries, headers and bodies", async () => {
    for (const { method = "GET", path = "", headers = {}, body } of AWKWARD) {
      const lines = Object.entries(headers).flatMap(([name, value]) => ["-H", `${name}: ${value}`]);
      const data = body === undefined ? [] : ["-d", body];
      const { request, options } = await curl(path, LONG_TERM, "-g", "-X", method, ...lines, ...data);
      expect([path, verdict(request, options)]).toEqual([path, "accepted"]);
      expect(verdict({ ...request, method: "HEAD" }, options)).toMatch(/^InvalidSignatureException: The req/);
    }
  });

  (VERSION < 814 ? test : test.skip)(
    "a path that an older curl encodes once is refused, its cause named",
    async () => {
      const { request, options } = await curl("/dev/a%20b", LONG_TERM);
      expect(verify(request, options)).toMatchObject({
        accepted: false,
        reason: expect.stringMatching(/the path was encoded once/),
      });
    },
  );
});
