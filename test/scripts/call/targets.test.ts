import { once } from "node:events";
import { createServer, type IncomingMessage } from "node:http";
import type { AddressInfo } from "node:net";
import { buffer } from "node:stream/consumers";
import { readArguments } from "#call/arguments";
import { call } from "#call/call";
import { recomputeAuthorization } from "../../support/aws4";
import { captureIo } from "../../support/captured-io";
import { SOME_CREDENTIALS, useAwsAt, writeOutputs } from "../../support/stage-outputs";
import { CallableApi } from "./callable-api";

/** Targets that are not local: any URL, and a deployed stage with its control plane. */

const api = new CallableApi();
const CREDENTIALS = {
  accessKeyId: SOME_CREDENTIALS.AWS_ACCESS_KEY_ID,
  secretAccessKey: SOME_CREDENTIALS.AWS_SECRET_ACCESS_KEY,
};

/** An API that lets in whatever another signer signs alike. */
const elsewhere = createServer(async (request, response) => {
  const { method = "", url = "" } = request;
  const headers = headersOf(request);
  const body = await buffer(request);
  const expected = recomputeAuthorization({ method, path: url, headers, body }, CREDENTIALS, {
    region: "ap-south-1",
  });
  response.writeHead(headers.authorization === expected ? 200 : 403).end(JSON.stringify({ url }));
});

/** The control plane: the API keys of the account, and their plans. */
const controlPlane = createServer((request, response) => {
  const answer = (body: unknown, status = 200): void => {
    if (status === 403) response.setHeader("x-amzn-errortype", "AccessDeniedException");
    response.writeHead(status, { "content-type": "application/json" }).end(JSON.stringify(body));
  };
  const { pathname, searchParams } = new URL(request.url ?? "", "http://host");
  if (!isAllowed) return answer({ message: "User is not authorized" }, 403);
  const item = (name: string) => ({ id: `id-${name}`, name, value: api.key(name), enabled: name !== "off" });
  const byId = /^\/apikeys\/id-(\w+)$/.exec(pathname)?.[1];
  if (byId) return answer(item(byId));
  if (pathname === "/apikeys" && !searchParams.has("position"))
    return answer({ item: [item("off")], position: "next" });
  if (pathname === "/apikeys") return answer({ item: [item("demo"), item("spare")] });
  answer({
    item: [
      {
        name: `plan of ${searchParams.get("keyId")}`,
        apiStages: isPlanned ? [{ apiId: "abc123", stage: "dev" }] : [],
        throttle: { rateLimit: 10, burstLimit: 20 },
        quota: { limit: 100, period: "DAY" },
      },
    ],
  });
});
let isAllowed = true;
let isPlanned = true;

const portOf = (server: typeof elsewhere) => (server.address() as AddressInfo).port;

beforeAll(async () => {
  await Promise.all(
    [elsewhere, controlPlane].map((server) => once(server.listen(0, "127.0.0.1"), "listening")),
  );
});
beforeEach(() => {
  useAwsAt(`http://127.0.0.1:${portOf(controlPlane)}`);
  isAllowed = true;
  isPlanned = true;
});
afterAll(() => {
  for (const server of [elsewhere, controlPlane]) {
    server.closeAllConnections();
    server.close();
  }
});

function headersOf({ rawHeaders }: IncomingMessage): Record<string, string> {
  const headers: Record<string, string> = {};
  for (let index = 0; index < rawHeaders.length; index += 2) {
    headers[(rawHeaders[index] ?? "").toLowerCase()] = rawHeaders[index + 1] ?? "";
  }
  return headers;
}

async function called(argv: readonly string[], env: Record<string, string> = {}) {
  const io = captureIo();
  const asked = readArguments(argv);
  const status = await call(asked, { env, io, localFolder: api.folder, now: Date.now });
  const { out } = io.written();
  for (const secret of [...api.secrets, CREDENTIALS.secretAccessKey]) expect(out).not.toContain(secret);
  return { status, out };
}

describe("a URL", () => {
  const url = (path = "") => `http://127.0.0.1:${portOf(elsewhere)}${path}`;

  test.each([
    { argv: ["GET", "/products"] },
    { argv: ["GET", "/products/a%20b?q=1+2&flag&b=ä"] },
    { argv: ["PUT", "/products/ä", "--data", '{"name":"ü"}'] },
    { argv: ["DELETE", "/", "--header", "X-Amz-Meta: a   b"] },
    { argv: ["GET", "/x", "--api-key", "anyKeyOfAnyLength"] },
  ])("$argv is accepted by a verifier of another hand", async ({ argv }) => {
    const { status, out } = await called([...argv, "--url", url("/dev/"), "--region", "ap-south-1"]);
    expect([status, out]).toEqual([0, expect.stringMatching(/signed as the default chain/)]);
  });

  test("the twin that is signed for another region is not", async () => {
    expect((await called(["GET", "/products", "--url", url(), "--region", "us-east-1"])).status).toBe(1);
  });

  test.each<{ name: string; env: Record<string, string>; region: RegExp; status: number }>([
    { name: "AWS_REGION", env: { AWS_REGION: "ap-south-1" }, region: /ap-south-1 {2}AWS_REGION/, status: 0 },
    { name: "the default", env: {}, region: /us-east-1\s+the default, since/, status: 1 },
  ])("the region is $name", async ({ env, region, status }) => {
    const shown = await called(["GET", "/x", "--url", url(), "--explain"], env);
    expect([shown.status, shown.out]).toEqual([status, expect.stringMatching(region)]);
  });

  test("an answer that is none of API Gateway's is said to be so", async () => {
    const { out } = await called(["GET", "/x", "--url", url()]);
    expect(out).toMatch(
      /Diagnosis {2}refused, gate unknown: unknown\n {2}No answer of API Gateway that is known/,
    );
  });
});

describe("a deployed stage", () => {
  const outputs = () =>
    writeOutputs(api.folder, "stage.json", {
      service_endpoint: `${api.stageUrl}/`,
      rest_api_id: "abc123",
      api_key_ids: { demo: "id-demo", off: "id-off" },
    });
  const stage = () => ["--stage", "dev", "--outputs", outputs()];

  test("is called where its outputs say", async () => {
    const { status, out } = await called(["GET", "/open", "--unsigned", ...stage()]);
    expect([status, out]).toEqual([0, expect.stringContaining(`GET ${api.stageUrl}/open\n`)]);
  });

  test("signs for its region, by the default chain", async () => {
    const { out } = await called(["GET", "/signed", ...stage(), "--explain"]);
    expect(out).toMatch(/access key id {11}AKIDEXAMPLE {2}the default chain\n/);
    expect(out).toMatch(/region {18}eu-west-1 {2}the outputs of the stage\n/);
    expect(out).toMatch(/unknown access key\n/);
  });

  test.each(["demo", ""])("the key of client '%s' is looked up", async (client) => {
    const { status, out } = await called(["GET", "/keyed", "--unsigned", ...stage(), `--api-key=${client}`]);
    expect([status, out]).toEqual([0, expect.stringMatching(/API key: client demo\n/)]);
  });

  test("a look-up of a key by name that is not allowed: one line", async () => {
    isAllowed = false;
    await expect(called(["GET", "/keyed", ...stage(), "--api-key", "demo"])).rejects.toMatchObject({
      name: "UserError",
      message: expect.stringMatching(/^AWS does not allow this: /),
    });
  });

  describe("why a key is refused, as far as it may be looked up", () => {
    const why = async (key: string) =>
      (
        await called(["GET", "/keyed", "--unsigned", ...stage(), "--api-key", key], {
          CDKTF_OUTDIR: `${api.folder}/cdktf.out`,
        })
      ).out.replace(/\s+/g, " ");

    test("disabled", async () => {
      expect(await why("off")).toMatch(/key disabled The key 'off' is disabled\./);
    });

    test("unknown", async () => {
      expect(await why("x".repeat(20))).toMatch(/key unknown No key of \S*cdk\.tf\.json has the value/);
    });

    test("not allowed to look", async () => {
      isAllowed = false;
      expect(await why("x".repeat(20))).toMatch(
        /forbidden The API key is unknown, disabled, or in no usage plan/,
      );
    });

    test("in a plan that does not hold the stage", async () => {
      isPlanned = false;
      expect(await why(api.key("spare"))).toMatch(
        /key not for stage The key 'spare' is in plan of id-spare, which does not hold stage dev/,
      );
    });

    test("good, as far as can be seen", async () => {
      expect(await why(api.key("spare"))).toMatch(
        /forbidden The key 'spare' is good for this stage by \S+ \(plan/,
      );
    });
  });

  test("the routes come from the synthesized Terraform", async () => {
    const { out } = await called(["GET", "/singed", "--unsigned", ...stage()], {
      CDKTF_OUTDIR: `${api.folder}/cdktf.out`,
    });
    expect(out).toMatch(/nearest is GET \/signed \(AWS_IAM\)/);
  });
});
