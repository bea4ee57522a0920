import type { TerraformStack } from "cdktf";
import { signRequest } from "#functions/lib/sigv4";
import { loadModel } from "#load/load-model";
import { Account } from "#modules/account";
import { NodejsFunction } from "#modules/nodejs-function";
import { RestApi } from "#modules/rest-api";
import type { Route } from "#modules/route";
import { ACCOUNT_ID } from "../support/api-terraform";
import { aRequest } from "../support/gateway-model";
import { SEED } from "../support/local-gateway";
import { socketlessGateway } from "../support/socketless-gateway";
import { only, synthesize, type Terraform } from "../support/synth";

/** What a browser and its page get from a gateway that runs the synthesized Terraform. */

const SHOP = "https://shop.example.com";

const open = { authorization: "NONE", integration: { mock: { message: "success" } } } as const;

const ROUTES: readonly Route[] = [
  { ...open, method: "GET", path: "/notes" },
  { ...open, method: "PUT", path: "/notes", bodySchema: "functions/lib/product-schema.json" },
  { ...open, method: "GET", path: "/signed", authorization: "AWS_IAM" },
  { ...open, method: "GET", path: "/own" },
  { ...open, method: "OPTIONS", path: "/own", integration: { mock: { of: "its own" } } },
];

function build(allowOrigin?: string, routes = (_stack: TerraformStack) => ROUTES): Terraform {
  return synthesize((stack) => {
    new RestApi(stack, "api", {
      description: "an API",
      region: "eu-central-1",
      stageName: "dev",
      throttle: { rateLimit: 50, burstLimit: 50 },
      accessLogs: false,
      logRetentionInDays: 3,
      allowOrigin,
      routes: routes(stack),
    });
  });
}

function serve(terraform: Terraform) {
  const { handle } = socketlessGateway(
    loadModel({ terraform, directory: "", identity: { accountId: ACCOUNT_ID, seed: SEED } }),
  );
  return async (method: string, path: string, body?: string) => {
    const { answer } = await handle(aRequest({ method, target: `/dev${path}`, body }));
    const headers = Object.fromEntries(answer.headers.map(([name, value]) => [name.toLowerCase(), value]));
    return { status: answer.status, headers, body: String(answer.body) };
  };
}

const readable = {
  "access-control-allow-origin": SHOP,
  "access-control-expose-headers": "Date,x-amzn-ErrorType,x-amzn-RequestId",
};

describe("an API that pages of another origin may call", () => {
  const request = serve(build(SHOP));

  test.each([
    ["/notes", "GET,PUT"],
    ["/signed", "GET"],
  ])("answers the browser's question about %s, unsigned", async (path, methods) => {
    const { status, headers, body } = await request("OPTIONS", path);
    expect([status, body]).toEqual([200, "{}"]);
    expect(headers).toMatchObject({
      "access-control-allow-origin": SHOP,
      "access-control-allow-methods": methods,
      "access-control-max-age": "7200",
    });
  });

  test("allows every header that a signature and an API key take", async () => {
    const signed = await signRequest(
      {
        method: "PUT",
        url: "https://api.example.com/dev/notes",
        body: "{}",
        headers: { "x-api-key": "key" },
      },
      {
        region: "eu-central-1",
        credentials: { accessKeyId: "AKIDEXAMPLE", secretAccessKey: "secret", sessionToken: "token" },
        date: new Date(0),
      },
    );
    const { headers } = await request("OPTIONS", "/notes");
    const allowed = headers["access-control-allow-headers"]?.toLowerCase().split(",");
    const sent = [...Object.keys(signed.headers), "content-type"].map((name) => name.toLowerCase());
    // A page cannot set the host; the browser does.
    expect(sent.filter((name) => name !== "host" && !allowed?.includes(name))).toEqual([]);
  });

  test.each([
    ["an answer of its own", "GET", "/notes", undefined, 200],
    ["a refusal for want of a signature", "GET", "/signed", undefined, 403],
    ["a refusal of a body", "PUT", "/notes", "no JSON", 400],
    ["a refusal of what is not there", "GET", "/nothing", undefined, 403],
  ])("lets the page read %s", async (_name, method, path, body, status) => {
    expect(await request(method, path, body)).toMatchObject({ status, headers: readable });
  });

  test("leaves a route for OPTIONS as it was declared", async () => {
    const { body, headers } = await request("OPTIONS", "/own");
    expect(body).toBe('{"of": "its own"}');
    expect(headers).not.toHaveProperty("access-control-allow-methods");
  });
});

test.each([
  ["are told, for API Gateway adds nothing to what they answer", SHOP, { allow_origin: SHOP }],
  ["are told nothing where no page may call", undefined, undefined],
])("its functions %s", (_name, allowOrigin, variables) => {
  const terraform = build(allowOrigin, (stack) => {
    const lambda = new NodejsFunction(stack, "get-product", {
      entry: "functions/get-product/index.ts",
      description: "",
      account: new Account(stack, "account"),
      logRetentionInDays: 3,
    });
    return [{ method: "GET", path: "/products/{code}", authorization: "AWS_IAM", integration: { lambda } }];
  });
  expect(only(terraform, "aws_lambda_function").environment?.variables).toEqual(variables);
});

test("an API that says nothing of it answers no question, and says nothing to a page", async () => {
  const request = serve(build());
  expect(await request("OPTIONS", "/notes")).toMatchObject({ status: 403 });
  const answers = [await request("GET", "/notes"), await request("PUT", "/notes", "no JSON")];
  for (const { headers } of answers) expect(headers).not.toHaveProperty("access-control-allow-origin");
});

test("every page may be meant", async () => {
  const { headers } = await serve(build("*"))("GET", "/notes");
  expect(headers["access-control-allow-origin"]).toBe("*");
});

test.each([
  "",
  "shop.example.com",
  "https://shop.example.com/",
  "https://shop.example.com/a",
  "null",
  "https://*.example.com",
])("the origin '%s', which no browser sends, is refused", (origin) => {
  expect(() => build(origin)).toThrow(`allowOrigin: got '${origin}', expected an origin such as`);
});
