import { execFile, spawnSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { promisify } from "node:util";
import { RequestSigner } from "aws4";
import { rankCauses } from "#diagnosis/causes";
import { diagnose } from "#diagnosis/diagnose";
import { readPieces } from "#evidence/read";
import { PROJECT_ROOT } from "#self/repository";
import { RefusingGateway } from "../diagnosis/refusing-api";

/** What real tools print of a real refusal, read back. */

const gateway = new RefusingGateway();
const run = promisify(execFile);

const HAS_CURL = spawnSync("curl", ["--version"]).status === 0;
const HAS_BOTOCORE = spawnSync("python3", ["-c", "import botocore.auth, botocore.httpsession"]).status === 0;

function causesOf(...texts: readonly string[]) {
  const observed = readPieces(texts.map((text) => ({ bytes: Buffer.from(text) })));
  return { observed, diagnosis: diagnose(observed), causes: rankCauses(observed, diagnose(observed)) };
}

/** A signed request whose path was encoded once, as options of curl. */
function curlOptions(): string[] {
  const { request } = gateway.sign({
    path: "/dev/signed/a%20b",
    canonical: (text) => text.replace("%2520", "%20"),
  });
  const headers = request.headers.flatMap(([name, value]) => ["-H", `${name}: ${value}`]);
  return [...headers, `${gateway.gateway.url}${request.target}`];
}

(HAS_CURL ? describe : describe.skip)("curl", () => {
  test.each([
    ["-v", (out: string, err: string) => [err + out]],
    ["-v", (out: string, err: string) => [out, err]],
    ["-i", (out: string) => [out]],
  ] as const)("%s: the answer's long form and its cause", async (option, pieces) => {
    const { stdout, stderr } = await run("curl", ["-s", option, ...curlOptions()]);
    const { observed, diagnosis, causes } = causesOf(...pieces(stdout, stderr));
    expect([observed.response.status, diagnosis.gate]).toEqual([403, "signature"]);
    expect(causes[0]?.cause).toMatch(/arrived with an encoding \(%20\), which AWS signs encoded once more/);
    if (option === "-v") {
      expect(observed.request).toMatchObject({ method: "GET", target: "/dev/signed/a%20b" });
      expect(observed.request?.headers).toContainEqual(["Host", gateway.gateway.host]);
    }
  });

  test("-v with a body, a 100 Continue and a pipe's progress", async () => {
    const { request } = gateway.sign({ method: "PUT", path: "/dev/signed", body: "x".repeat(2_000) });
    const headers = request.headers.flatMap(([name, value]) => ["-H", `${name}: ${value}`]);
    const { stdout, stderr } = await run("curl", [
      ...["-v", "-X", "PUT", "--data-binary", "y".repeat(2_000), "-H", "Expect: 100-continue", ...headers],
      `${gateway.gateway.url}/dev/signed`,
    ]);
    const { observed } = causesOf(stderr + stdout);
    expect(observed.response.status).toBeGreaterThanOrEqual(400);
    expect(observed.request).toMatchObject({ method: "PUT", target: "/dev/signed" });
  });
});

(HAS_BOTOCORE ? test : test.skip)(
  "botocore's debug log: the request, the answer, and both canonical requests",
  async () => {
    const { accessKeyId, secretAccessKey, sessionToken } = gateway.gateway.credentials("reader");
    const code = `
import logging, sys
logging.basicConfig(level=logging.DEBUG, stream=sys.stdout)
from botocore.auth import S3SigV4Auth
from botocore.awsrequest import AWSRequest
from botocore.credentials import Credentials
from botocore.httpsession import URLLib3Session
request = AWSRequest(method="GET", url="${gateway.gateway.url}/dev/signed/a%20b?b=2&a=1")
S3SigV4Auth(Credentials("${accessKeyId}", "${secretAccessKey}", "${sessionToken}"), "execute-api", "us-east-1").add_auth(request)
answer = URLLib3Session().send(request.prepare())
print("Response headers: %s" % dict(answer.headers))
print("Response body:\\n%s" % answer.content)
`;
    const { stdout } = await run("python3", ["-c", code]);
    const { observed, diagnosis } = causesOf(stdout);
    expect(observed.canonicalRequest).toMatch(/^GET\n\/dev\/signed\/a%20b\na=1&b=2\n/);
    expect(diagnosis.gate).toBe("signature");
  },
);

test("Node: an error as util.inspect prints it, with aws4's request", async () => {
  const { request } = gateway.sign({
    path: "/dev/signed?b=1&a=2",
    canonical: (text) => text.replace("a=2&b=1", "b=1&a=2"),
  });
  const { status, body } = await gateway.exchange(request);
  const { inspect } = await import("node:util");
  const error = Object.assign(new Error(`Request failed with status code ${status}`), {
    response: { status, headers: {}, data: JSON.parse(body.toString()) },
    config: { method: "get", headers: Object.fromEntries(request.headers) },
  });
  const { observed, causes } = causesOf(inspect(error, { depth: 9 }));
  expect(observed.response.status).toBe(403);
  expect(causes[0]?.cause).toMatch(/^The query string may not have been signed as AWS has it/);
  const signer = new RequestSigner({ host: "a", path: "/" }, { accessKeyId: "a", secretAccessKey: "b" });
  expect(causesOf(`Canonical request:\n${signer.canonicalString()}`).observed.canonicalRequest).toBe(
    signer.canonicalString(),
  );
});

/** As browsers copy them; by the same template in Chromium and Firefox. */
test.each([
  [
    "Copy as cURL (bash)",
    `curl 'https://abc.execute-api.eu-west-1.amazonaws.com/dev/a?b=c%20d' \\
  -H 'accept: */*' \\
  -H 'x-api-key: EXAMPLEKEY' \\
  --data-raw $'{"a":"it\\'s"}' \\
  --compressed`,
  ],
  [
    "Copy as cURL (cmd)",
    `curl ^"https://abc.execute-api.eu-west-1.amazonaws.com/dev/a?b=c^%^20d^" ^
  -H ^"accept: */*^" ^
  -H ^"x-api-key: EXAMPLEKEY^" ^
  --data-raw ^"^{^\\^"a^\\^":^\\^"it's^\\^"^}^"`,
  ],
  [
    "Copy as fetch",
    `fetch("https://abc.execute-api.eu-west-1.amazonaws.com/dev/a?b=c%20d", {
  "headers": {
    "accept": "*/*",
    "x-api-key": "EXAMPLEKEY"
  },
  "body": "{\\"a\\":\\"it's\\"}",
  "method": "POST"
});`,
  ],
  [
    "Copy as PowerShell",
    `Invoke-WebRequest -UseBasicParsing -Uri "https://abc.execute-api.eu-west-1.amazonaws.com/dev/a?b=c%20d" \`
-Method "POST" \`
-Headers @{
  "accept"="*/*"
  "x-api-key"="EXAMPLEKEY"
} \`
-Body "{\`"a\`":\`"it's\`"}"`,
  ],
  [
    "httpie",
    `http POST https://abc.execute-api.eu-west-1.amazonaws.com/dev/a?b=c%20d accept:*/* x-api-key:EXAMPLEKEY a="it's"`,
  ],
  [
    "raw HTTP",
    `POST /dev/a?b=c%20d HTTP/1.1\r\nHost: abc.execute-api.eu-west-1.amazonaws.com\r\naccept: */*\r\nx-api-key: EXAMPLEKEY\r\n\r\n{"a":"it's"}`,
  ],
  [
    "HAR",
    JSON.stringify({
      log: {
        version: "1.2",
        entries: [
          {
            request: {
              method: "POST",
              url: "https://abc.execute-api.eu-west-1.amazonaws.com/dev/a?b=c%20d",
              headers: [
                { name: ":authority", value: "abc.execute-api.eu-west-1.amazonaws.com" },
                { name: "accept", value: "*/*" },
                { name: "x-api-key", value: "EXAMPLEKEY" },
              ],
              postData: { mimeType: "application/json", text: `{"a":"it's"}` },
            },
            response: { status: 403, headers: [], content: { text: '{"message":"Forbidden"}' } },
          },
        ],
      },
    }),
  ],
])("%s: method, target, headers and body", (_, text) => {
  const { observed } = causesOf(text, '{"message":"Forbidden"}');
  expect({ ...observed.request, body: Buffer.from(observed.request?.body ?? []).toString() }).toEqual({
    method: "POST",
    target: "/dev/a?b=c%20d",
    headers: [
      ["Host", "abc.execute-api.eu-west-1.amazonaws.com"],
      ["accept", "*/*"],
      ["x-api-key", "EXAMPLEKEY"],
    ],
    body: `{"a":"it's"}`,
  });
  expect(observed.response.body).toBe("Forbidden");
});

interface Output {
  readonly tool: string;
  readonly version: string;
  readonly text: string;
  readonly answers?: boolean;
  readonly hides?: readonly ("headers" | "body")[];
  readonly target?: string;
  /** The tool shows the canonical request that it signed. */
  readonly signs?: boolean;
}

const OUTPUTS = JSON.parse(
  readFileSync(join(PROJECT_ROOT, "test/fixtures/tool-outputs.json"), "utf8"),
) as readonly Output[];

test.each(OUTPUTS)(
  "$tool of $version: what it shows is read",
  ({ text, answers, hides = [], target, signs }) => {
    const { observed } = causesOf(...(answers ? [text] : [text, '{"message":"Forbidden"}']));
    const headers = observed.request?.headers.map(([name, value]) => [name.toLowerCase(), value]);
    expect(observed.request).toMatchObject({ method: "POST", target: target ?? "/dev/a?b=c%20d" });
    expect(headers).toContainEqual(["host", "abc.execute-api.eu-west-1.amazonaws.com"]);
    if (!hides.includes("headers")) expect(headers).toContainEqual(["x-api-key", "EXAMPLEKEY"]);
    const body = Buffer.from(observed.request?.body ?? []).toString();
    if (!hides.includes("body")) expect(JSON.parse(body)).toEqual({ a: "it's" });
    if (answers) expect(observed.response.status).toBe(403);
    if (signs)
      expect(observed.canonicalRequest).toMatch(/^POST\n\/dev\/[^\n]*\n\n[\s\S]*\n\n[\w;-]+\n[0-9a-f]{64}$/);
  },
);

test("code without an address, or with an address alone, is no request", () => {
  for (const text of ['const name = "x-api-key"; send("POST")', 'open("https://example.com/docs")'])
    expect(causesOf(text, '{"message":"Forbidden"}').observed.request).toBeUndefined();
});
