import { sampleCommands } from "#dev/sample-commands";
import type { NamedPolicy, Principal } from "#iam/identity";
import type { PolicyStatement } from "#iam/policy";
import { issueCredentials } from "#local/credentials";
import type { Model } from "#model/model";
import { anApi, aRoute } from "../../support/gateway-model";

const URL = "http://127.0.0.1:3000/dev";
const SIGN = "--aws-sigv4 aws:amz:us-east-1:execute-api --config .local/curl/";

function allow(...tails: string[]): NamedPolicy {
  const Resource = tails.map((tail) => `arn:aws:execute-api:us-east-1:123456789012:abc123/dev/${tail}`);
  const statement: PolicyStatement = { Effect: "Allow", Action: "execute-api:Invoke", Resource };
  return { address: "p", name: "p", document: { Version: "2012-10-17", Statement: statement } };
}

function role(name: string, ...tails: string[]): Principal {
  return {
    address: `aws_iam_role.${name}`,
    kind: "role",
    name,
    arn: `arn:aws:iam::123456789012:role/${name}`,
    uniqueId: "AROACALLER",
    identityPolicies: tails.length === 0 ? [] : [allow(...tails)],
    tags: {},
  };
}

const SIGNED = { authorization: "AWS_IAM" } as const;
const KEYED = { apiKeyRequired: true };
const ROUTES = [
  aRoute("PUT /a", SIGNED),
  aRoute("GET /notes/{id}"),
  aRoute("GET /open"),
  aRoute("GET /admin", SIGNED),
  aRoute("GET /signed", SIGNED),
  aRoute("GET /keyed", KEYED),
  aRoute("GET /both", { ...SIGNED, ...KEYED }),
];

/** The commands for an API, without what all of them have. */
function shown({
  routes = ROUTES,
  principals = [],
  policy,
  clients = ["demo"],
}: {
  routes?: Model["api"]["routes"];
  principals?: readonly Principal[];
  policy?: NamedPolicy;
  clients?: readonly string[];
}): Record<string, string> {
  const model: Model = {
    partition: "aws",
    region: "us-east-1",
    accountId: "123456789012",
    api: anApi(routes, { policy }),
    functions: [],
    tables: [],
    principals,
    apiKeys: [],
    usagePlans: [],
    outputs: {},
    withoutLocalEffect: [],
  };
  const credentials = issueCredentials(model, "seed", "");
  return Object.fromEntries(
    sampleCommands({ model, stageUrl: URL, credentials, folder: ".local", clients }).map(
      ({ shows, command }) => [shows, command.replace("curl -i ", "").replace(URL, "")],
    ),
  );
}

test("a command for each kind of gate, with what opens it, and for each kind of refusal", () => {
  expect(shown({ principals: [role("fn"), role("writer", "*"), role("reader", "GET/*")] })).toEqual({
    open: "/open",
    signed: `${SIGN}reader /admin`,
    "with an API key": "-H @.local/curl/demo.key /keyed",
    "with both": `${SIGN}reader -H @.local/curl/demo.key /both`,
    "refused: not signed": "/admin",
    "refused: no permission": `${SIGN}stranger /admin`,
  });
});

test("who signs is let through, and to the route that is called", () => {
  const principals = [role("fn"), role("ci", "GET/signed"), role("reader")];
  expect(shown({ principals })).toMatchObject({ signed: `${SIGN}ci /signed` });
  expect(shown({ principals })).not.toHaveProperty("with both");
});

test("nothing is promised that no caller may", () => {
  expect(Object.keys(shown({ clients: [] }))).toEqual([
    "open",
    "refused: not signed",
    "refused: no permission",
  ]);
  expect(shown({ routes: [aRoute("POST /a")] })).toEqual({});
});

test("a policy of the API has its say", () => {
  const { document } = allow("GET/notes/*", "GET/signed");
  const everybody = { ...(document.Statement as PolicyStatement), Principal: "*" as const };
  const policy: NamedPolicy = { address: "p", name: "p", document: { ...document, Statement: everybody } };
  expect(shown({ policy })).toEqual({
    open: "/notes/id",
    signed: `${SIGN}stranger /signed`,
    "refused: not signed": "/admin",
    "refused: no permission": `${SIGN}stranger /admin`,
  });
});
