import { createHash } from "node:crypto";
import { once } from "node:events";
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { createServer as createHttpsServer } from "node:https";
import { type AddressInfo, createServer as createTcpServer, type Server } from "node:net";
import { join } from "node:path";
import { main } from "#call";
import { readArguments } from "#call/arguments";
import { call } from "#call/call";
import { captureIo } from "../../support/captured-io";
import { runScript } from "../../support/run-script";
import { NO_AWS_SETTINGS, writeOutputs } from "../../support/stage-outputs";
import { temporaryFolder } from "../../support/temporary-folder";

/** Mistakes: one line that says what to do, exit status 2, and nothing on the standard output. */

const folder = temporaryFolder();
const TLS = join(__dirname, "../../fixtures/tls");
const CREDENTIALS = {
  AWS_ACCESS_KEY_ID: "AKIDEXAMPLE",
  AWS_SECRET_ACCESS_KEY: "secretSecret",
  AWS_SESSION_TOKEN: "",
};
const servers: Server[] = [];
const ports: Record<string, number> = {};

beforeAll(async () => {
  const start = async (name: string, server: Server): Promise<void> => {
    servers.push(server);
    await once(server.listen(0, "127.0.0.1"), "listening");
    ports[name] = (server.address() as AddressInfo).port;
  };
  const [key, cert] = ["key", "certificate"].map((what) => readFileSync(join(TLS, `loopback-${what}.pem`)));
  await start("tls", createHttpsServer({ key, cert }));
  await start(
    "garbage",
    createTcpServer((socket) => socket.end("hello\r\n\r\n")),
  );
  await start(
    "closing",
    createTcpServer((socket) => socket.destroy()),
  );

  writeFileSync(join(folder, "config"), SSO_CONFIG);
  mkdirSync(join(folder, ".aws/sso/cache"), { recursive: true });
  for (const session of ["https://old.awsapps.com/start", "corp"]) {
    const name = createHash("sha1").update(session).digest("hex");
    const token = { startUrl: "x", region: "us-east-1", accessToken: "x", expiresAt: "2020-01-01T00:00:00Z" };
    writeFileSync(join(folder, `.aws/sso/cache/${name}.json`), JSON.stringify(token));
  }
  writeFileSync(
    join(folder, "shared"),
    "[half]\naws_access_key_id = ASIAHALF\naws_secret_access_key = secretSecret\n",
  );
});
beforeEach(() => {
  Object.assign(process.env, NO_AWS_SETTINGS, CREDENTIALS, { HOME: folder });
});
afterAll(() => {
  for (const server of servers) server.close();
});

const SSO_CONFIG = `
[profile old]
sso_start_url = https://old.awsapps.com/start
sso_region = us-east-1
sso_account_id = 111122223333
sso_role_name = reader
[sso-session corp]
sso_start_url = https://corp.awsapps.com/start
sso_region = us-east-1
[profile new]
sso_session = corp
sso_account_id = 111122223333
sso_role_name = reader
`;
const withProfiles = {
  AWS_CONFIG_FILE: join(folder, "config"),
  AWS_SHARED_CREDENTIALS_FILE: join(folder, "shared"),
};
const NO_KEYS = { AWS_ACCESS_KEY_ID: "", AWS_SECRET_ACCESS_KEY: "" };
const at = (name: string, scheme = "http") => `${scheme}://127.0.0.1:${ports[name]}/dev`;

interface Mistake {
  readonly name: string;
  readonly argv: () => readonly string[];
  readonly message: RegExp;
  /** Variables of the process, where the SDK looks. */
  readonly env?: Readonly<Record<string, string>>;
}

async function messageOf({ argv, env = {} }: Mistake): Promise<string> {
  Object.assign(process.env, env);
  const io = captureIo();
  const world = { env, io, localFolder: join(folder, "nowhere"), now: Date.now };
  const attempt = async () => call(readArguments(argv()), world);
  const error: Error & { code?: string } = await attempt().then(
    (status) => new Error(`no mistake: ${status} ${io.written().out}`),
    (thrown) => thrown,
  );
  const isMistake = error.name === "UserError" || /^ERR_PARSE_ARGS/.test(error.code ?? "");
  expect([isMistake, io.written().out, error.message]).toEqual([true, "", expect.any(String)]);
  return error.message;
}

const OPEN = ["GET", "/x", "--url", "http://127.0.0.1:1/dev", "--unsigned"];
const outputs = () =>
  writeOutputs(folder, "outputs.json", { service_endpoint: "http://127.0.0.1:1/dev", region: "eu-west-1" });

describe("the command line", () => {
  test.each<Mistake>([
    {
      name: "nothing",
      argv: () => [],
      message: /^got nothing to call, expected METHOD PATH, such as make call REQUEST='GET \/products'/,
    },
    { name: "no PATH", argv: () => ["GET"], message: /^got 'GET', expected METHOD PATH/ },
    { name: "a word too many", argv: () => ["GET", "/a", "/b"], message: /^got 'GET \/a \/b'/ },
    {
      name: "another METHOD",
      argv: () => ["FETCH", "/a"],
      message: /^METHOD: got 'FETCH', expected one of DELETE, GET/,
    },
    {
      name: "a PATH without /",
      argv: () => ["GET", "a"],
      message: /^PATH: got 'a', expected a path that begins with '\/': \/a$/,
    },
    {
      name: "a URL for PATH",
      argv: () => ["GET", "https://a.example/b"],
      message: /^PATH: got a URL of https:\/\/a\.example, expected one of a local gateway or of a stage/,
    },
    {
      name: "two targets",
      argv: () => ["GET", "/", "--local", "--url", "http://a"],
      message: /^--local and --url: one target at a time$/,
    },
    {
      name: "two other targets",
      argv: () => ["GET", "/", "--stage", "dev", "--url", "http://a"],
      message: /^--stage and --url: one target at a time$/,
    },
    {
      name: "who signs an unsigned request",
      argv: () => [...OPEN, "--as", "a"],
      message: /^--unsigned and --as: got both, expected one of/,
    },
    {
      name: "a header without a colon",
      argv: () => [...OPEN, "--header", "secret"],
      message: /^--header: got no colon, expected 'Name: value'/,
    },
    {
      name: "a header without a name",
      argv: () => [...OPEN, "--header", ": x"],
      message: /^--header: got no colon/,
    },
    {
      name: "a header that is none",
      argv: () => [...OPEN, "--header", "a b: x"],
      message: /^--header: 'a b' is not a header's name/,
    },
    {
      name: "a length of the body, which another one would make wait for",
      argv: () => [...OPEN, "--header", "Content-Length: 5"],
      message: /^--header: 'Content-Length' is set from the body/,
    },
    {
      name: "a header of two lines",
      argv: () => [...OPEN, "--header", "a: x\ny"],
      message: /contains characters that HTTP does not allow$/,
    },
    {
      name: "a body file that is not there",
      argv: () => [...OPEN, "--data", "@nofile"],
      message: /^--data: cannot read the file 'nofile' \(ENOENT\)/,
    },
    {
      name: "a region that is none",
      argv: () => [...OPEN, "--region", "mars"],
      message: /^--region: got 'mars', expected a region's code/,
    },
    {
      name: "a region that is none, of the environment",
      argv: () => OPEN,
      env: { AWS_REGION: "mars" },
      message: /^AWS_REGION: got 'mars', expected a region's code/,
    },
    {
      name: "two regions",
      argv: () => [...OPEN, "--region", "us-east-1", "--region-set", "*"],
      message: /^--region and --region-set: got both/,
    },
    {
      name: "a region set that is none",
      argv: () => [...OPEN, "--region-set", "US EAST"],
      message: /^--region-set: got 'US EAST'/,
    },
    {
      name: "a clock offset that is none",
      argv: () => [...OPEN, "--clock-offset", "soon"],
      message: /^--clock-offset: got 'soon', expected seconds/,
    },
    {
      name: "an option that is none",
      argv: () => [...OPEN, "--explian"],
      message: /Unknown option '--explian'/,
    },
    {
      name: "outputs of no stage",
      argv: () => [...OPEN, "--outputs", "x.json"],
      message: /^--outputs: name their stage/,
    },
    {
      name: "a URL that is none",
      argv: () => ["GET", "/", "--url", "api"],
      message: /^--url: got 'api', expected the address of a stage/,
    },
    { name: "a URL with a query", argv: () => ["GET", "/", "--url", "http://a/?b"], message: /^--url: got/ },
    { name: "a URL of another kind", argv: () => ["GET", "/", "--url", "ftp://a/"], message: /^--url: got/ },
  ])("$name", async (row) => {
    expect(await messageOf(row)).toMatch(row.message);
  });
});

describe("what is not there", () => {
  test.each<Mistake>([
    {
      name: "a local API",
      argv: () => ["GET", "/"],
      message: /^no local API: .*outputs\.json does not exist; start it with 'make dev'/,
    },
    {
      name: "a stage",
      argv: () => ["GET", "/", "--stage", "prd"],
      message: /^STAGE: got 'prd', expected one of dev, prod/,
    },
    {
      name: "the outputs of a stage",
      argv: () => ["GET", "/", "--stage", "dev", "--outputs", join(folder, "none.json")],
      message: /was not deployed from here; run 'make deploy' first$/,
    },
    {
      name: "a client of the stage",
      argv: () => ["GET", "/", "--stage", "dev", "--outputs", outputs(), "--api-key", "nobody"],
      message: /^--api-key: got 'nobody', expected a client \(have: demo, partner\) or a key's value/,
    },
    {
      name: "a client of a URL",
      argv: () => [...OPEN, "--api-key"],
      message: /^--api-key: with --url, clients cannot be found by name/,
    },
    {
      name: "a key that HTTP can carry",
      argv: () => [...OPEN, "--api-key", "a key"],
      message: /^--api-key: the value contains a space/,
    },
  ])("$name", async (row) => {
    expect(await messageOf(row)).toMatch(row.message);
  });
});

const SIGNED = ["GET", "/x", "--url", "http://127.0.0.1:1/dev"];

describe("credentials", () => {
  test.each<Mistake>([
    {
      name: "none",
      argv: () => SIGNED,
      env: NO_KEYS,
      message: /^no AWS credentials \(Could not load credentials from any providers\): set AWS_PROFILE, or /,
    },
    {
      name: "an unknown profile",
      argv: () => [...SIGNED, "--as", "nobody"],
      env: withProfiles,
      message:
        /^--as: profile 'nobody' has no credentials .*: 'aws configure list-profiles' lists the profiles$/,
    },
    {
      name: "an SSO login that has expired",
      argv: () => [...SIGNED, "--as", "old"],
      env: withProfiles,
      message: /^the SSO login has expired \(.*\): run 'aws sso login --profile old'$/,
    },
    {
      name: "an SSO session that has expired",
      argv: () => [...SIGNED, "--as", "new"],
      env: withProfiles,
      message: /^the SSO login has expired \(.*\): run 'aws sso login --profile new'$/,
    },
    {
      name: "a temporary key without its token, in the environment",
      argv: () => SIGNED,
      env: { AWS_ACCESS_KEY_ID: "ASIAALONE" },
      message:
        /^the access key ASIAALONE \(the default chain\) is temporary and has no session token: set AWS_SESSION_TOKEN/,
    },
    {
      name: "a session token that was pasted in two pieces: it is not shown",
      argv: () => SIGNED,
      env: { AWS_ACCESS_KEY_ID: "ASIAWHOLE", AWS_SESSION_TOKEN: "IQoJsecret\nsecret" },
      message: /^the session token contains a space or a line break: set it again without it$/,
    },
    {
      name: "a temporary key without its token, in a profile",
      argv: () => [...SIGNED, "--as", "half"],
      env: withProfiles,
      message: /^the access key ASIAHALF \(profile half\) is temporary and has no session token/,
    },
  ])("$name", async (row) => {
    expect(await messageOf(row)).toMatch(row.message);
  });
});

test("what a signer cannot sign", async () => {
  const argv = () => ["GET", "/x?__proto__=1", "--url", "http://127.0.0.1:1/dev"];
  expect(await messageOf({ name: "", argv, message: /./ })).toMatch(
    /^A query parameter named __proto__ cannot/,
  );
});

describe("the way there", () => {
  const open = (url: string) => ["GET", "/x", "--unsigned", "--url", url];
  test.each<Mistake>([
    {
      name: "there is no listener",
      argv: () => open("http://127.0.0.1:1"),
      message: /^no answer from http:\/\/127\.0\.0\.1:1 \(ECONNREFUSED\): check/,
    },
    {
      name: "no such host",
      argv: () => open("http://no.such.host.invalid"),
      message: /^host no\.such\.host\.invalid was not found \(E\w+\): check/,
    },
    {
      name: "hung up on",
      argv: () => open(at("closing")),
      message: /^no answer from .* \(ECONNRESET\): check/,
    },
    {
      name: "a certificate that no authority signed",
      argv: () => open(at("tls", "https")),
      message:
        /^the certificate of .* is not trusted \(DEPTH_ZERO_SELF_SIGNED_CERT\): .* NODE_EXTRA_CA_CERTS .*signed it$/,
    },
    {
      name: "TLS to what does not speak it",
      argv: () => open(at("garbage", "https")),
      message: /does not speak TLS \(\w+\): is it an http:\/\/ address\?$/,
    },
    {
      name: "no HTTP",
      argv: () => open(at("garbage")),
      message: /does not answer in HTTP\/1\.1 \(.*\): is it an https:\/\/ address\?$/,
    },
  ])("$name", async (row) => {
    expect(await messageOf(row)).toMatch(row.message);
  });

  test("the local gateway is started by make dev", async () => {
    const local = temporaryFolderWithDeadApi();
    const world = { env: {}, io: captureIo(), localFolder: local, now: Date.now };
    await expect(call(readArguments(["GET", "/", "--unsigned"]), world)).rejects.toThrow(
      "no answer from http://127.0.0.1:1 (ECONNREFUSED): start the local gateway with 'make dev'",
    );
  });
});

test("plain text to another machine is pointed out, and to this one it is not", async () => {
  const told = async (url: string) => {
    const io = captureIo();
    const world = { env: {}, io, localFolder: "", now: Date.now };
    await expect(call(readArguments(["GET", "/", "--url", url]), world)).rejects.toThrow();
    return io.written().err;
  };
  expect(await told("http://no.such.host.invalid/dev")).toMatch(
    /^http:\/\/no\.such\.host\.invalid\/dev is not encrypted: /,
  );
  expect(await told("http://127.0.0.1:1/dev")).toBe("");
});

function temporaryFolderWithDeadApi(): string {
  const local = join(folder, "local");
  mkdirSync(local, { recursive: true });
  const dead = {
    stage_url: "http://127.0.0.1:1/dev",
    region: "eu-west-1",
    stage: "dev",
    api_keys: {},
    outputs: {},
  };
  writeFileSync(join(local, "outputs.json"), JSON.stringify(dead));
  return local;
}

describe("saved outputs that were changed by hand", () => {
  test.each([
    [
      "a URL that is none",
      { service_endpoint: "nope" },
      /^the saved output 'service_endpoint' is not the address of a stage/,
    ],
    [
      "a URL of another kind",
      { service_endpoint: "file:///x" },
      /^the saved output 'service_endpoint' is not/,
    ],
    [
      "a URL with a user",
      { service_endpoint: "https://a:b@c/dev" },
      /^the saved output 'service_endpoint' is not/,
    ],
    [
      "a region that is none",
      { region: "us-east-1.example.com/" },
      /^the saved output 'region': got 'us-east-1\.example\.com\/', expected/,
    ],
  ])("%s", async (_, change, message) => {
    const argv = () => [
      "GET",
      "/",
      "--stage",
      "dev",
      "--outputs",
      writeOutputs(folder, "changed.json", change),
    ];
    expect(await messageOf({ name: "", argv, message })).toMatch(message);
  });
});

describe("files of the local gateway that were changed by hand", () => {
  const withCredentials = (text: string): string => {
    const local = temporaryFolderWithDeadApi();
    writeFileSync(join(local, "credentials"), text);
    return local;
  };
  const callAs = (localFolder: string) => {
    const world = { env: {}, io: captureIo(), localFolder, now: Date.now };
    return call(readArguments(["GET", "/", "--as", "reader"]), world);
  };

  test.each([
    ["nothing", ""],
    ["no profiles", "aws_access_key_id = a\naws_secret_access_key = b\n"],
    ["half a profile", "[reader]\naws_access_key_id = a\n"],
    [
      "five million blanks",
      `[reader]\naws_access_key_id = a\n${" ".repeat(5_000_000)}x\naws_secret_access_key${" ".repeat(5_000_000)}\n`,
    ],
  ])("credentials with %s are told in one line, at once", async (_, text) => {
    const begin = process.cpuUsage();
    await expect(callAs(withCredentials(text))).rejects.toMatchObject({
      name: "UserError",
      message: expect.stringMatching(
        /^--as: got 'reader', expected a profile of \S+credentials \(have: .*\)$/,
      ),
    });
    expect(process.cpuUsage(begin).user).toBeLessThan(5_000_000);
  });

  test("blanks around names and values do not matter", async () => {
    const text = `  [reader]  \r\n  aws_access_key_id=a\r\n\taws_secret_access_key =   b  \n`;
    await expect(callAs(withCredentials(text))).rejects.toThrow(
      "no answer from http://127.0.0.1:1 (ECONNREFUSED)",
    );
  });
});

test("the same PATH and target without the mistake is asked for", async () => {
  expect(readArguments(["get", "/x", "--clock-offset", "-5", "--api-key"])).toMatchObject({
    method: "GET",
    path: "/x",
    target: { kind: "local" },
    signed: true,
    apiKey: "",
    clockOffset: -5,
  });
});

test("--help shows an example", async () => {
  const io = captureIo();
  expect(await main(["--help"], {}, io)).toBe(0);
  expect(io.written().out).toMatch(
    /^usage: call\.ts METHOD PATH[\s\S]*\n {2}npx tsx scripts\/call\.ts GET \/products/,
  );
});

test("as a process: one line on the standard error, status 2", async () => {
  const run = await runScript(["scripts/call.ts", "GET", "products"]);
  expect(run).toEqual({
    status: 2,
    out: "",
    err: "PATH: got 'products', expected a path that begins with '/': /products\n",
  });
});
