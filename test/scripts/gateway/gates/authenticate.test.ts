import { compileAuthenticator } from "#gateway/gates/authenticate";
import type { HttpRequest } from "#gateway/http/message";
import { isRefusal } from "#gateway/refusal";
import type { Principal } from "#iam/identity";
import { issueCredentials } from "#local/credentials";
import { aRequest } from "../../../support/gateway-model";
import { NOW, type Signing, signWithAws4, type Unsigned } from "../../sigv4/signed-requests";

const USER: Principal = {
  address: "aws_iam_user.ci",
  kind: "user",
  name: "ci",
  arn: "arn:aws:iam::111122223333:user/ci",
  uniqueId: "AIDACI",
  identityPolicies: [],
  tags: {},
  accessKeys: [
    { address: "aws_iam_access_key.on", id: "AKIAONONONONONONONON", secret: "on", active: true },
    { address: "aws_iam_access_key.off", id: "AKIAOFFOFFOFFOFFOFFO", secret: "off", active: false },
  ],
};
const issued = issueCredentials(
  { partition: "aws", accountId: "111122223333", principals: [USER] },
  "a seed",
  "",
);
const authenticate = compileAuthenticator("us-east-1", issued);
const ON = { accessKeyId: "AKIAONONONONONONONON", secretAccessKey: "on" };

function signed(request: Unsigned = {}, signing: Signing = {}): HttpRequest {
  return { ...aRequest(), ...signWithAws4(request, { credentials: ON, ...signing }) };
}

function refusal(request: HttpRequest) {
  const authentication = authenticate(request, NOW);
  return isRefusal(authentication) ? authentication : "passed";
}

test("who signed is known", () => {
  expect(authenticate(signed(), NOW)).toEqual({
    ...issued[0],
    caller: expect.objectContaining({ kind: "user", arn: USER.arn }),
  });
});

test.each<{ name: string; request: HttpRequest; response: string; errorType: string }>([
  {
    name: "not signed",
    request: aRequest(),
    response: "MISSING_AUTHENTICATION_TOKEN",
    errorType: "MissingAuthenticationTokenException",
  },
  {
    name: "a header that is not a signature",
    request: aRequest({ headers: [["Authorization", "Bearer abc"]] }),
    response: "DEFAULT_4XX",
    errorType: "IncompleteSignatureException",
  },
  {
    name: "another secret",
    request: signed({}, { credentials: { ...ON, secretAccessKey: "other" } }),
    response: "INVALID_SIGNATURE",
    errorType: "InvalidSignatureException",
  },
  {
    name: "a key that does not exist",
    request: signed({}, { credentials: { ...ON, accessKeyId: "AKIANOBODYNOBODYNOBO" } }),
    response: "DEFAULT_4XX",
    errorType: "UnrecognizedClientException",
  },
  {
    name: "a key that is not active",
    request: signed({}, { credentials: { accessKeyId: "AKIAOFFOFFOFFOFFOFFO", secretAccessKey: "off" } }),
    response: "DEFAULT_4XX",
    errorType: "UnrecognizedClientException",
  },
  {
    name: "the gateway's own test account",
    request: signed({}, { credentials: { accessKeyId: "test", secretAccessKey: "test" } }),
    response: "DEFAULT_4XX",
    errorType: "UnrecognizedClientException",
  },
])("refused: $name", ({ request, response, errorType }) => {
  expect(refusal(request)).toMatchObject({ gate: "signature", response, errorType });
});

describe("X-HTTP-Method-Override", () => {
  const override = { "X-HTTP-Method-Override": "DELETE" };

  test.each(["header", "query"] as const)("is let in where it is signed, by %s", (form) => {
    expect(refusal(signed({ headers: override }, { form }))).toBe("passed");
  });

  test.each([
    ["is not signed", signed({ headers: override }, { unsigned: ["x-http-method-override"] })],
    ["was added to what was signed", withOverride(signed(), "X-HTTP-Method-Override")],
    ["was added in other letters", withOverride(signed(), "x-http-METHOD-override")],
  ])("is refused where it %s", (_, request) => {
    expect(refusal(request)).toMatchObject({
      response: "MISSING_AUTHENTICATION_TOKEN",
      message: "Missing Authentication Token",
      reason: expect.stringMatching(/^X-HTTP-Method-Override .* is not signed itself/),
    });
  });

  function withOverride(request: HttpRequest, name: string): HttpRequest {
    return { ...request, headers: [...request.headers, [name, "DELETE"]] };
  }
});
