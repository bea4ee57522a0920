import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { main } from "#diagnose";
import { captureIo } from "../support/captured-io";
import { runScript } from "../support/run-script";
import { temporaryFolder } from "../support/temporary-folder";
import { RefusingGateway, type Signed } from "./diagnosis/refusing-api";

const folder = temporaryFolder();
const gateway = new RefusingGateway();

function file(name: string, text: string | Buffer): string {
  const path = join(folder, name);
  writeFileSync(path, text);
  return path;
}

/** A client's failure, kept in files: answer, request and canonical request. */
async function keep({ request, canonicalRequest }: Signed) {
  const { status, headers, body } = await gateway.exchange(request);
  const lines = request.headers.map(([name, value]) => `${name}: ${value}\r\n`);
  const answerLines = headers.map(([name, value]) => `${name}: ${value}\r\n`);
  return {
    body: file("body.json", body),
    answer: file("answer.http", `HTTP/1.1 ${status} Forbidden\r\n${answerLines.join("")}\r\n${body}`),
    request: file(
      "request.http",
      `${request.method} ${request.target} HTTP/1.1\r\n${lines.join("")}\r\n${Buffer.from(request.body)}`,
    ),
    canonical: file("canonical.txt", `${canonicalRequest}\n`),
    text: body.toString(),
  };
}

async function run(argv: readonly string[], input?: string) {
  const io = captureIo();
  const status = await main(argv, {}, { ...io, readInput: async () => input ?? "" });
  const { out } = io.written();
  const { secretAccessKey, sessionToken = "" } = gateway.gateway.credentials("reader");
  for (const secret of [secretAccessKey, sessionToken]) expect(out).not.toContain(secret);
  return { status, out };
}

const encodedOnce = () =>
  gateway.sign({ path: "/dev/signed/a%20b", canonical: (text) => text.replace("%2520", "%20") });

test("an answer and the client's canonical request: both sides, the first difference marked", async () => {
  const { body, canonical } = await keep(encodedOnce());
  const { status, out } = await run([body, "--canonical", canonical]);
  expect(status).toBe(0);
  expect(out).toMatch(/^Diagnosis {2}refused at the gate 'signature': path encoded once\n/);
  expect(out).toContain(
    [
      "  The canonical request as the client signed it (-) and as the gateway calculated it (+)",
      "    HTTPMethod              GET",
      "  → CanonicalURI          - /dev/signed/a%20b",
      "                          + /dev/signed/a%2520b",
      "                                           ^",
      "    CanonicalQueryString    (empty line)",
      `    CanonicalHeaders        host:${gateway.gateway.host}`,
    ].join("\n"),
  );
  expect(out).toMatch(/ x-amz-security-token:\w{4}…\(200 characters\)\n/);
});

test.each(["answer", "body"] as const)(
  "the %s and the request: what is easily signed wrongly",
  async (kept) => {
    const files = await keep(encodedOnce());
    const { status, out } = await run([files[kept], "--request", files.request]);
    expect(status).toBe(0);
    expect(out.replace(/\s+/g, " ")).toMatch(/signed otherwise .* the path may have been encoded once/);
  },
);

test("the Authorization header apart from the request", async () => {
  const { request } = gateway.sign({ profile: "reader", region: "us-east-1" });
  const authorization = request.headers.find(([name]) => name === "Authorization")?.[1] ?? "";
  const others = request.headers.filter(([name]) => name !== "Authorization");
  const { body } = await keep({ request, canonicalRequest: "" });
  const path = file(
    "bare.http",
    `GET /dev/signed HTTP/1.1\n${others.map(([n, v]) => `${n}: ${v}`).join("\n")}\n\n`,
  );
  for (const value of [authorization, `Authorization: ${authorization}`]) {
    const { out } = await run([body, "--request", path, "--authorization", value]);
    expect(out).toMatch(/wrong scope\n[\s\S]*20261122\/us-east-1\/execute-api\/aws4_request/);
  }
});

test.each([[[]], [["-"]]])("the body from the standard input: %j", async (argv) => {
  const { text } = await keep(encodedOnce());
  const { status, out } = await run(argv, text);
  expect([status, out]).toEqual([0, expect.stringMatching(/'signature': mismatch\n/)]);
  expect(out).toMatch(/The canonical request that the gateway calculated\n {4}HTTPMethod +GET\n/);
});

test("as JSON, secrets masked", async () => {
  const { body, canonical, request } = await keep(encodedOnce());
  const { out } = await run([body, "--canonical", canonical, "--request", request, "--json"]);
  expect(JSON.parse(out)).toMatchObject({
    gate: "signature",
    fault: "path-encoded-once",
    canonicalRequests: expect.arrayContaining([
      { part: "CanonicalURI", client: "/dev/signed/a%20b", gateway: "/dev/signed/a%2520b" },
      {
        part: "CanonicalHeaders",
        header: "x-amz-security-token",
        client: expect.stringMatching(/^x-amz-security-token:\w{4}…\(200 characters\)$/),
        gateway: expect.stringMatching(/^x-amz-security-token:\w{4}…\(200 characters\)$/),
      },
    ]),
  });
});

test("several files in any order, not said what they are", async () => {
  const { answer, canonical, request } = await keep(encodedOnce());
  for (const files of [
    [answer, request, canonical],
    [canonical, answer],
  ]) {
    const { status, out } = await run(files);
    expect([status, out]).toEqual([0, expect.stringMatching(/'signature': path encoded once\n/)]);
  }
});

test("the causes as JSON, the likeliest first, each with what speaks for it", async () => {
  const { body, request } = await keep(encodedOnce());
  const { out } = await run([body, request, "--json"]);
  const { causes } = JSON.parse(out);
  expect(causes[0]).toEqual({
    cause: expect.stringMatching(/arrived with an encoding \(%20\), which AWS signs encoded once more/),
    advice: expect.stringMatching(/encoded once more/),
    evidence: "AWS's canonical request: /dev/signed/a%2520b",
    proven: false,
  });
  expect(causes.length).toBeGreaterThan(2);
});

test("an answer that is none of API Gateway's: status 1", async () => {
  const { status, out } = await run([file("proxy.html", "<html>blocked</html>")]);
  expect([status, out]).toEqual([
    1,
    expect.stringMatching(/The answer is an HTML page, and API Gateway answers in JSON/),
  ]);
});

test.each([
  { name: "no answer", argv: [], message: /^the answer is empty: name a file/ },
  {
    name: "a file that is not there",
    argv: ["nofile"],
    message: /^the answer: cannot read the file 'nofile' \(ENOENT\)$/,
  },
  {
    name: "a header without its request",
    argv: ["--authorization", "x"],
    message: /^--authorization: say what was signed/,
  },
  {
    name: "a request that is none",
    argv: ["--request", file("prose.txt", "It was refused, and I do not know why.")],
    message: /^--request: '.*' does not begin with a request line/,
  },
  {
    name: "no canonical request",
    argv: ["--canonical", "nofile"],
    message: /^--canonical: cannot read the file 'nofile'/,
  },
  {
    name: "two places to look",
    argv: ["--local", "--stage", "dev", __filename],
    message: /^--local and --stage: got both, expected one of them$/,
  },
])("$name: one line", async ({ argv, message }) => {
  await expect(run(argv)).rejects.toMatchObject({
    name: "UserError",
    message: expect.stringMatching(message),
  });
});

test("as a process: a pipe in, a diagnosis out", async () => {
  const io = await runScript(["scripts/diagnose.ts", file("forbidden.json", '{"message":"Forbidden"}')]);
  expect(io).toEqual({
    status: 0,
    out: expect.stringMatching(/^Diagnosis {2}refused at the gate 'api-key'/),
    err: "",
  });
});
