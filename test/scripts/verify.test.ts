import { once } from "node:events";
import { writeFileSync } from "node:fs";
import { createServer, type IncomingMessage } from "node:http";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import { text } from "node:stream/consumers";
import { authorizationMatrix } from "#access/authorization-matrix";
import { findApiKey } from "#call/api-key";
import { findCaller } from "#call/caller";
import { findDeployed, type OpenedApi, startHere } from "#call/open-target";
import { printTour } from "#demo/print-tour";
import type { Model } from "#model/model";
import { main } from "#verify";
import { readMatrix } from "#verify/read-matrix";
import { verifyApi } from "#verify/verify-api";
import { REGION } from "../support/api-terraform";
import { recomputeAuthorization } from "../support/aws4";
import { captureIo } from "../support/captured-io";
import { changeStatements, resourceAt } from "../support/change-stack";
import { type SynthesizedProject, synthesizeProject } from "../support/project-stack";
import { sendWithAws4 } from "../support/signing-clients";
import { SOME_CREDENTIALS, useAwsAt } from "../support/stage-outputs";
import type { Terraform } from "../support/synth";
import { temporaryFolder } from "../support/temporary-folder";

const folder = temporaryFolder();
let stack: SynthesizedProject;
/** What is synthesized. */
let model: Model;
/** The same, served. */
let served: OpenedApi;

beforeAll(async () => {
  stack = await synthesizeProject(folder);
  model = stack.load();
  served = await serve(model);
});
afterAll(() => served.close());

function serve(of: Model): Promise<OpenedApi> {
  return startHere({ stageName: "dev", model: of, remove: () => {} });
}

const AS_SYNTHESIZED = `
ROUTE                            ANSWERS
GET /auth/api-key                unsigned:200 reader:200 writer:200 stranger:200
                                 no-key:403 wrong-key:403
GET /auth/iam-sigv4              unsigned:403 reader:200 writer:200 stranger:403
GET /auth/iam-sigv4-and-api-key  unsigned:403 reader:200 writer:200 stranger:403
                                 no-key:403 wrong-key:403
GET /index                       unsigned:200 reader:200 writer:200 stranger:200
GET /products                    unsigned:403 reader:200 writer:200 stranger:403
DELETE /products/{code}          unsigned:403 reader:403 writer:204 stranger:403
GET /products/{code}             unsigned:403 reader:404 writer:404 stranger:403
PUT /products/{code}             unsigned:403 reader:403 writer:400 stranger:403

36 calls, all answered as synthesized
`;

test("what is served as it is synthesized: every caller at every route", async () => {
  const io = captureIo();

  expect(await verifyApi(served.target, model, {}, io)).toBe(0);
  expect(io.written()).toEqual({ out: `${served.target.baseUrl}\n${AS_SYNTHESIZED}`, err: "" });
});

describe("--expect: what runs is held against a matrix that was saved", () => {
  const saved = (name: string, matrix: unknown): string => {
    const path = join(folder, name);
    writeFileSync(path, JSON.stringify(matrix));
    return path;
  };
  const verify = async (path: string, of: Model, api: OpenedApi) => {
    const io = captureIo();
    return [await verifyApi(api.target, of, {}, io, readMatrix(path)), io.written().out];
  };

  test("the same is confirmed; a stack that opens a route does not confirm itself", async () => {
    const base = saved("base.json", authorizationMatrix(model));
    expect((await verify(base, model, served))[0]).toBe(0);
    const opened = stack.load((terraform) => {
      resourceAt(terraform, "aws_api_gateway_method", "/products/GET/method").authorization = "NONE";
    });
    const api = await serve(opened);
    try {
      const io = captureIo();
      expect(await verifyApi(api.target, opened, {}, io)).toBe(0);
      const [status, out] = await verify(base, opened, api);
      expect([status, out]).toEqual([1, expect.stringContaining("GET /products, unsigned")]);
    } finally {
      await api.close();
    }
  });

  test("a route that the matrix does not have is not confirmed either", async () => {
    const matrix = authorizationMatrix(model).filter(({ path }) => path !== "/index");
    const [status, out] = await verify(saved("less.json", matrix), model, served);
    expect([status, out]).toEqual([1, expect.stringContaining("not expected, and not called: GET /index\n")]);
  });

  test.each<[string, unknown, string]>([
    ["no list", {}, "got no list of routes"],
    ["no routes", [], "got no list of routes"],
    ["something else", [{ stage: "dev" }], "entry 1 is not a route"],
  ])("%s is refused", (name, matrix, message) => {
    expect(() => readMatrix(saved(`${name}.json`, matrix))).toThrow(message);
  });
});

interface Verified {
  readonly status: number;
  readonly out: string;
  /** The products, before and after. */
  readonly before: string;
  readonly after: string;
}

/** Verifies something that runs against what is synthesized. */
async function verifyRunning(change: (terraform: Terraform) => void): Promise<Verified> {
  const api = await serve(stack.load(change));
  try {
    const products = async () => {
      const { credentials } = await findCaller(api.target, "reader");
      return (await sendWithAws4({ method: "GET", url: `${api.target.baseUrl}/products`, credentials })).body;
    };
    const before = await products();
    const io = captureIo();
    const status = await verifyApi(api.target, model, {}, io);
    return { status, out: io.written().out, before, after: await products() };
  } finally {
    await api.close();
  }
}

describe("routes that run otherwise than they are synthesized", () => {
  let verified: Verified;

  beforeAll(async () => {
    verified = await verifyRunning((terraform) => {
      const method = (route: string) => resourceAt(terraform, "aws_api_gateway_method", `${route}/method`);
      method("/products/{code}/PUT").authorization = "NONE";
      method("/products/{code}/DELETE").authorization = "NONE";
      method("/auth/api-key/GET").api_key_required = false;
      method("/index/GET").authorization = "AWS_IAM";
      resourceAt(terraform, "aws_lambda_function", "get-product/function").handler = "index.nothing";
    });
  });

  test.each([
    {
      name: "a writing route without authorization",
      told: `
PUT /products/{code}, unsigned
  expected  403 Missing Authentication Token
  actual    past the gates: 400 Invalid request body`,
    },
    {
      name: "a removing route without authorization",
      told: `
DELETE /products/{code}, signed by a caller without permissions
  expected  403 not authorized to perform: execute-api:Invoke
  actual    past the gates: 204
`,
    },
    {
      name: "a route that no longer asks for its API key",
      told: `
GET /auth/api-key, with an API key that does not exist
  expected  403 Forbidden
  actual    past the gates: 200 success
`,
    },
    {
      name: "a route that asks for more than it should",
      told: `
GET /index, unsigned
  expected  past the gates
  actual    403 Missing Authentication Token
`,
    },
    {
      name: "a function that fails behind the gates",
      told: `
GET /products/{code}, signed by the reader
  expected  past the gates
  actual    502 Internal server error
`,
    },
  ])("$name: both sides are told", ({ told }) => {
    expect(verified.out).toContain(told);
  });

  test("exit status 1, and the rest is as it should be", () => {
    expect(verified.status).toBe(1);
    // PUT and DELETE: three callers each; the key: two; the index: all four; the function: two.
    expect(verified.out).toMatch(/\n14 of 36 calls were not answered as synthesized\n.*make deploy.*\n$/);
    expect(verified.out).toContain(
      "\nGET /auth/iam-sigv4              unsigned:403 reader:200 writer:200 stranger:403\n",
    );
  });

  test("nothing is changed, although the gates stood open", () => {
    expect(JSON.parse(verified.before).products).toHaveLength(5);
    expect(verified.after).toBe(verified.before);
  });
});

test("a reader who may write, and should not", async () => {
  const statement = { Effect: "Allow", Action: "execute-api:Invoke", Resource: "*" };
  const { status, out, before, after } = await verifyRunning((terraform) => {
    const policy = resourceAt(terraform, "aws_iam_policy", "reader/policy");
    changeStatements(policy, () => [statement]);
  });

  expect(status).toBe(1);
  expect(out).toContain(`
PUT /products/{code}, signed by the reader
  expected  403 not authorized to perform: execute-api:Invoke
  actual    past the gates: 400 Invalid request body`);
  expect(out).toContain("\n2 of 36 calls were not answered as synthesized\n");
  expect(after).toBe(before);
});

/** What AWS answers a deployed stage's owner: STS lets them take on the roles, API Gateway tells the key. */
describe("a deployed stage", () => {
  const ROLES = {
    reader_role_arn: "arn:aws:iam::123456789012:role/signed-inventory-dev-reader",
    writer_role_arn: "arn:aws:iam::123456789012:role/signed-inventory-dev-writer",
  };
  let refusal: string | undefined;
  const assumed: (readonly [role: string, hasPolicy: boolean])[] = [];

  const aws = createServer(async (request, response) => {
    if (request.method === "GET") {
      const { value } = await findApiKey("demo", "demo", served.target, undefined);
      response.writeHead(200, { "content-type": "application/json" }).end(JSON.stringify({ value }));
      return;
    }
    const body = await text(request);
    if (refusal !== undefined || !isSigned(request, body)) {
      response.writeHead(403).end(`<Error><Code>AccessDenied</Code><Message>${refusal}</Message></Error>`);
      return;
    }
    const parameters = new URLSearchParams(body);
    const role = parameters.get("RoleArn")?.split("-").at(-1) ?? "";
    const hasPolicy = parameters.has("Policy");
    assumed.push([role, hasPolicy]);
    const { credentials } = await findCaller(served.target, hasPolicy ? "stranger" : role);
    response.end(`<AssumeRoleResponse><AssumeRoleResult><Credentials>
      <AccessKeyId>${credentials.accessKeyId}</AccessKeyId>
      <SecretAccessKey>${credentials.secretAccessKey}</SecretAccessKey>
      <SessionToken>${credentials.sessionToken}</SessionToken>
    </Credentials></AssumeRoleResult></AssumeRoleResponse>`);
  });

  /** By a signer from another hand. */
  function isSigned({ method = "", url = "", headers }: IncomingMessage, body: string): boolean {
    const received = { method, path: url, headers: headers as Record<string, string>, body };
    const { AWS_ACCESS_KEY_ID: accessKeyId, AWS_SECRET_ACCESS_KEY: secretAccessKey } = SOME_CREDENTIALS;
    const scope = { region: REGION, service: "sts" };
    return (
      headers.authorization === recomputeAuthorization(received, { accessKeyId, secretAccessKey }, scope)
    );
  }

  let outputs: string;
  let env: Record<string, string>;

  beforeAll(async () => {
    aws.listen(0, "127.0.0.1");
    await once(aws, "listening");
    const endpoint = `http://127.0.0.1:${(aws.address() as AddressInfo).port}`;
    useAwsAt(endpoint);
    env = { AWS_ENDPOINT_URL: endpoint };
    outputs = join(folder, "outputs.json");
    const values = {
      service_endpoint: served.target.baseUrl,
      region: REGION,
      api_key_ids: { demo: "key0demo" },
      ...ROLES,
    };
    writeFileSync(outputs, JSON.stringify({ "signed-inventory-dev": values }));
  });
  beforeEach(() => {
    refusal = undefined;
    assumed.length = 0;
  });
  afterAll(() => aws.close());

  test("is called as the roles of its outputs, and as a session of the reader that may do nothing", async () => {
    const io = captureIo();
    const { target } = findDeployed("dev", outputs, env);

    expect(await verifyApi(target, model, env, io)).toBe(0);
    expect(io.written().out).toBe(`${target.baseUrl}\n${AS_SYNTHESIZED}`);
    expect(assumed.sort()).toEqual([
      ["reader", false],
      ["reader", true],
      ["writer", false],
    ]);
  });

  test("from the command line, synthesized anew", async () => {
    const io = captureIo();
    const settings = { ...env, PATH: process.env.PATH ?? "", AWS_REGION: REGION };

    expect(await main(["--stage=dev", "--outputs", outputs], settings, io)).toBe(0);
    expect(io.written().out).toBe(`${served.target.baseUrl}\n${AS_SYNTHESIZED}`);
  });

  test("is walked through as its reader, too", async () => {
    const io = captureIo();

    expect(await printTour(findDeployed("dev", outputs, env), env, io)).toBe(0);
    expect(io.written().out).toContain("signed as the role reader\n");
    expect(assumed).toEqual([["reader", false]]);
  });

  test("whose roles may not be assumed: one line", async () => {
    refusal = "User: arn:aws:iam::123456789012:user/ann is not authorized to perform: sts:AssumeRole";
    const { target } = findDeployed("dev", outputs, env);

    await expect(verifyApi(target, model, env, captureIo())).rejects.toMatchObject({
      name: "UserError",
      message: `cannot assume ${ROLES.reader_role_arn} (AccessDenied: ${refusal}): use credentials of its account whose policies allow sts:AssumeRole on it (AWS_PROFILE)`,
    });
  });
});

describe("a mistake is reported in one line, before anything is built", () => {
  test.each([
    { name: "an unknown stage", argv: ["--stage=nope"], message: /^STAGE: got 'nope'/ },
    { name: "an unknown local stage", argv: ["--local", "--stage=nope"], message: /^STAGE: got 'nope'/ },
    {
      name: "a stage that was not deployed",
      argv: ["--outputs=/nonexistent"],
      message: /^no outputs at .*'make deploy'/,
    },
    {
      name: "two targets",
      argv: ["--local", "--outputs=x"],
      message: /^--local and --outputs: got both, expected one of them/,
    },
  ])("$name", async ({ argv, message }) => {
    await expect(main(argv, {}, captureIo())).rejects.toMatchObject({
      name: "UserError",
      message: expect.stringMatching(message),
    });
  });
});

test("something that refuses in the API's place is not taken for its gates", async () => {
  const firewall = createServer((_, response) => response.writeHead(403).end("<h1>Request blocked</h1>"));
  firewall.listen(0, "127.0.0.1");
  await once(firewall, "listening");
  const baseUrl = `http://127.0.0.1:${(firewall.address() as AddressInfo).port}/dev`;
  const io = captureIo();

  expect(await verifyApi({ ...served.target, baseUrl }, model, {}, io)).toBe(1);
  expect(io.written().out).toContain("\n36 of 36 calls were not answered as synthesized\n");
  firewall.close();
});

test("an API that went away: one line", async () => {
  const gone = { ...served.target, baseUrl: "http://127.0.0.1:1/dev" };

  await expect(verifyApi(gone, model, {}, captureIo())).rejects.toMatchObject({
    name: "UserError",
    message: expect.stringMatching(/^no answer from http:\/\/127\.0\.0\.1:1 /),
  });
});
