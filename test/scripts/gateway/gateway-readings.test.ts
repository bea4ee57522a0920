import type { HttpRequest } from "#gateway/http/message";
import type { RestEvent } from "#gateway/integrate/event";
import { allowInvoke, loadApi } from "../../support/api-terraform";
import { aRequest } from "../../support/gateway-model";
import { AMZ_DATE, socketlessGateway } from "../../support/socketless-gateway";
import { temporaryFolder } from "../../support/temporary-folder";
import { signWithAws4, type Unsigned } from "../sigv4/signed-requests";

/** What is verified, routed, evaluated and delivered is one request, whichever way it is spelled. */

const FUNCTION = { source: "export const handler = async () => ({});" };
const model = loadApi(
  {
    routes: [
      { route: "GET /products", authorization: "AWS_IAM", lambda: "list" },
      { route: "GET /products/{code}", authorization: "AWS_IAM", lambda: "one" },
      { route: "GET /one/b", authorization: "AWS_IAM", lambda: "list" },
      { route: "GET /one/{proxy+}", authorization: "AWS_IAM", lambda: "one" },
      { route: "GET /open/{proxy+}", lambda: "one" },
    ],
    functions: { list: FUNCTION, one: FUNCTION },
    roles: {
      reader: [allowInvoke("*")],
      "no-secrets": [allowInvoke("*"), { ...allowInvoke("dev/GET/one/secret*"), Effect: "Deny" }],
      "only-public": [allowInvoke("dev/GET/one/public/*")],
    },
  },
  temporaryFolder(),
);

let event: RestEvent | undefined;
const gateway = socketlessGateway(model, async (_fn, sent) => {
  event = sent as RestEvent;
  return { kind: "result", payload: '{"statusCode":200}' };
});

function signed(unsigned: Unsigned, form: "header" | "query" = "header", profile = "reader"): HttpRequest {
  const { accessKeyId, secretAccessKey, sessionToken } = gateway.credentials(profile);
  const credentials = { accessKeyId, secretAccessKey, sessionToken };
  return {
    ...aRequest(),
    ...signWithAws4(unsigned, { credentials, form, region: model.region, date: AMZ_DATE }),
  };
}

/** What a function got of a request, or the gate that refused it. */
async function deliver(request: HttpRequest): Promise<RestEvent | string> {
  event = undefined;
  const { log } = await gateway.handle(request);
  return event ?? `refused by ${log.gate}: ${log.reason}`;
}

const REFUSED = /^refused by signature: /;

describe.each(["header", "query"] as const)("%s form", (form) => {
  test("one signed value stays one parameter", async () => {
    const request = signed({ path: "/dev/products?x=1%3Blimit%3D1" }, form);
    expect(await deliver(request)).toMatchObject({
      queryStringParameters: { x: "1;limit=1" },
    });
    const target = request.target.replace("x=1%3Blimit%3D1", "x=1;limit=1");
    expect(await deliver({ ...request, target })).toMatch(REFUSED);
    const partly = request.target.replace("x=1%3Blimit%3D1", "x=1;limit%3D1");
    expect(await deliver({ ...request, target: partly })).toMatch(REFUSED);
  });

  test.each(["/dev/products/.", "/dev/products/%2e", "/dev/products//", "/dev/./products", "//dev/products"])(
    "a signature for /dev/products does not open %s",
    async (path) => {
      const request = signed({ path: "/dev/products" }, form);
      expect(await deliver(request)).toMatchObject({ path: "/products", pathParameters: null });
      const target = request.target.replace("/dev/products", path);
      expect(await deliver({ ...request, target })).toMatch(/^refused by (signature|route): /);
    },
  );

  test.each(["/dev/one/./b", "/dev/one/a/../b", "/dev/one//b"])(
    "a signature for /dev/one/b does not reach the greedy route by %s",
    async (path) => {
      const request = signed({ path: "/dev/one/b" }, form);
      expect(await deliver(request)).toMatchObject({ resource: "/one/b" });
      expect(await deliver({ ...request, target: request.target.replace("/dev/one/b", path) })).toMatch(
        REFUSED,
      );
    },
  );
});

test("a presigned URL does not take effect with more parameters than were signed", async () => {
  const request = signed({ path: "/dev/products?limit=5" }, "query");
  expect(await deliver(request)).toMatchObject({ queryStringParameters: { limit: "5" } });
  for (const more of [
    "&X-Amz-Signature=x;limit=1",
    "&X%2DAmz-Signature=x;limit=1",
    ";limit=1",
    "&X-Amz-Signature",
  ]) {
    expect(await deliver({ ...request, target: request.target + more })).toMatch(REFUSED);
  }
});

describe("a policy on a path below {proxy+}", () => {
  test.each([
    ["no-secrets", "/dev/one/secret", "refused by iam"],
    ["no-secrets", "/dev/one/public/a", undefined],
    ["no-secrets", "/dev/one/./secret", "refused by signature"],
    ["no-secrets", "/dev/one/x/%2e%2e/secret", "refused by signature"],
    ["no-secrets", "/dev/one//secret", "refused by signature"],
    ["no-secrets", "/dev/one/x%5C..%5Csecret", "refused by iam"],
    ["only-public", "/dev/one/public/a", undefined],
    ["only-public", "/dev/one/secret", "refused by iam"],
    ["only-public", "/dev/one/public/../secret", "refused by signature"],
    ["only-public", "/dev/one/public/%2E%2e/secret", "refused by signature"],
    ["only-public", "/dev/one/public/..%2Fsecret", "refused by iam"],
  ])("%s, %s: %s", async (profile, path, refusal) => {
    const outcome = await deliver(signed({ path }, "header", profile));
    if (refusal === undefined) expect(outcome).toMatchObject({ path: path.slice("/dev".length) });
    else expect(outcome).toMatch(new RegExp(`^${refusal}: `));
  });
});

test("an open route takes what a signed one does not, as it came", async () => {
  const target = "/dev/open/a//../b?x=1;limit=1";
  expect(await deliver({ ...aRequest(), target })).toMatchObject({
    path: "/open/a//../b",
    queryStringParameters: { x: "1", limit: "1" },
  });
});
