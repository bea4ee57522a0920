import type { RouteAccess } from "#access/authorization-matrix";
import { expectedOutcomes, probeCallers } from "#verify/expected";

const ROLES = { reader: "dev-reader", writer: "dev-writer", stranger: "stranger" };

function aRouteAccess(over: Partial<RouteAccess>): RouteAccess {
  return {
    stage: "dev",
    method: "GET",
    path: "/x",
    authorization: "AWS_IAM",
    apiKeyRequired: false,
    integration: "mock",
    anonymous: over.authorization === "NONE" ? "full" : "none",
    principals: [],
    ...over,
  };
}

const READ = [
  { name: "dev-reader", access: "full" },
  { name: "dev-writer", access: "full" },
] as const;
const WRITE = [{ name: "dev-writer", access: "full" }] as const;

test.each<{ name: string; route: Partial<RouteAccess>; expected: Record<string, string[]> }>([
  {
    name: "an open route",
    route: { authorization: "NONE" },
    expected: { unsigned: ["passed"], reader: ["passed"], writer: ["passed"], stranger: ["passed"] },
  },
  {
    name: "a route with an API key",
    route: { authorization: "NONE", apiKeyRequired: true },
    expected: {
      unsigned: ["passed"],
      reader: ["passed"],
      writer: ["passed"],
      stranger: ["passed"],
      "no key": ["no valid key"],
      "wrong key": ["no valid key"],
    },
  },
  {
    name: "a signed route that both roles may call",
    route: { principals: READ },
    expected: {
      unsigned: ["not signed"],
      reader: ["passed"],
      writer: ["passed"],
      stranger: ["not authorized"],
    },
  },
  {
    name: "a signed route for writers",
    route: { principals: WRITE },
    expected: {
      unsigned: ["not signed"],
      reader: ["not authorized"],
      writer: ["passed"],
      stranger: ["not authorized"],
    },
  },
  {
    name: "a signed route with an API key: the signature and the policy come first",
    route: { principals: WRITE, apiKeyRequired: true },
    expected: {
      unsigned: ["not signed"],
      reader: ["not authorized"],
      writer: ["passed"],
      stranger: ["not authorized"],
      "no key": ["no valid key"],
      "wrong key": ["no valid key"],
    },
  },
  {
    name: "a route that a policy opens for some requests only",
    route: { principals: [{ name: "dev-reader", access: "part" }] },
    expected: {
      unsigned: ["not signed"],
      reader: ["not authorized", "passed"],
      writer: ["not authorized"],
      stranger: ["not authorized"],
    },
  },
  {
    name: "an unsigned route that the API's own policy closes",
    route: { authorization: "NONE", anonymous: "none" },
    expected: {
      unsigned: ["not authorized"],
      reader: ["not authorized"],
      writer: ["not authorized"],
      stranger: ["not authorized"],
    },
  },
])("$name", ({ route, expected }) => {
  const access = aRouteAccess(route);
  const outcomes = probeCallers(access, ROLES).map((caller) => [
    caller.name,
    expectedOutcomes(access, caller),
  ]);
  expect(Object.fromEntries(outcomes)).toEqual(expected);
});

const GATE = { address: "a.b", property: "c", reason: "not known" };

test.each<[string, Partial<RouteAccess>, boolean]>([
  ["a Lambda authorizer decides", { authorization: "CUSTOM" }, false],
  ["a user pool decides", { authorization: "COGNITO_USER_POOLS" }, false],
  ["the method is not understood", { authorization: "UNKNOWN" }, false],
  ["a gate is not understood", { authorization: "NONE", notServed: { ...GATE, isGate: true } }, false],
  ["the integration is not understood, which comes after the gates", { notServed: GATE }, true],
])("%s", (_, route, isProbed) => {
  expect(probeCallers(aRouteAccess(route), ROLES).length > 0).toBe(isProbed);
});
