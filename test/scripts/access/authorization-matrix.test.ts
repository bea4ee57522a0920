import { authorizationMatrix } from "#access/authorization-matrix";
import type { NamedPolicy, Principal } from "#iam/identity";
import type { PolicyStatement } from "#iam/policy";
import type { Model } from "#model/model";
import type { Route } from "#model/rest-api";
import { anApi, aRoute } from "../../support/gateway-model";

const API = "arn:aws:execute-api:us-east-1:123456789012:abc123/dev";

const route = aRoute("GET /products/{code}", { authorization: "AWS_IAM" });

function policy(...statements: PolicyStatement[]): NamedPolicy {
  return {
    address: "aws_iam_policy.p",
    name: "p",
    document: { Version: "2012-10-17", Statement: statements },
  };
}

function allow(...tails: string[]): PolicyStatement {
  return { Effect: "Allow", Action: "execute-api:Invoke", Resource: tails.map((tail) => `${API}/${tail}`) };
}

function deny(...tails: string[]): PolicyStatement {
  return { ...allow(...tails), Effect: "Deny" };
}

function role(statements: PolicyStatement[], changes: Partial<Principal> = {}): Principal {
  return {
    address: "aws_iam_role.caller",
    kind: "role",
    name: "caller",
    arn: "arn:aws:iam::123456789012:role/caller",
    uniqueId: "AROACALLER",
    identityPolicies: [policy(...statements)],
    tags: {},
    ...changes,
  };
}

function modelOf({
  routes = [route],
  principals = [],
  ...api
}: {
  routes?: readonly Route[];
  principals?: readonly Principal[];
  policy?: NamedPolicy;
}): Model {
  return {
    partition: "aws",
    region: "us-east-1",
    accountId: "123456789012",
    api: anApi(routes, api),
    functions: [],
    tables: [],
    principals,
    apiKeys: [],
    usagePlans: [],
    outputs: {},
    withoutLocalEffect: [],
  };
}

const OFFICE: PolicyStatement["Condition"] = { IpAddress: { "aws:SourceIp": "203.0.113.0/24" } };

describe("how far a role of the stack gets", () => {
  test.each<{ name: string; statements: PolicyStatement[]; access: string }>([
    { name: "its policy allows the route", statements: [allow("GET/products/*")], access: "full" },
    {
      name: "allows everything",
      statements: [{ Effect: "Allow", Action: "*", Resource: "*" }],
      access: "full",
    },
    { name: "nothing allows it", statements: [], access: "none" },
    { name: "another method is allowed", statements: [allow("PUT/products/*")], access: "none" },
    { name: "another route is allowed", statements: [allow("GET/products")], access: "none" },
    {
      name: "another action is allowed",
      statements: [{ ...allow("GET/products/*"), Action: "execute-api:InvalidateCache" }],
      access: "none",
    },
    { name: "allowed and denied", statements: [allow("*"), deny("GET/products/*")], access: "none" },
    {
      name: "one value of the parameter is allowed",
      statements: [allow("GET/products/tea-07")],
      access: "part",
    },
    { name: "some values are allowed", statements: [allow("GET/products/tea-*")], access: "part" },
    {
      name: "one value is denied",
      statements: [allow("GET/products/*"), deny("GET/products/secret")],
      access: "part",
    },
    {
      name: "one value is allowed, and the same is denied",
      statements: [allow("GET/products/tea-07"), deny("GET/products/*")],
      access: "none",
    },
    {
      name: "allowed under a condition",
      statements: [{ ...allow("GET/products/*"), Condition: OFFICE }],
      access: "part",
    },
    {
      name: "denied under a condition",
      statements: [allow("*"), { ...deny("*"), Condition: OFFICE }],
      access: "part",
    },
    {
      name: "allowed where the transport is secure, which it always is",
      statements: [{ ...allow("*"), Condition: { Bool: { "aws:SecureTransport": "true" } } }],
      access: "full",
    },
    {
      name: "what is allowed has a wildcard in the middle of a segment",
      statements: [allow("*/prod*s/*7")],
      access: "part",
    },
    { name: "what is behind the route is allowed", statements: [allow("GET/products/*/*")], access: "part" },
    { name: "what is below another path is allowed", statements: [allow("GET/pro/*")], access: "none" },
    {
      name: "a value is allowed that the request does not have",
      statements: [allow("GET/products/${aws:username}")],
      access: "none",
    },
    {
      name: "a value is allowed that is not known",
      statements: [allow("GET/products/${aws:PrincipalOrgID}")],
      access: "part",
    },
  ])("$name: $access", ({ statements, access }) => {
    const [row] = authorizationMatrix(modelOf({ principals: [role(statements)] }));

    expect(row?.principals).toEqual(access === "none" ? [] : [{ name: "caller", access }]);
    expect(row?.anonymous).toBe("none");
  });

  test("a permissions boundary narrows it", () => {
    const bounded = role([allow("*")], { permissionsBoundary: policy(allow("PUT/*")) });
    const free = role([allow("*")], { permissionsBoundary: policy(allow("GET/*")), name: "free" });

    expect(authorizationMatrix(modelOf({ principals: [bounded, free] }))[0]?.principals).toEqual([
      { name: "free", access: "full" },
    ]);
  });

  test("a method ANY is in full only where each method is allowed", () => {
    const principals = [
      role([allow("GET/products/*")], { name: "getter" }),
      role([allow("*/products/*")], { name: "all" }),
    ];

    expect(
      authorizationMatrix(modelOf({ routes: [{ ...route, httpMethod: "ANY" }], principals }))[0]?.principals,
    ).toEqual([
      { name: "all", access: "full" },
      { name: "getter", access: "part" },
    ]);
  });
});

describe("how far a caller gets with a route below a parameter", () => {
  const lines = aRoute("GET /orders/{id}/lines", { authorization: "AWS_IAM" });

  test.each<{ name: string; statements: PolicyStatement[]; access: string }>([
    { name: "all of one value is allowed", statements: [allow("*/orders/acme/*")], access: "part" },
    {
      name: "all of one value is denied",
      statements: [allow("*"), deny("GET/orders/acme/*")],
      access: "part",
    },
    { name: "all of some values is allowed", statements: [allow("GET/orders/a*")], access: "part" },
    { name: "the end is allowed", statements: [allow("GET/*/lines")], access: "full" },
    { name: "another end is allowed", statements: [allow("GET/orders/acme/files*")], access: "none" },
    {
      name: "what has the user's name is allowed",
      statements: [allow("GET/orders/${aws:username}/*")],
      access: "part",
    },
  ])("$name: $access", ({ statements, access }) => {
    const user = role(statements, { kind: "user", arn: "arn:aws:iam::123456789012:user/ann", name: "ann" });
    const [row] = authorizationMatrix(modelOf({ routes: [lines], principals: [user] }));

    expect(row?.principals).toEqual(access === "none" ? [] : [{ name: "ann", access }]);
  });
});

describe("how far those get who sign nothing", () => {
  const open: Route = { ...route, authorization: "NONE" };
  const everybody = { Principal: "*" as const };

  test.each<{ name: string; route: Route; statements?: PolicyStatement[]; access: string }>([
    { name: "no authorization", route: open, access: "full" },
    { name: "a signature is asked for", route, access: "none" },
    {
      name: "a signature is asked for, and the API's policy allows all callers",
      route,
      statements: [{ ...allow("*"), ...everybody }],
      access: "none",
    },
    {
      name: "the API's policy allows it, in its short form",
      route: open,
      statements: [{ ...allow(), ...everybody, Resource: "execute-api:/dev/GET/*" }],
      access: "full",
    },
    { name: "the API's policy says nothing of it", route: open, statements: [], access: "none" },
    {
      name: "the API's policy allows some addresses",
      route: open,
      statements: [{ ...allow("*"), ...everybody, Condition: OFFICE }],
      access: "part",
    },
  ])("$name: $access", ({ route: only, statements, access }) => {
    const rows = authorizationMatrix(
      modelOf({ routes: [only], policy: statements && policy(...statements) }),
    );

    expect(rows[0]?.anonymous).toBe(access);
  });
});

test("is sorted by path and method", () => {
  const routes = ["PUT /b", "GET /b/c", "GET /a", "GET /b"].map((each) => aRoute(each));

  expect(authorizationMatrix(modelOf({ routes })).map(({ method, path }) => `${method} ${path}`)).toEqual([
    "GET /a",
    "GET /b",
    "PUT /b",
    "GET /b/c",
  ]);
});

test("says what a route asks for and what answers", () => {
  const rows = authorizationMatrix(
    modelOf({ routes: [{ ...route, apiKeyRequired: true }], principals: [role([allow("*")])] }),
  );

  expect(rows).toEqual([
    {
      stage: "dev",
      method: "GET",
      path: "/products/{code}",
      authorization: "AWS_IAM",
      apiKeyRequired: true,
      integration: "mock",
      anonymous: "none",
      principals: [{ name: "caller", access: "full" }],
    },
  ]);
});
