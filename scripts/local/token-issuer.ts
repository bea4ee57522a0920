import { createPrivateKey, createPublicKey, createSign, generateKeyPairSync } from "node:crypto";
import type { Jwks } from "aws-jwt-verify/jwk";

/** A token of a local user pool. */
export interface TokenRequest {
  /** `https://cognito-idp.REGION.amazonaws.com/ID` */
  readonly issuer: string;
  readonly user: string;
  /** The app client. @default local */
  readonly client?: string;
  /** With scopes it is an access token, without an identity token. @default none */
  readonly scopes?: readonly string[];
  /** Seconds since the epoch. */
  readonly now: number;
  /** @default 3600 */
  readonly lifetimeSeconds?: number;
}

/** A private key, in PEM, for the tokens of the user pools that run here. */
export function newTokenKey(): string {
  const { privateKey } = generateKeyPairSync("rsa", { modulusLength: 2048 });
  return privateKey.export({ type: "pkcs8", format: "pem" }).toString();
}

/** The public half of a key, as a pool publishes it. */
export function publicKeys(privateKey: string): Jwks {
  const jwk = createPublicKey(createPrivateKey(privateKey)).export({ format: "jwk" });
  return { keys: [{ ...jwk, kty: "RSA", alg: "RS256", use: "sig", kid: KEY_ID } as Jwks["keys"][number]] };
}

/**
 * Issues a token as a user pool would.
 * Source: https://docs.aws.amazon.com/cognito/latest/developerguide/amazon-cognito-user-pools-using-tokens-with-identity-providers.html
 */
export function issueToken(privateKey: string, request: TokenRequest): string {
  const { issuer, user, client = "local", scopes = [], now, lifetimeSeconds = 3_600 } = request;
  const isAccess = scopes.length > 0;
  const claims = {
    sub: user,
    iss: issuer,
    iat: now,
    auth_time: now,
    exp: now + lifetimeSeconds,
    ...(isAccess
      ? { token_use: "access", client_id: client, username: user, scope: scopes.join(" ") }
      : { token_use: "id", aud: client, "cognito:username": user }),
  };
  const encode = (value: unknown): string => Buffer.from(JSON.stringify(value)).toString("base64url");
  const signed = `${encode({ alg: "RS256", kid: KEY_ID })}.${encode(claims)}`;
  return `${signed}.${createSign("RSA-SHA256").update(signed).sign(privateKey, "base64url")}`;
}

// ---------------------------------------------------------------------------------------------------- internal

const KEY_ID = "local";
