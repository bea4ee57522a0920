import { createUsageGate } from "#gateway/gates/usage-plan";
import { createGateway } from "#gateway/gateway";
import { issueToken, newTokenKey, publicKeys, type TokenRequest } from "#local/token-issuer";
import { loadApi } from "../../support/api-terraform";
import { aRequest } from "../../support/gateway-model";

/** The gate of a user pool, with tokens of the local issuer and of others. */

const KEY = newTokenKey();
const method = { authorization: "COGNITO_USER_POOLS", authorizer_id: "${aws_api_gateway_authorizer.a.id}" };
const model = loadApi({
  routes: [
    { route: "GET /id", method },
    { route: "GET /scoped", method: { ...method, authorization_scopes: ["stock/read", "stock/write"] } },
  ],
  resources: {
    "aws_cognito_user_pool.pool": { name: "pool" },
    "aws_api_gateway_authorizer.a": {
      rest_api_id: "${aws_api_gateway_rest_api.api.id}",
      name: "a",
      type: "COGNITO_USER_POOLS",
      provider_arns: ["${aws_cognito_user_pool.pool.arn}"],
    },
  },
});
const [pool = ""] = model.api.routes[0]?.authorizer?.providerArns ?? [];
const issuer = `https://cognito-idp.eu-west-1.amazonaws.com/${pool.split("/")[1]}`;
const seconds = (): number => Math.floor(Date.now() / 1000);
const token = (over: Partial<TokenRequest> = {}, key = KEY): string =>
  issueToken(key, { issuer, user: "anna", now: seconds(), ...over });

async function ask(path: string, header: string | undefined, userPoolKeys = publicKeys(KEY)) {
  const gateway = createGateway({
    model,
    credentials: [],
    invoke: () => Promise.reject(new Error("no functions here")),
    usage: createUsageGate(Date.now),
    now: Date.now,
    randomHex: (bytes) => "0".repeat(bytes * 2),
    userPoolKeys,
  });
  const { answer } = await gateway(
    aRequest({ target: `/dev${path}`, headers: header === undefined ? [] : [["Authorization", header]] }),
  );
  return `${answer.status} ${answer.status === 200 ? "" : answer.body}`.trim();
}

const UNAUTHORIZED = '401 {"message":"Unauthorized"}';
const unsigned = (): string => {
  const [, claims = ""] = token().split(".");
  return `${Buffer.from('{"alg":"none","kid":"local"}').toString("base64url")}.${claims}.`;
};

test.each<[string, string, () => string | undefined, string]>([
  ["an identity token", "/id", () => token(), "200"],
  ["an identity token after Bearer", "/id", () => `Bearer ${token()}`, "200"],
  [
    "an access token, where there are no scopes",
    "/id",
    () => token({ scopes: ["stock/read"] }),
    UNAUTHORIZED,
  ],
  ["an access token with one of the scopes", "/scoped", () => token({ scopes: ["stock/read"] }), "200"],
  ["an access token with other scopes", "/scoped", () => token({ scopes: ["stock/reads"] }), UNAUTHORIZED],
  ["an identity token, where there are scopes", "/scoped", () => token(), UNAUTHORIZED],
  ["no token", "/id", () => undefined, UNAUTHORIZED],
  ["no JSON", "/id", () => "a.b.c", UNAUTHORIZED],
  ["another pool's token", "/id", () => token({ issuer: `${issuer}X` }), UNAUTHORIZED],
  ["another key's token", "/id", () => token({}, newTokenKey()), UNAUTHORIZED],
  ["a token without a signature", "/id", unsigned, UNAUTHORIZED],
  [
    "an expired token",
    "/id",
    () => token({ now: seconds() - 7200 }),
    '401 {"message":"The incoming token has expired"}',
  ],
])("%s: %s", async (_, path, header, expected) => {
  expect(await ask(path, header())).toBe(expected);
});

test("without a key of a pool no token passes", async () => {
  expect(await ask("/id", token(), { keys: [] })).toBe(UNAUTHORIZED);
});
