import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { projectConfig } from "#modules/config/load-config";
import { CallableApi } from "./callable-api";

const api = new CallableApi();

const section = (out: string, heading: string): string =>
  out
    .split(/\n(?=\S)/)
    .filter((part) => part.startsWith(heading))
    .join("\n");

describe("what is printed", () => {
  test("the request, as it was sent and by whom, and the answer", async () => {
    const { status, out, err } = await api.call(["GET", "/signed/a?b=1 2", "--local"]);
    const { accessKeyId } = api.gateway.credentials("reader");
    const { host } = api.gateway;
    expect([status, err]).toEqual([0, ""]);
    expect(section(out, "Request")).toMatch(
      new RegExp(
        [
          "^Request  signed as profile reader of \\S+/credentials",
          `  GET http://${host}/dev/signed/a\\?b=1%202`,
          `  host: ${host}`,
          `  user-agent: ${projectConfig().name}`,
          "  x-amz-date: \\d{8}T\\d{6}Z",
          "  x-amz-security-token: \\w{4}…\\(200 characters\\)",
          "  authorization: AWS4-HMAC-SHA256",
          `    Credential=${accessKeyId}/\\d{8}/eu-west-1/execute-api/aws4_request,`,
          "    SignedHeaders=host;x-amz-date;x-amz-security-token,",
          "    Signature=[0-9a-f]{8}…",
          "$",
        ].join("\n"),
      ),
    );
    expect(section(out, "Response")).toMatch(/^Response {2}200 OK {2}\d+ ms\n {2}x-amzn-RequestId: /);
    expect(out).toMatch(/\n\n {2}\{\n {4}"message": "success"\n {2}\}\n$/);
    expect(out).not.toMatch(/Diagnosis|Signature {2}every/);
  });

  test("a body that is sent, with its type and length", async () => {
    const { status, out } = await api.call(["put", "/signed/a", "--as", "writer", "--data", '{"name":"x"}']);
    expect(status).toBe(0);
    expect(out).toMatch(/ {2}content-type: application\/json\n/);
    expect(out).toMatch(/ {2}content-length: 12\n/);
    expect(out).toMatch(/SignedHeaders=content-type;host;x-amz-date;x-amz-security-token,/);
    expect(out).toMatch(/\n\n {2}\{\n {4}"name": "x"\n {2}\}\n\nResponse/);
  });

  test("a body from a file, with a type of one's own", async () => {
    const path = join(api.folder, "body.txt");
    writeFileSync(path, "plain");
    const { status, out } = await api.call([
      ...["PUT", "/signed/a", "--as=writer", "--data", `@${path}`],
      ...["--header", "Content-Type: text/plain", "--header", "X-One: 1"],
    ]);
    expect(status).toBe(0);
    expect(out).toMatch(/content-type: text\/plain\n/);
    expect(out).toMatch(/x-one: 1\n/);
    expect(out).toMatch(/\n\n {2}plain\n\nResponse/);
  });

  test("no colours without a terminal, or if NO_COLOR is set", async () => {
    const colour = `${String.fromCharCode(27)}[`;
    const piped = await api.call(["GET", "/open"]);
    const watched = await api.call(["GET", "/open"], { isTTY: true });
    const plain = await api.call(["GET", "/open"], { isTTY: true, env: { NO_COLOR: "1" } });
    expect([piped, watched, plain].map(({ out }) => out.includes(colour))).toEqual([false, true, false]);
  });

  test("what would move a terminal's cursor is written out", async () => {
    const { out } = await api.call(["GET", "/bell"]);
    expect(out).toMatch(/\n {2}line\n {2}\\u001b\[2J\\u009b\\u0007\n$/);
  });

  test("a secret that the API sends back is masked too", async () => {
    const { status, out } = await api.call(["GET", "/echo", "--api-key", "demo"]);
    expect(status).toBe(0);
    expect(out).toMatch(/"x-api-key": "\w{4}…\(40 characters\)"/);
  });

  test("a header with another secret is masked, and does not replace the signature", async () => {
    const { out } = await api.call([
      "GET",
      "/echo",
      "--unsigned",
      "--header",
      "Authorization: Bearer hunter2hunter2",
    ]);
    expect(out).toMatch(/ {2}authorization: Bearer …\(14 characters\)\n/);
    expect(out).not.toContain("hunter2");
  });
});

describe("the exit status", () => {
  test.each([
    { name: "an answer of 2xx", argv: ["GET", "/open"], status: 0 },
    { name: "an answer of 3xx, which is not followed", argv: ["GET", "/moved"], status: 0 },
    { name: "an answer of 4xx that is the API's own", argv: ["GET", "/missing"], status: 1 },
    { name: "a refusal", argv: ["GET", "/signed", "--unsigned"], status: 1 },
  ])("$name: $status", async ({ argv, status }) => {
    expect((await api.call(argv)).status).toBe(status);
  });

  test("an answer of the API's own needs no diagnosis", async () => {
    const { out } = await api.call(["GET", "/missing"]);
    expect(out).toMatch(/Response {2}404 Not Found/);
    expect(out).not.toMatch(/Diagnosis/);
  });
});

describe("the API key", () => {
  test.each([
    { name: "the default client", argv: ["GET", "/keyed", "--api-key"], status: 0 },
    {
      name: "the default client, before another option",
      argv: ["--api-key", "--json", "GET", "/keyed"],
      status: 0,
    },
    { name: "the default client, before METHOD and PATH", argv: ["--api-key", "GET", "/keyed"], status: 0 },
    { name: "the default client, before PATH", argv: ["GET", "--api-key", "/keyed"], status: 0 },
    {
      name: "a client by name, before METHOD and PATH",
      argv: ["--api-key", "demo", "GET", "/keyed"],
      status: 0,
    },
    { name: "a client by name", argv: ["GET", "/keyed", "--api-key", "demo"], status: 0 },
    { name: "a client by name, joined", argv: ["GET", "/keyed", "--api-key=demo"], status: 0 },
    { name: "another client, whose key is disabled", argv: ["GET", "/keyed", "--api-key", "off"], status: 1 },
    { name: "the client of CLIENT", argv: ["GET", "/keyed", "--api-key"], env: { CLIENT: "off" }, status: 1 },
    { name: "beside a signature", argv: ["GET", "/both", "--api-key"], status: 0 },
    { name: "a value that is no key", argv: ["GET", "/keyed", "--api-key", "x".repeat(20)], status: 1 },
  ])("$name: $status", async ({ argv, env = {}, status }) => {
    expect((await api.call(argv, { env })).status).toBe(status);
  });

  test("a key by its value", async () => {
    const { status, out } = await api.call(["GET", "/keyed", "--unsigned", "--api-key", api.key("demo")]);
    expect([status, /API key: given/.test(out)]).toEqual([0, true]);
  });
});

describe("why it was refused", () => {
  test.each([
    {
      name: "no signature",
      argv: ["GET", "/signed", "--unsigned"],
      told: /at the gate 'signature': not signed\n {2}GET \/signed \(AWS_IAM\) exists/,
    },
    {
      name: "no such route",
      argv: ["GET", "/singed"],
      told: /at the gate 'route': no such route\n {2}There is no GET \/singed in stage dev: nearest is GET \/signed/,
    },
    {
      name: "another region",
      argv: ["GET", "/signed", "--region", "us-east-1"],
      told: /at the gate 'signature': wrong scope\n[\s\S]*Sign for the region eu-west-1\./,
    },
    {
      name: "no permission",
      argv: ["GET", "/signed", "--as", "stranger"],
      told: /at the gate 'iam': not allowed\n[\s\S]*\n {2}\{\n {4}"Effect": "Allow",\n {4}"Action": "execute-api:Invoke",\n {4}"Resource": "arn:aws:execute-api:eu-west-1:123456789012:\w+\/dev\/GET\/signed"\n {2}\}\n$/,
    },
    { name: "no key", argv: ["GET", "/keyed"], told: /at the gate 'api-key': key missing/ },
    {
      name: "a disabled key",
      argv: ["GET", "/keyed", "--api-key=off"],
      told: /at the gate 'api-key': key disabled/,
    },
    {
      name: "an unknown key",
      argv: ["GET", "/keyed", `--api-key=${"x".repeat(20)}`],
      told: /at the gate 'api-key': key unknown\n[\s\S]*\(there\s+are demo, off, spare\)/,
    },
    {
      name: "a time of the past",
      argv: ["GET", "/signed", "--clock-offset", "-3600"],
      told: /at the gate 'signature': signature expired\n[\s\S]*The\s+clocks agree/,
    },
    {
      name: "a front end that takes no |",
      argv: ["GET", "/open?a|b", "--unsigned"],
      told: /at the gate 'front-end': bad request/,
    },
  ])("$name", async ({ argv, told }) => {
    const { status, out } = await api.call(argv);
    expect(status).toBe(1);
    expect(section(out, "Diagnosis")).toMatch(told);
  });

  test("a signature that does not match: both canonical requests", async () => {
    const path = join(api.folder, "credentials");
    const credentials = readFileSync(path, "utf8");
    writeFileSync(path, credentials.replace(api.gateway.credentials("reader").secretAccessKey, "another"));
    const { out } = await api.call(["GET", "/signed"]);
    writeFileSync(path, credentials);
    expect(section(out, "Diagnosis")).toMatch(
      /wrong secret\n {2}Both canonical requests agree to the last byte/,
    );
    expect(out).toMatch(/\n {4}HTTPMethod +GET\n {4}CanonicalURI +\/dev\/signed\n/);
    expect(out).toMatch(/ x-amz-security-token:\w{4}…\(200 characters\)\n/);
  });
});

describe("as JSON", () => {
  test("request and answer, bodies as values", async () => {
    const argv = ["PUT", "/signed/a", "--as", "writer", "--data", '{"name":"x"}', "--json"];
    const { status, out } = await api.call(argv);
    expect(status).toBe(0);
    expect(JSON.parse(out)).toEqual({
      request: {
        method: "PUT",
        url: `${api.stageUrl}/signed/a`,
        headers: {
          host: api.gateway.host,
          "content-type": "application/json",
          "content-length": "12",
          "user-agent": projectConfig().name,
          "x-amz-date": expect.stringMatching(/^\d{8}T\d{6}Z$/),
          "x-amz-security-token": expect.stringMatching(/^\w{4}…\(200 characters\)$/),
          authorization: expect.stringMatching(
            /^AWS4-HMAC-SHA256 Credential=ASIA.*, Signature=[0-9a-f]{8}…$/,
          ),
        },
        body: { name: "x" },
      },
      response: {
        status: 200,
        statusText: "OK",
        headers: expect.objectContaining({ "content-type": "application/json", "content-length": "22" }),
        body: { message: "success" },
        milliseconds: expect.any(Number),
      },
    });
  });

  test("a secret that is the name of a member is masked too, and nothing moves a terminal's cursor", async () => {
    const { out } = await api.call(["GET", "/names", "--api-key", "demo", "--json"]);
    const { body } = JSON.parse(out).response;
    expect(Object.entries(body)).toEqual([[expect.stringMatching(/^\w{4}…\(40 characters\)$/), "\u009b2J"]]);
    expect(out).toContain('"\\u009b2J"');
  });

  test("the explanation and the diagnosis, where there are any", async () => {
    const { status, out } = await api.call(["GET", "/signed", "--as=stranger", "--json", "--explain"]);
    expect(status).toBe(1);
    expect(JSON.parse(out)).toMatchObject({
      request: { headers: { authorization: expect.stringMatching(/Signature=[0-9a-f]{64}$/) } },
      explanation: {
        credentialScope: expect.stringMatching(/^\d{8}\/eu-west-1\/execute-api\/aws4_request$/),
        canonicalRequest: expect.stringMatching(/^GET\n\/dev\/signed\n\nhost:127\.0\.0\.1:\d+\n/),
        signature: expect.stringMatching(/^[0-9a-f]{64}$/),
      },
      diagnosis: { gate: "iam", fault: "not-allowed", policyStatement: { Effect: "Allow" } },
    });
  });
});
