import { JwtVerifier } from "aws-jwt-verify";
import { JwtExpiredError } from "aws-jwt-verify/error";
import type { Jwks } from "aws-jwt-verify/jwk";
import type { Authorizer, Route } from "#model/rest-api";
import { headerValue } from "#sigv4/request";
import type { AuthorizerResult, GatewayCall } from "../call";
import type { Refusal } from "../refusal";

/** Checks the token of a call. */
export type CheckToken = (call: GatewayCall) => AuthorizerResult | Refusal;

/**
 * Prepares the gate of a Cognito user pool: the token's signature, by the keys of the pools that run here, its issuer, its
 * time, and its scopes. Without scopes of the method an identity token passes, with them an access token that has one of
 * them. A token that another key signed, AWS's own included, does not pass.
 * @param keys - the public keys of the local issuer, which stands for every pool
 * Source: https://docs.aws.amazon.com/apigateway/latest/developerguide/apigateway-integrate-with-cognito.html
 */
export function compileTokenCheck(
  authorizer: Authorizer,
  scopes: Route["authorizationScopes"],
  keys: Jwks | undefined,
): CheckToken {
  const issuers = (authorizer.providerArns ?? []).flatMap((arn) => issuerOf(arn) ?? []);
  const verifiers = issuers.map((issuer) => {
    const verifier = JwtVerifier.create({ issuer, audience: null });
    if (keys) verifier.cacheJwks(keys);
    return verifier;
  });
  const [source = ""] = authorizer.identitySources;
  const header = source.replace(/^method\.request\.header\./, "").toLowerCase();
  return ({ request }) => {
    const value = headerValue(request.headers, header) ?? "";
    const token = value.replace(/^Bearer /i, "");
    if (token === "") return unauthorized(`${authorizer.address}: there is no token in ${source}`);
    if (!keys || verifiers.length === 0) return unauthorized(`${authorizer.address}: no user pool runs here`);
    let reason = "";
    for (const verifier of verifiers) {
      try {
        const claims = verifier.verifySync(token);
        const fault = faultOf(claims, scopes ?? []);
        if (fault !== undefined) return unauthorized(`${authorizer.address}: ${fault}`);
        return { claims: asText(claims) };
      } catch (error) {
        if (error instanceof JwtExpiredError)
          return { ...unauthorized("the token has expired"), message: EXPIRED };
        reason = error instanceof Error ? error.message : String(error);
      }
    }
    return unauthorized(`${authorizer.address}: ${reason}`);
  };
}

/** `arn:aws:cognito-idp:REGION:ACCOUNT:userpool/ID` → who issues the pool's tokens. */
export function issuerOf(poolArn: string): string | undefined {
  const [, region, id] =
    /^arn:[\w-]+:cognito-idp:([a-z0-9-]+):\d{12}:userpool\/([\w-]+)$/.exec(poolArn) ?? [];
  return region && id ? `https://cognito-idp.${region}.amazonaws.com/${id}` : undefined;
}

// ---------------------------------------------------------------------------------------------------- internal

/** Source: https://repost.aws/knowledge-center/api-gateway-401-unauthorized-error-cognito */
const EXPIRED = "The incoming token has expired";

function faultOf(claims: Readonly<Record<string, unknown>>, scopes: readonly string[]): string | undefined {
  const use = claims["token_use"];
  if (scopes.length === 0)
    return use === "id" ? undefined : `the token is not an identity token (token_use ${String(use)})`;
  if (use !== "access")
    return `the method has scopes, and the token is not an access token (token_use ${String(use)})`;
  const own = typeof claims["scope"] === "string" ? claims["scope"].split(" ") : [];
  return own.some((scope) => scopes.includes(scope))
    ? undefined
    : `the token has none of the scopes ${scopes.join(", ")}`;
}

/** Claims as events show them. */
function asText(claims: Readonly<Record<string, unknown>>): Record<string, string> {
  return Object.fromEntries(
    Object.entries(claims).map(([name, value]) => [
      name,
      typeof value === "string" ? value : JSON.stringify(value),
    ]),
  );
}

function unauthorized(reason: string): Refusal {
  return {
    gate: "authorizer",
    response: "UNAUTHORIZED",
    errorType: "UnauthorizedException",
    message: "Unauthorized",
    reason,
  };
}
