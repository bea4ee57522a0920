import fc from "fast-check";
import { compileRoutes } from "#gateway/gates/match";
import { toGatewayAnswer } from "#gateway/gateway-response";
import { isRefusal } from "#gateway/refusal";
import type { RestApi } from "#model/rest-api";
import { anApi, aRequest, aRoute, IDS } from "../../../support/gateway-model";
import { expectRecordedAnswer, recordedCases } from "../../../support/recorded-cases";

/** `GET /dev/x` → the route's `METHOD /path` and the parameters, or the refusal's reason. */
function match(api: RestApi, line: string, headers: [string, string][] = []) {
  const [method = "", target = ""] = line.split(" ");
  const result = compileRoutes(api)(aRequest({ method, target, headers }));
  if (isRefusal(result)) return result.reason;
  return [`${result.route.httpMethod} ${result.route.resourcePath}`, result.pathParameters];
}

const INVENTORY = anApi([
  aRoute("GET /products", { authorization: "AWS_IAM" }),
  "GET /products/{code}",
  "PUT /products/{code}",
  "GET /products/new",
  "ANY /files/{proxy+}",
  "GET /files/{id}/meta",
  "GET /",
  aRoute("GET /auth/both", { authorization: "AWS_IAM", apiKeyRequired: true }),
]);

describe("matching", () => {
  test.each([
    ["a static path", "GET /dev/products", "GET /products", {}],
    ["the root", "GET /dev/", "GET /", {}],
    ["the root without a slash", "GET /dev", "GET /", {}],
    ["a parameter", "GET /dev/products/a1", "GET /products/{code}", { code: "a1" }],
    ["a static segment before a parameter", "GET /dev/products/new", "GET /products/new", {}],
    [
      "a parameter where the static sibling lacks the method",
      "PUT /dev/products/new",
      "PUT /products/{code}",
      { code: "new" },
    ],
    ["a trailing slash", "GET /dev/products/a1/", "GET /products/{code}", { code: "a1" }],
    [
      "a parameter, undecoded",
      "GET /dev/products/a%2Fb+%C3%A4",
      "GET /products/{code}",
      { code: "a%2Fb+%C3%A4" },
    ],
    ["a greedy path", "DELETE /dev/files/a/b", "ANY /files/{proxy+}", { proxy: "a/b" }],
    [
      "a greedy path with an inner double slash",
      "GET /dev/files/a//b/",
      "ANY /files/{proxy+}",
      { proxy: "a//b" },
    ],
    [
      "a parameter's branch before a greedy one",
      "GET /dev/files/7/meta",
      "GET /files/{id}/meta",
      { id: "7" },
    ],
    [
      "a greedy path where the parameter's branch ends elsewhere",
      "GET /dev/files/7/data",
      "ANY /files/{proxy+}",
      { proxy: "7/data" },
    ],
    ["double slashes round the stage", "GET //dev//products", "GET /products", {}],
    ["a query left aside", "GET /dev/products?a=/b", "GET /products", {}],
    ["the absolute form", "GET http://host/dev/products", "GET /products", {}],
  ])("%s", (_, line, route, parameters) => {
    expect(match(INVENTORY, line)).toEqual([route, parameters]);
  });

  test.each([
    ["an unknown path", "GET /dev/prodcuts", "no route GET /prodcuts; nearest is GET /products (AWS_IAM)"],
    [
      "an unknown method",
      "DELETE /dev/products/a1",
      "no route DELETE /products/a1; this path has GET /products/{code} (open), PUT /products/{code} (open)",
    ],
    [
      "HEAD, which GET does not imply",
      "HEAD /dev/products",
      "no route HEAD /products; this path has GET /products (AWS_IAM)",
    ],
    [
      "a method that ANY does not stand for",
      "TRACE /dev/files/a",
      "no route TRACE /files/a; this path has ANY /files/{proxy+} (open)",
    ],
    [
      "a request that calls itself ANY",
      "ANY /dev/files/a",
      "no route ANY /files/a; this path has ANY /files/{proxy+} (open)",
    ],
    [
      "a greedy resource's own root",
      "GET /dev/files",
      "no route GET /files; nearest is ANY /files/{proxy+} (open)",
    ],
    ["an empty segment for a parameter", "GET /dev/files//meta", ["ANY /files/{proxy+}", { proxy: "/meta" }]],
    [
      "an encoded static segment",
      "GET /dev/%70roducts",
      "no route GET /%70roducts; nearest is GET /products (AWS_IAM)",
    ],
    [
      "a path in another case",
      "GET /dev/Products",
      "no route GET /Products; nearest is GET /products (AWS_IAM)",
    ],
    [
      "gates of the nearest route",
      "GET /dev/auth/bot",
      "no route GET /auth/bot; nearest is GET /auth/both (AWS_IAM and API key)",
    ],
    [
      "an unknown stage",
      "GET /prod/products",
      "no stage 'prod' (have: dev); a path starts with its stage: /dev/…",
    ],
    ["no stage", "GET /", "no stage '' (have: dev); a path starts with its stage: /dev/…"],
    ["a target without a path", "OPTIONS *", "no stage '' (have: dev); a path starts with its stage: /dev/…"],
    [
      "a stage without its slash",
      "GET dev/products",
      "no stage '' (have: dev); a path starts with its stage: /dev/…",
    ],
  ])("not %s", (_, line, expected) => {
    expect(match(INVENTORY, line)).toEqual(expected);
  });

  test("an API without routes says so", () => {
    expect(match(anApi([]), "GET /dev/x")).toBe("no route GET /x; the API has no routes");
  });

  test.each([
    ["GET /dev/x/", "/x/", "/dev/x/"],
    ["GET //dev//x", "/x", "/dev//x"],
    ["GET /dev/a//b", "/a//b", "/dev/a//b"],
    ["GET /dev", "/", "/dev"],
  ])("%s has the path %s, with its stage %s", (line, path, stagePath) => {
    const [method = "", target = ""] = line.split(" ");
    const api = anApi(["GET /", "GET /{proxy+}"]);
    expect(compileRoutes(api)(aRequest({ method, target }))).toMatchObject({ path, stagePath });
  });
});

describe("X-HTTP-Method-Override", () => {
  const api = anApi(["GET /x", aRoute("DELETE /x", { authorization: "AWS_IAM" }), "ANY /any"]);

  test("replaces the method before the match, so that the route of the new method guards it", () => {
    const result = compileRoutes(api)(
      aRequest({ target: "/dev/x", headers: [["X-Http-Method-Override", "DELETE"]] }),
    );
    expect(result).toMatchObject({
      httpMethod: "DELETE",
      route: { authorization: "AWS_IAM" },
    });
  });

  test.each(["ANY", "TRACE", "delete"])("%s is no method and leads nowhere", (method) => {
    const headers: [string, string][] = [["x-http-method-override", method]];
    expect(match(api, "GET /dev/any", headers)).toContain(`no route ${method} /any`);
  });

  test("an empty one counts as none", () => {
    expect(match(api, "GET /dev/x", [["x-http-method-override", ""]])).toEqual(["GET /x", {}]);
  });
});

describe("recorded answers", () => {
  const apis: Record<string, RestApi> = {
    routing: anApi(["GET /existing"]),
    sibling: anApi(["POST /test", "ANY /test/any", "OPTIONS /{proxy+}"]),
  };

  test.each(recordedCases("routing"))("%s", (_, recorded) => {
    const { method, path } = recorded.request;
    const result = compileRoutes(apis[recorded.api] ?? anApi([]))(
      aRequest({ method, target: `/dev${path}` }),
    );
    if (isRefusal(result)) {
      expectRecordedAnswer(toGatewayAnswer(result, { context: IDS, gatewayResponses: [] }), recorded);
    } else {
      const message = recorded.api === "routing" ? "exists" : `${result.route.httpMethod} request`;
      expect(recorded.expect).toEqual({ status: 200, bodyJson: { statusCode: 200, message } });
    }
  });

  test("an unknown stage is forbidden (behaviour page 1.2)", () => {
    const result = compileRoutes(INVENTORY)(aRequest({ target: "/prod/products" }));
    expect(result).toMatchObject({
      errorType: "ForbiddenException",
      message: "Forbidden",
    });
    expect(result.stage).toBeUndefined();
  });
});

describe("laws", () => {
  const segment = fc.constantFrom("a", "b", "{p}", "{q}", "c");
  const route = fc
    .tuple(fc.constantFrom("GET", "PUT", "ANY"), fc.array(segment, { maxLength: 4 }), fc.boolean())
    .map(
      ([method, segments, greedy]) => `${method} /${[...segments, ...(greedy ? ["{r+}"] : [])].join("/")}`,
    );

  test("no path makes the matcher throw", () => {
    const matcher = compileRoutes(INVENTORY);
    const anyPath = fc.oneof(
      fc.string(),
      fc.string().map((text) => `/dev/${text}`),
      fc.webPath(),
    );
    fc.assert(
      fc.property(fc.string(), anyPath, (method, target) => {
        matcher(aRequest({ method, target }));
      }),
    );
  });

  test("the result does not depend on the order of the routes", () => {
    const request = fc.array(fc.constantFrom("a", "b", "c", "x", ""), { maxLength: 5 });
    fc.assert(
      fc.property(
        fc.array(route, { maxLength: 12 }),
        fc.constantFrom("GET", "PUT", "HEAD"),
        request,
        (routes, method, path) => {
          const line = `${method} /dev/${path.join("/")}`;
          expect(match(anApi([...routes].reverse()), line)).toEqual(match(anApi(routes), line));
        },
      ),
      { numRuns: 500 },
    );
  });

  test("a match's parameters put into its template give the path again", () => {
    const request = fc.array(fc.constantFrom("a", "b", "c", "x"), { minLength: 1, maxLength: 5 });
    fc.assert(
      fc.property(fc.array(route, { minLength: 1, maxLength: 12 }), request, (routes, path) => {
        const result = compileRoutes(anApi(routes))(aRequest({ target: `/dev/${path.join("/")}` }));
        fc.pre(!isRefusal(result));
        // A template may repeat a name here, which AWS does not allow: then the last value stands for both.
        const names = result.route.resourcePath.match(/\{\w+/g) ?? [];
        fc.pre(new Set(names).size === names.length);
        const filled = result.route.resourcePath.replace(
          /\{(\w+)\+?\}/g,
          (_, name) => result.pathParameters[name] ?? "",
        );
        expect(filled).toBe(result.path);
      }),
      { numRuns: 500 },
    );
  });
});
