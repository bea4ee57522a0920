import { type ChildProcess, execFile, spawn } from "node:child_process";
import { EventEmitter, once } from "node:events";
import {
  cpSync,
  existsSync,
  readdirSync,
  readFileSync,
  renameSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { join } from "node:path";
import { promisify } from "node:util";
import { defaultProvider } from "@aws-sdk/credential-provider-node";
import { strToU8, zipSync } from "fflate";
import { main } from "#dev";
import { UserError } from "#modules/project";
import { PROGRAM, PROJECT_ROOT } from "#self/repository";
import { captureIo } from "../support/captured-io";
import { exchange } from "../support/raw-exchange";
import { type ClientAnswer, CURL_SIGNS, sendWithAws4 } from "../support/signing-clients";
import { NO_AWS_SETTINGS } from "../support/stage-outputs";
import { temporaryFolder } from "../support/temporary-folder";

/** `make dev` as a person has it, in a copy of the project: its screen, its files, its rebuilding, and its end. */

const SOURCES = [...PROGRAM, "cdktf.json", "scripts"];
const BUILT = join(PROJECT_ROOT, ".build");
const SETTINGS = { PATH: process.env.PATH, STAGE: "dev", AWS_REGION: "eu-west-1", ...NO_AWS_SETTINGS };

const root = temporaryFolder();
let dev: ChildProcess;
/** Started on the port of the first, while that is looked at. */
let second: Promise<{ readonly status: number | null; readonly told: string }>;
let url: string;
let screen = "";
const written = new EventEmitter();

beforeAll(async () => {
  for (const source of SOURCES) cpSync(join(PROJECT_ROOT, source), join(root, source), { recursive: true });
  symlinkSync(join(PROJECT_ROOT, "node_modules"), join(root, "node_modules"));
  // What is built already is taken as it is.
  if (existsSync(BUILT)) cpSync(BUILT, join(root, ".build"), { recursive: true });
  dev = start({ PORT: "0" }, ["--name", "shop.example"]);
  dev.stdout?.setEncoding("utf8").on("data", (text) => {
    screen += text;
    written.emit("text");
  });
  dev.stderr?.pipe(process.stderr);
  await shown("Ctrl-C stops");
  url = /^(http:\S+) {2}ready in/.exec(screen)?.[1] ?? "";
  second = ended(start({ PORT: new URL(url).port }));
});
afterAll(() => {
  dev.kill("SIGKILL");
});

function start(settings: Readonly<Record<string, string>>, argv: readonly string[] = []): ChildProcess {
  return spawn(process.execPath, ["--require", "./scripts/cli/typescript.cjs", "scripts/dev.ts", ...argv], {
    cwd: root,
    env: { ...SETTINGS, ...settings },
    stdio: ["ignore", "pipe", "pipe"],
  });
}

async function ended(child: ChildProcess) {
  const texts: string[] = [];
  for (const stream of [child.stdout, child.stderr])
    stream?.setEncoding("utf8").on("data", (text) => texts.push(text));
  const [status] = (await once(child, "close")) as [number | null];
  return { status, told: texts.join("") };
}

/** Waits for a text on the screen, behind what was there at a point. */
async function shown(text: string, from = 0): Promise<string> {
  while (!screen.includes(text, from)) {
    if (dev.exitCode !== null) throw new Error(`dev ended with ${dev.exitCode}: ${screen}`);
    await once(written, "text");
  }
  return screen.slice(from);
}

/** Saves a file as many editors do, by putting a new one in its place. */
function save(path: string, change: (text: string) => string): void {
  const whole = join(root, path);
  const before = readFileSync(whole, "utf8");
  const after = change(before);
  expect(after).not.toBe(before);
  writeFileSync(`${whole}~`, after);
  renameSync(`${whole}~`, whole);
}

async function get(path: string): Promise<ClientAnswer> {
  const response = await fetch(`${url}${path}`);
  return { status: response.status, body: await response.text() };
}

test("the screen shows the routes with their gates", () => {
  const rows = screen.split("\n").map((line) => line.trim().split(/ {2,}/).join(" | "));
  expect(rows).toEqual(
    expect.arrayContaining([
      "GET /index | open | get-index",
      "GET /products | signature | get-products",
      "PUT /products/{code} | signature | put-product",
      "GET /auth/api-key | API key | mock",
      "GET /auth/iam-sigv4-and-api-key | signature + API key | mock",
    ]),
  );
});

describe("each printed command, pasted into a shell, gives what the screen promises", () => {
  const promises: readonly [name: string, status: number, body: RegExp][] = [
    ["open", 200, /<title>Product inventory<\/title>/],
    ["signed", 200, /success/],
    ["with an API key", 200, /success/],
    ["with both", 200, /success/],
    ["refused: not signed", 403, /Missing Authentication Token/],
    ["refused: no permission", 403, /not authorized to perform: execute-api:Invoke/],
  ];
  const commands = () => {
    const lines = screen.split("\n");
    return new Map(
      lines.flatMap((line, at) => (line.startsWith("# ") ? [[line.slice(2), lines[at + 1] ?? ""]] : [])),
    );
  };

  test("there is one for each kind of gate", () => {
    expect([...commands().keys()]).toEqual(promises.map(([name]) => name));
  });

  (CURL_SIGNS ? test : test.skip).each(promises)("%s: %d", async (name, status, body) => {
    const { stdout } = await promisify(execFile)("sh", ["-c", `${commands().get(name)} -s`], {
      cwd: root,
      env: SETTINGS,
    });
    expect(stdout).toMatch(new RegExp(`^HTTP/1.1 ${status} `));
    expect(stdout).toMatch(body);
  });
});

describe("a function, invoked by hand while the gateway runs", () => {
  const invoke = (...argv: string[]) =>
    new Promise<{ status: number; out: string; err: string }>((done) => {
      const command = ["--require", "./scripts/cli/typescript.cjs", "scripts/invoke.ts", ...argv];
      execFile(process.execPath, command, { cwd: root, env: SETTINGS }, (error, out, err) =>
        done({ status: error ? Number(error.code) : 0, out, err }),
      );
    });
  /** An applied stack of one function, whose package is beside it. */
  beforeAll(() => {
    const source = `export const handler = async (event) => {
      console.log("got", JSON.stringify(event), process.env.AWS_ACCESS_KEY_ID.slice(0, 4));
      if (event.fail) throw new TypeError("no");
      return { greeting: process.env.greeting };
    };`;
    writeFileSync(join(root, "fn.zip"), zipSync({ "index.mjs": strToU8(source) }));
    const arn = (service: string, rest: string) => `arn:aws:${service}:${rest}`;
    const role = arn("iam", ":123456789012:role/nightly");
    const resources = [
      [
        "aws_api_gateway_rest_api",
        {
          id: "abc",
          root_resource_id: "r",
          name: "a",
          execution_arn: arn("execute-api", "eu-west-1:123456789012:abc"),
        },
      ],
      [
        "aws_iam_role",
        { id: "nightly", name: "nightly", arn: role, unique_id: "AROA", assume_role_policy: "{}" },
      ],
      [
        "aws_lambda_function",
        {
          function_name: "nightly",
          arn: arn("lambda", "eu-west-1:123456789012:function:nightly"),
          role,
          runtime: "nodejs22.x",
          handler: "index.handler",
          filename: "fn.zip",
          environment: [{ variables: { greeting: "hello" } }],
        },
      ],
    ].map(([type, values]) => ({ address: `${type}.x`, mode: "managed", type, name: "x", values }));
    writeFileSync(join(root, "state.json"), JSON.stringify({ values: { root_module: { resources } } }));
    writeFileSync(join(root, "event.json"), '{"fail": true}');
  });

  test("of the stage: its result on stdout, its log on stderr", async () => {
    writeFileSync(join(root, "request.json"), JSON.stringify({ queryStringParameters: { limit: "1" } }));
    const { status, out, err } = await invoke("get-products", "request.json");
    expect([status, JSON.parse(out)]).toEqual([0, expect.objectContaining({ statusCode: 200 })]);
    expect(JSON.parse(JSON.parse(out).body).products).toHaveLength(1);
    expect(err).toContain('"message"');
  });

  test("of an applied stack, with its role and environment", async () => {
    expect(await invoke("nightly", "--state", "state.json")).toEqual({
      status: 0,
      out: '{"greeting":"hello"}\n',
      err: "got {} ASIA\n",
    });
  });

  test("which fails: status 1, and the error as Lambda has it", async () => {
    const { status, out } = await invoke("nightly", "event.json", "--state", "state.json");
    expect([status, JSON.parse(out)]).toEqual([
      1,
      { errorType: "TypeError", errorMessage: "no", trace: expect.any(Array) },
    ]);
  });

  test.each([
    [
      "a function that is not there",
      ["other", "--state", "state.json"],
      /^got the function 'other', expected one of nightly\n$/,
    ],
    ["no function", [""], /^got 1 arguments, expected FUNCTION and EVENT/],
    ["an event that is not JSON", ["nightly", "fn.zip"], /^fn\.zip: expected the event as JSON/],
    ["an event that is not there", ["nightly", "none.json"], /none\.json/],
    ["an emulator without a scheme", ["nightly", "--aws", "localhost:4566"], /^--aws: got/],
  ])("%s is the user's mistake", async (_, argv, message) => {
    const { status, out, err } = await invoke(...argv);
    expect([status, out]).toEqual([2, ""]);
    expect(err).toMatch(message);
    expect(err.trim().split("\n")).toHaveLength(1);
  });
});

test("what clients need is in .local, and only the user may read it", () => {
  const local = join(root, ".local");
  const files = [
    "outputs.json",
    "credentials",
    "seed",
    ...readdirSync(join(local, "curl")).map((file) => `curl/${file}`),
  ];
  expect(files.map((file) => [file, statSync(join(local, file)).mode & 0o777])).toEqual(
    files.map((file) => [file, 0o600]),
  );
  expect(JSON.parse(readFileSync(join(local, "outputs.json"), "utf8"))).toEqual({
    stage_url: url,
    region: "eu-west-1",
    stage: "dev",
    api_keys: { demo: expect.stringMatching(/^\w{20,}$/) },
    outputs: {
      "signed-inventory-dev": expect.objectContaining({
        service_endpoint: url,
        products_table_name: "signed-inventory-dev-products",
        api_key_ids: { demo: expect.any(String) },
      }),
    },
  });
});

test.each([
  ["reader", "GET", 200],
  ["reader", "DELETE", 403],
  ["writer", "DELETE", 204],
  ["stranger", "GET", 403],
])("an SDK finds the profile %s, and may %s a product: %d", async (profile, method, status) => {
  const files = { filepath: join(root, ".local/credentials"), configFilepath: "/nonexistent" };
  const credentials = await defaultProvider({ profile, ...files })();
  const request = { method, url: `${url}/products/mug-21`, credentials };
  expect(await sendWithAws4(request)).toMatchObject({ status });
});

describe("no credential, signature, key or token is on the screen", () => {
  const read = (file: string): string => readFileSync(join(root, ".local", file), "utf8");
  /** Every secret that `.local` holds. */
  const secrets = (): string[] => [
    ...[...read("credentials").matchAll(/^aws_(?:secret_access_key|session_token) = (\S+)$/gm)].map(
      ([, value = ""]) => value,
    ),
    ...Object.values(JSON.parse(read("outputs.json")).api_keys as Record<string, string>),
    read("seed").trim(),
  ];
  const profile = (name: string) => {
    const file = read("credentials");
    const section = file.slice(file.indexOf(`[${name}]`));
    const [accessKeyId = "", secretAccessKey = "", sessionToken = ""] = [
      ...section.matchAll(/^aws_\w+ = (\S+)$/gm),
    ].map(([, value]) => value);
    return { accessKeyId, secretAccessKey, sessionToken };
  };
  const send = async (path: string, headers: Record<string, string>) =>
    (await fetch(`${url}${path}`, { headers })).status;
  const sign = async (name: string, path: string, over: Partial<Parameters<typeof sendWithAws4>[0]> = {}) =>
    (await sendWithAws4({ method: "GET", url: `${url}${path}`, credentials: profile(name), ...over })).status;

  test("after requests that passed, and ones that were refused in every way", async () => {
    const { secretAccessKey: secret, sessionToken: token, accessKeyId } = profile("reader");
    const [key = ""] = secrets().slice(-2);
    const from = screen.length;
    const body = JSON.stringify({ name: "x", itemPrice: "1", inStockQty: 1, category: [] });
    const statuses = [
      await sign("reader", "/products"),
      await sign("reader", "/products", { presigned: true }),
      await sign("writer", "/products/x", { method: "PUT", body }),
      await sign("writer", "/products/x", { method: "PUT", body: JSON.stringify({ name: secret }) }),
      await sign("writer", "/products/x", { method: "PUT", body: body.replace("x", "\\ud800") }),
      await sign("stranger", "/products", { headers: { "x-api-key": key } }),
      await sign("reader", "/products", { credentials: { ...profile("reader"), secretAccessKey: "other" } }),
      await sign("reader", "/products", { credentials: { accessKeyId, secretAccessKey: secret } }),
      await sign("reader", "/products", { credentials: { accessKeyId: secret, secretAccessKey: secret } }),
      await sign("reader", "/products", { headers: { "X-Amz-Date": "20200101T000000Z" } }),
      await sign("reader", "/nowhere", { presigned: true }),
      await send("/index?nextToken=no-such-page", { authorization: `Bearer ${token}` }),
      await send("/auth/api-key", { "x-api-key": key }),
      await send("/auth/api-key", { "x-api-key": `${key}${secret}` }),
      await send("/products", {}),
      await send("/products", { authorization: secret }),
      await send("/products", { authorization: `Bearer ${token}` }),
      await send("/products", { authorization: `AWS4-HMAC-SHA256 Credential=${secret}, Signature=${token}` }),
      await send(`/products?X-Amz-Credential=${token}&X-Amz-Signature=${secret}`, {}),
      await send(`/${token}`, {}),
      await send(`/${key}/x`, {}),
      await send(`/${[...secret].map((each) => `%${each.charCodeAt(0).toString(16)}`).join("")}`, {}),
      await send(`/products/${"x".repeat(170)}${secret}`, {}),
      await send("/last", {}),
    ];
    expect(statuses).toEqual([
      ...[200, 200, 201, 400, 400, 403, 403, 403, 403, 403, 403],
      ...[400, 200, 403, 403, 403, 403, 403, 403],
      ...[403, 403, 403, 403, 403],
    ]);
    const told = await shown("/dev/last", from);
    expect(told).toMatch(/put-product \| PUT \/products\/x 201/);
    expect(secrets().length).toBeGreaterThan(10);
    for (const value of secrets()) {
      expect(value.length).toBeGreaterThanOrEqual(20);
      expect(screen).not.toContain(value.slice(0, 12));
    }
    // Signatures and hashes are 64 digits.
    expect(screen).not.toMatch(/[0-9a-f]{64}|Signature=|Credential=|Security-Token=/i);
  });
});

test("open routes answer by the name that was given, and by no other that a page can have", async () => {
  const ask = async (host: string) =>
    (
      await exchange(url, {
        method: "GET",
        target: "/dev/index",
        headers: [["Host", host]],
        body: Buffer.alloc(0),
      })
    ).status;
  expect([await ask("shop.example:3000"), await ask("evil.example")]).toEqual([200, 403]);
});

describe("another stage beside it", () => {
  const local = join(root, ".local");
  const read = (path: string): string => readFileSync(join(local, path), "utf8");
  let prod: ChildProcess;
  let prodScreen = "";
  let before: readonly string[];
  beforeAll(async () => {
    before = [read("credentials"), read("outputs.json")];
    prod = start({ STAGE: "prod", PORT: "0" });
    prod.stderr?.pipe(process.stderr);
    prod.stdout?.setEncoding("utf8").on("data", (text) => {
      prodScreen += text;
      written.emit("text");
    });
    while (!prodScreen.includes("Ctrl-C stops")) {
      if (prod.exitCode !== null) throw new Error(`prod ended with ${prod.exitCode}: ${prodScreen}`);
      await once(written, "text");
    }
  });
  afterAll(() => {
    prod.kill("SIGKILL");
  });

  async function readerOf(folder: string) {
    const files = { filepath: join(local, folder, "credentials"), configFilepath: "/nonexistent" };
    return defaultProvider({ profile: "reader", ...files })();
  }

  test("keeps its files in a folder of its own, and says so", async () => {
    const words = prodScreen.replace(/\s+/g, " ");
    expect(words).toContain(
      `Process ${dev.pid} runs another gateway with its files in .local. This gateway has its files in .local/prod while it runs.`,
    );
    expect(words).toContain("Credentials: .local/prod/credentials, with the profiles");
    expect(prodScreen).toMatch(/--config \.local\/prod\/curl\/reader /);
    expect([read("credentials"), read("outputs.json")]).toEqual(before);
    const { stage_url } = JSON.parse(read("prod/outputs.json")) as { stage_url: string };
    const request = { method: "GET", url: `${stage_url}/products`, credentials: await readerOf("prod") };
    expect(await sendWithAws4(request)).toMatchObject({ status: 200 });
    const own = { method: "GET", url: `${url}/products`, credentials: await readerOf(".") };
    expect(await sendWithAws4(own)).toMatchObject({ status: 200 });
  });

  test("its credentials are refused as AWS refuses them, and the log says whose they are", async () => {
    const from = screen.length;
    const request = { method: "GET", url: `${url}/products`, credentials: await readerOf("prod") };
    expect(await sendWithAws4(request)).toMatchObject({
      status: 403,
      body: '{"message":"The security token included in the request is invalid."}',
    });
    expect(await shown("it is the key of the profile", from)).toContain(
      "it is the key of the profile reader of signed-inventory-prod, but this gateway serves signed-inventory-dev and accepts the credentials in .local/credentials",
    );
  });

  test("credentials of another folder: the log says which are taken", async () => {
    const from = screen.length;
    const foreign = { ...(await readerOf(".")), accessKeyId: "ASIAABCDEFGHIJKLMNOP" };
    expect(await sendWithAws4({ method: "GET", url: `${url}/products`, credentials: foreign })).toMatchObject(
      {
        status: 403,
      },
    );
    expect(await shown("this gateway accepts", from)).toContain(
      "this gateway accepts the credentials in .local/credentials",
    );
  });

  test("its folder goes with it", async () => {
    prod.kill("SIGINT");
    await once(prod, "close");
    expect(existsSync(join(local, "prod"))).toBe(false);
    expect([read("credentials"), read("outputs.json")]).toEqual(before);
  });
});

test("a second one on the same port says so in a line", async () => {
  const { port } = new URL(url);
  const { status, told } = await second;
  expect([status, told]).toEqual([
    2,
    `PORT: 127.0.0.1:${port} is in use by another local gateway; stop it, or choose another port: PORT=${Number(port) + 1}\n`,
  ]);
});

describe("what is saved is live", () => {
  const SHOWN = "Product inventory";
  const CHANGED = "The shop window";

  test("not a program that is broken: its error is shown, and the last good version keeps serving", async () => {
    const from = screen.length;
    save("main.ts", (text) => `${text}\nconst broken = ;\n`);
    expect(await shown("main.ts:", from)).toContain("not rebuilt, the last good version keeps serving");
    expect(await get("/index")).toMatchObject({ status: 200, body: expect.stringContaining(SHOWN) });
  });

  test("a fixed one, with a route more and one that is not signed any more, and a function", async () => {
    expect(await get("/auth/iam-sigv4")).toMatchObject({ status: 403 });
    expect(await get("/new")).toMatchObject({ status: 403 });
    const from = screen.length;
    const more = '{ method: "GET", path: "/new", authorization: "NONE", integration: success },';
    save("functions/get-index/page.ts", (text) => text.replaceAll(SHOWN, CHANGED));
    save("main.ts", (text) =>
      text
        .replace("\nconst broken = ;\n", "")
        .replace(/(path: "\/auth\/iam-sigv4", authorization: )"AWS_IAM"/, '$1"NONE"')
        .replace("routes: [", `routes: [${more}`),
    );
    await shown("rebuilt in", from);
    const success = { status: 200, body: '{"message": "success"}' };
    expect([await get("/auth/iam-sigv4"), await get("/new")]).toEqual([success, success]);
    expect(await get("/index")).toMatchObject({
      status: 200,
      body: expect.stringContaining(`<title>${CHANGED}`),
    });
  });

  test("a function alone; not one that is broken", async () => {
    const from = screen.length;
    save("functions/get-index/page.ts", (text) => text.replaceAll(CHANGED, "Alone"));
    await shown("rebuilt in", from);
    expect(await get("/index")).toMatchObject({ body: expect.stringContaining("<title>Alone") });
    const broken = screen.length;
    save("functions/get-index/page.ts", (text) => `${text}\nconst broken = ;\n`);
    expect(await shown("page.ts:", broken)).toContain("not rebuilt, the last good version keeps serving");
    expect(await get("/index")).toMatchObject({ body: expect.stringContaining("<title>Alone") });
  });
});

test("Ctrl-C stops at once", async () => {
  // A client that keeps its connection open, for five seconds, is not waited for.
  await get("/index");
  const begin = performance.now();
  dev.kill("SIGINT");
  const [status, signal] = await once(dev, "close");
  expect([status, signal]).toEqual([0, null]);
  expect(performance.now() - begin).toBeLessThan(4000);
});

describe("settings", () => {
  test("--help shows the usage", async () => {
    const io = captureIo();
    expect(await main(["--help"], {}, io)).toBe(0);
    expect(io.written().out).toMatch(/^usage: dev\.ts /);
  });

  test.each([
    ["--port", ["--port", "70000"], {}],
    ["PORT", [], { PORT: "http" }],
  ])("%s that is no port", async (_, argv, env) => {
    await expect(main(argv, env, captureIo())).rejects.toThrow(UserError);
    await expect(main(argv, env, captureIo())).rejects.toThrow(
      "expected a number from 0 (any free port) to 65535",
    );
  });

  test.each(["localhost:4566", "http://user@127.0.0.1:4566", "file:///tmp", ""])("--aws %j", async (url) => {
    await expect(main(["--aws", url], {}, captureIo())).rejects.toThrow(
      `--aws: got '${url.replace("user", "…")}', expected the URL of an emulator`,
    );
  });

  test("--state and --plan at once", async () => {
    await expect(main(["--state", "a", "--plan", "b"], {}, captureIo())).rejects.toThrow(
      "got --state and --plan, expected one of them",
    );
  });

  test("--host without an address, which would listen on all", async () => {
    await expect(main(["--host", ""], {}, captureIo())).rejects.toThrow(
      /^--host: got nothing, expected an address such as 127\.0\.0\.1/,
    );
  });

  test("a stage that is not declared", async () => {
    await expect(main([], { STAGE: "prd" }, captureIo())).rejects.toThrow(/^STAGE: got 'prd'/);
  });
});
