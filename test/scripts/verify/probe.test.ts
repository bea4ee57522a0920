import { probeFor } from "#verify/probe";

const ID = "verify-0f8fad5b-d9cb-469f-a165-70867728950e";

test.each([
  { route: "GET /products", request: { method: "GET", path: "/products" } },
  { route: "GET /products/{code}", request: { method: "GET", path: `/products/${ID}` } },
  { route: "DELETE /products/{code}", request: { method: "DELETE", path: `/products/${ID}` } },
  { route: "OPTIONS /{proxy+}", request: { method: "OPTIONS", path: `/${ID}` } },
  { route: "ANY /{proxy+}", request: { method: "GET", path: `/${ID}` } },
])("$route is called without a body", ({ route, request }) => {
  const [method = "", path = ""] = route.split(" ");
  expect(probeFor({ method, path }, ID)).toEqual({ ...request, headers: {} });
});

test.each(["PUT /products/{code}", "POST /products", "PATCH /products/{code}"])(
  "%s is called with a body that is no JSON",
  (route) => {
    const [method = "", path = ""] = route.split(" ");
    const probe = probeFor({ method, path }, ID);

    expect(probe?.headers).toEqual({ "content-type": "application/json" });
    expect(() => JSON.parse(Buffer.from(probe?.body ?? "").toString())).toThrow(SyntaxError);
  },
);

test.each(["/products", "/products/{code}/stock"])("DELETE %s is not called: it may be there", (path) => {
  expect(probeFor({ method: "DELETE", path }, ID)).toBeUndefined();
});
