import { execFile, spawnSync } from "node:child_process";
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { promisify } from "node:util";
import { readArguments } from "#call/arguments";
import { call } from "#call/call";
import { LANGUAGES, type Language } from "#call/print-code";
import { PROJECT_ROOT } from "#self/repository";
import { captureIo } from "../../support/captured-io";
import { CallableApi } from "./callable-api";

/** Requests that are printed as code, and presigned URLs: they are run, and the gateway takes them. */

const api = new CallableApi();
const run = promisify(execFile);

const has = (program: string, ...argv: string[]): boolean => spawnSync(program, argv).status === 0;

/** How code in a language is run. */
const RUNNERS: Partial<Record<Language, (code: string) => readonly [string, readonly string[]]>> = {
  ...(has("curl", "--aws-sigv4", "x", "--version") && {
    curl: (code: string) => ["bash", ["-c", code]] as const,
  }),
  ...(has("python3", "-c", "import botocore, requests") && {
    python: (code: string) => ["python3", ["-c", code]] as const,
  }),
  js: (code) => {
    const folder = join(PROJECT_ROOT, "node_modules", ".cache", "printed-code");
    mkdirSync(folder, { recursive: true });
    const path = join(folder, "call.mjs");
    writeFileSync(path, code);
    return [process.execPath, [path]];
  },
};

function environment(profile: string): NodeJS.ProcessEnv {
  const { accessKeyId, secretAccessKey, sessionToken } = api.gateway.credentials(profile);
  return {
    PATH: process.env.PATH,
    AWS_ACCESS_KEY_ID: accessKeyId,
    AWS_SECRET_ACCESS_KEY: secretAccessKey,
    AWS_SESSION_TOKEN: sessionToken,
    API_KEY: api.key("demo"),
  };
}

describe.each(Object.entries(RUNNERS))("%s", (language, runner) => {
  test.each([
    { name: "a signed GET with a query", argv: ["GET", "/signed/a?b=2&a=1"], says: /success/ },
    {
      name: "a signed PUT with a body",
      argv: ["PUT", "/signed/a", "--data", `{"name":"it's \\"x\\" $HOME ä"}`],
      says: /success/,
    },
    { name: "a signature and an API key", argv: ["GET", "/both", "--api-key", "demo"], says: /success/ },
    { name: "no signature", argv: ["GET", "/open", "--unsigned"], says: /success/ },
  ])("$name: the gateway takes it", async ({ argv, says }) => {
    const { status, out } = await api.call([...argv, "--print", language]);
    expect(status).toBe(0);
    const [program, its] = runner(out);
    const { stdout } = await run(program, its, { env: environment("writer") });
    expect(stdout).toMatch(says);
  });

  test("with another's secret the gateway refuses it", async () => {
    const { out } = await api.call(["GET", "/signed/a", "--print", language]);
    const [program, its] = runner(out);
    const env = { ...environment("writer"), AWS_SECRET_ACCESS_KEY: "another" };
    const { stdout } = await run(program, its, { env });
    expect(stdout).toMatch(/The request signature we calculated does not match/);
  });
});

test("in every language the secrets are read from the environment", async () => {
  for (const language of LANGUAGES) {
    const { out } = await api.call([
      ...["GET", "/both", "--api-key", "demo", "--print", language],
      ...["--header", "Cookie: session=EXAMPLE", "--header", "X-One: 1"],
    ]);
    expect(out).toMatch(/API_KEY/);
    expect(out).toMatch(/x-one/i);
    expect(out).not.toMatch(/EXAMPLE/);
  }
});

test("Go code names the signer, its service and its region", async () => {
  const { out } = await api.call(["PUT", "/signed/a", "--data", "{}", "--print", "go"]);
  expect(out).toMatch(/SignHTTP\(ctx, credentials, request, .*, "execute-api", "eu-west-1", time\.Now\(\)\)/);
});

test("a presigned URL: the gateway takes it, and not one with another path", async () => {
  const io = captureIo();
  const asked = readArguments(["GET", "/signed/a?b=1", "--presign", "60"]);
  const status = await call(asked, { env: {}, io, localFolder: api.folder, now: Date.now });
  const { out, err } = io.written();
  expect([status, err]).toEqual([0, ""]);
  const url = out.trim();
  expect(new URL(url).searchParams.get("X-Amz-Expires")).toBe("60");
  expect((await fetch(url)).status).toBe(200);
  expect((await fetch(url.replace("/signed/a", "/signed/b"))).status).toBe(403);
});

test.each([
  [["--print", "perl"], /^--print: got 'perl', expected one of curl, python, go, js, http$/],
  [["--presign", "0"], /^--presign: got '0', expected seconds from 1/],
  [["--presign", "9", "--print", "js"], /^--presign and --print: one of them$/],
  [["--presign", "9", "--unsigned"], /^--unsigned: leave out/],
  [["--as", "a", "--profile", "b"], /^--as and --profile: one of them/],
  [["--external-id", "x"], /^--external-id, --mfa-serial: say of which role/],
  [["--role-arn", "reader"], /^--role-arn: got 'reader', expected arn:aws:iam::ACCOUNT:role\/NAME$/],
])("%j: one line", (argv, message) => {
  expect(() => readArguments(["GET", "/a", ...argv])).toThrow(message);
});

test("an MFA code is asked for at the terminal, and not without one", async () => {
  const role = [
    "--role-arn",
    "arn:aws:iam::111122223333:role/a",
    "--mfa-serial",
    "arn:aws:iam::111122223333:mfa/me",
  ];
  const asked = readArguments(["GET", "/signed", ...role]);
  const world = { env: {}, localFolder: api.folder, now: Date.now };
  await expect(call(asked, { ...world, io: captureIo() })).rejects.toThrow(/there is none here$/);
  const questions: string[] = [];
  const ask = async (question: string) => {
    questions.push(question);
    return "12";
  };
  await expect(call(asked, { ...world, io: { ...captureIo(), ask } })).rejects.toThrow(
    /a code of six digits$/,
  );
  expect(questions).toEqual(["MFA code of arn:aws:iam::111122223333:mfa/me: "]);
});
