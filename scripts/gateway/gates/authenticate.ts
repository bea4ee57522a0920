import { type Signer, toSigner } from "#iam/caller";
import type { LocalCredentials } from "#iam/identity";
import type { SignatureErrorType, SignatureRefusal } from "#sigv4/refusal";
import { headerValue } from "#sigv4/request";
import { verify } from "#sigv4/verify";
import type { HttpRequest } from "../http/message";
import type { GatewayResponseType, Refusal } from "../refusal";

/** Returns the signer of a request, or the refusal of its signature. */
export type Authenticator = (request: HttpRequest, now: Date) => Signer | Refusal;

/**
 * Prepares the gate of `AWS_IAM` methods: a request passes if it is signed for this region and `execute-api`, with
 * known credentials. An API key is not a substitute.
 *
 * @param explainAccessKey - explains an access key that the gateway does not know, for the log. @default nothing
 */
export function compileAuthenticator(
  region: string,
  credentials: readonly LocalCredentials[],
  explainAccessKey?: (accessKeyId: string) => string,
): Authenticator {
  const known = new Map(credentials.map((each) => [each.accessKeyId, toSigner(each)]));
  return (request, now) => {
    let unknown: string | undefined;
    const findCredentials = (accessKeyId: string): Signer | undefined => {
      const found = known.get(accessKeyId);
      if (!found) unknown = accessKeyId;
      return found;
    };
    const verdict = verify(request, { region, service: "execute-api", now, findCredentials });
    if (!verdict.accepted) {
      const refusal = toRefusal(verdict, request);
      if (unknown === undefined || !explainAccessKey) return refusal;
      return { ...refusal, reason: `${refusal.reason}; ${explainAccessKey(unknown)}` };
    }
    if (!verdict.signedHeaders.includes(OVERRIDE) && headerValue(request.headers, OVERRIDE) !== undefined) {
      return UNSIGNED_OVERRIDE;
    }
    return verdict.credentials;
  };
}

// ---------------------------------------------------------------------------------------------------- internal

/** The gateway response type of each refusal; the type of the last two is not known, so they have none of their own. */
const RESPONSES: Readonly<Record<SignatureErrorType, GatewayResponseType>> = {
  MissingAuthenticationTokenException: "MISSING_AUTHENTICATION_TOKEN",
  InvalidSignatureException: "INVALID_SIGNATURE",
  ExpiredTokenException: "EXPIRED_TOKEN",
  IncompleteSignatureException: "DEFAULT_4XX",
  UnrecognizedClientException: "DEFAULT_4XX",
};

const OVERRIDE = "x-http-method-override";

/**
 * The method of the canonical request is the one on the request line. An override that the signature does not cover
 * would turn a captured GET into a DELETE. What AWS does with one is not known, so it is refused.
 */
const UNSIGNED_OVERRIDE: Refusal = {
  gate: "signature",
  response: "MISSING_AUTHENTICATION_TOKEN",
  errorType: "MissingAuthenticationTokenException",
  message: "Missing Authentication Token",
  reason:
    "X-HTTP-Method-Override replaces the signed method and is not signed itself: sign it, or send the method as it is",
};

function toRefusal({ errorType, message, reason }: SignatureRefusal, { headers }: HttpRequest): Refusal {
  const isKeyInstead =
    errorType === "MissingAuthenticationTokenException" && headerValue(headers, "x-api-key") !== undefined;
  return {
    gate: "signature",
    response: RESPONSES[errorType],
    errorType,
    message,
    reason: isKeyInstead ? `${reason}; an API key is not a substitute for a signature` : reason,
  };
}
