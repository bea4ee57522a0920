import { headerValue } from "#sigv4/request";
import { type Clue, clueIf } from "./clue";
import type { Context } from "./context";
import { forbiddenClues } from "./forbidden-clues";

/** What speaks for a cause of a refusal that is not about a signature that differs. */
export function otherClues(context: Context): Clue[] {
  return [
    ...connectionClues(context),
    ...forbiddenClues(context),
    ...routeClues(context),
    ...schemeClues(context),
    ...credentialClues(context),
    ...authorizerClues(context),
  ];
}

// ---------------------------------------------------------------------------------------------------- internal

const CONNECTIONS = /\/(@|%40)connections\b/i;

/** A WebSocket API's connections are below its stage. */
function connectionClues({ text, path = "", message, observed }: Context): Clue[] {
  const isRefused =
    /^(Forbidden|Missing Authentication Token|\W*)$/i.test(message) || /ForbiddenException/.test(text);
  const url = observed.seen?.url ?? "";
  const withoutStage =
    /execute-api\.[^\s/"']*amazonaws\.com(?:\.cn)?\/(@|%40)connections\b/i.test(`${text} ${url}`) ||
    /(?:^|\n)(?:POST|GET|DELETE)\s+\/(@|%40)connections/.test(text) ||
    /^\/(@|%40)connections/i.test(path);
  return clueIf(
    withoutStage && isRefused,
    93,
    "The path lacks the stage: @connections is called at the root of the host, and a WebSocket API has it below its stage.",
    "Set the endpoint to https://API.execute-api.REGION.amazonaws.com/STAGE; some SDK releases dropped the endpoint's path.",
    `The path begins with ${CONNECTIONS.exec(`${text} ${path}`)?.[0] ?? "/@connections"}`,
  );
}

function routeClues({ message, errorType, observed, host = "", path = "" }: Context): Clue[] {
  const isMissing =
    message === "Missing Authentication Token" || errorType === "MissingAuthenticationTokenException";
  if (!isMissing || observed.lookedUp || observed.request === undefined) return [];
  const isOwnAddress = /\.execute-api\./.test(host);
  return [
    ...clueIf(
      /^apigateway\./.test(host),
      85,
      "The control plane of API Gateway was called (apigateway.REGION.amazonaws.com), not a deployed API.",
      "Call https://API.execute-api.REGION.amazonaws.com/STAGE/path.",
      `Host: ${host}`,
    ),
    ...clueIf(
      isOwnAddress && /^\/[^/]*\/?$/.test(path),
      78,
      path === "/" || path === ""
        ? "The path is empty: there is neither a stage nor a resource in it, and the API has no route at its root."
        : `The URL ends at '${path}', which is the stage (or lacks it): there is no resource behind it, and the API has no route at its root.`,
      "Call a route of the API: https://API.execute-api.REGION.amazonaws.com/STAGE/RESOURCE.",
      `The path is ${path || "empty"}`,
    ),
  ];
}

/** What stands in Authorization in place of a signature. */
function schemeClues({ message, headers, text, errorType }: Context): Clue[] {
  const isAboutHeader =
    /Authorization header requires|key=value pair/.test(message) ||
    errorType === "IncompleteSignatureException";
  if (!isAboutHeader) return [];
  const authorization = headerValue(headers, "authorization") ?? "";
  const all = `${message}\n${text}`;
  const token = /\b(Bearer )?eyJ[\w-]{6,}/.test(`${authorization}\n${all}`);
  const twice = /^Authorization:/i.test(authorization) || /Authorization:\s*Authorization:/i.test(all);
  const spaced =
    /Credential=(\s|%20|%0A|\\n)|'\s*\/?\w+\/\d{8}\/[\w-]+\/[\w-]+\/aws4_request' not a valid/.test(all);
  const isOldAndMasked = /'[…*.X]*' not a valid key=value/i.test(message);
  return [
    ...clueIf(
      twice,
      95,
      "The header's value begins with its own name ('Authorization: Authorization: …').",
      "Set the value without the name.",
      "Authorization stands twice.",
    ),
    ...clueIf(
      spaced || isOldAndMasked,
      spaced ? 94 : 74,
      `White space${spaced ? "" : " (a space or a line break)"} stands in the Authorization header where none may be: in front of the access key id, most likely, as it was copied or read from a file.`,
      "Trim the access key id (and the secret) where they are read; a bearer token or a password in place of a signature gives the same text.",
      spaced ? "A space stands behind Credential=." : "A part of the header has no equal-sign.",
    ),
    ...clueIf(
      token || /requires 'Credential' parameter/.test(message),
      token ? 90 : 75,
      "A token (a JWT or bearer token) or another scheme was sent in Authorization, and the route expects a signature (AWS_IAM), or does not exist: a path or method that is not a route, and a VPC endpoint with a policy, answer so too.",
      "Check path, method and stage first; sign with Signature Version 4 if the route is one of AWS_IAM, or give the route an authorizer that takes tokens.",
      token ? "The header holds a JWT." : "Neither Credential, Signature nor SignedHeaders is in the header.",
    ),
  ];
}

function credentialClues({ message, headers, text }: Context): Clue[] {
  const token = headerValue(headers, "x-amz-security-token");
  const isInvalid = /security token included in the request is invalid/.test(message);
  const isMalformed = /Credential must have exactly/.test(message);
  return [
    ...clueIf(
      isInvalid && (token === "undefined" || token === "null" || token === ""),
      92,
      `The session token was sent as the text '${token}': the variable had no value.`,
      "Read the session token before signing (await the credentials), or leave the header out with a long-term key.",
      `X-Amz-Security-Token: ${token}`,
    ),
    ...clueIf(
      isInvalid && token?.startsWith("eyJ") === true,
      91,
      "A JWT was sent as the session token: an identity token is exchanged for AWS credentials first (Cognito identity pool, STS).",
      "Use the session token that comes with the temporary key.",
      "X-Amz-Security-Token begins as a JWT.",
    ),
    ...clueIf(
      isInvalid && token === undefined && !/\bAKIA/.test(text),
      72,
      "Temporary credentials without their session token, most likely (X-Amz-Security-Token did not come along); else an access key that does not exist, was deleted, or is of another partition.",
      "Send the session token of temporary keys (ASIA…) in X-Amz-Security-Token, set before signing; check the key with aws sts get-caller-identity.",
      "AWS says so of a temporary key without a token.",
    ),
    ...clueIf(
      isMalformed,
      74,
      "The access key id and the secret access key are swapped, most likely: the secret, with its slashes, stands where the key id belongs. Else the key id or a part of the scope is empty.",
      "Check the order of the arguments; a secret that was sent as a key id has been in logs: rotate it.",
      "Credential has another number of elements.",
    ),
  ];
}

function authorizerClues({ message, status, headers, observed, errorType }: Context): Clue[] {
  const isUnauthorized =
    errorType === "UnauthorizedException" ||
    (message === "Unauthorized" && (status === undefined || status === 401));
  if (!isUnauthorized) return [];
  const authorization = headerValue(headers, "authorization") ?? "";
  const claims = claimsOf(authorization);
  const signed = authorization.startsWith("AWS4-") || observed.seen?.signsItself === true;
  const isJwtAuthorizer = headerValue(observed.response.headers, "www-authenticate") !== undefined;
  return [
    ...clueIf(
      signed,
      90,
      "The request is signed, and the route has a Cognito or Lambda authorizer that reads Authorization: it wants a token (a JWT) there, not a signature.",
      "Send the token in the authorizer's header, or give the route authorization AWS_IAM.",
      "Authorization begins with AWS4-.",
    ),
    ...clueIf(
      claims?.token_use === "access",
      88,
      "An access token was sent to a Cognito authorizer that takes the id token, unless the method has scopes (OAuth).",
      "Send the id token, or set authorization scopes on the method.",
      "The token's claim token_use is 'access'.",
    ),
    ...clueIf(
      claims !== undefined && claims.token_use !== "access",
      80,
      isJwtAuthorizer
        ? "The HTTP API's JWT authorizer refused the token: its issuer must equal the configured one to the last character (a slash at the end counts), the audience must fit, and it must not be expired."
        : "The API's authorizer refused the token: most often an access token was sent, and an authorizer of Cognito takes the id token unless the method has scopes; else the token's issuer (user pool), audience or time does not fit.",
      "Compare the token's claims token_use, iss, aud (or client_id) and exp with the authorizer's configuration.",
      "A JWT was sent.",
    ),
    ...clueIf(
      true,
      72,
      "The route's authorizer (Cognito or Lambda), which is not IAM, did not get the token that it reads: no JWT in its header, one of another kind (access for id token), or a signature in its place.",
      "Send the token that the authorizer expects in the header that is its identity source (Authorization, as a rule).",
      "API Gateway says Unauthorized with 401 for an authorizer alone.",
    ),
  ];
}

/** The claims of a JWT, unverified. */
function claimsOf(authorization: string): Readonly<Record<string, unknown>> | undefined {
  const part = /(?:^|\s)eyJ[\w-]*\.(eyJ[\w-]*)/.exec(authorization)?.[1];
  if (part === undefined) return undefined;
  try {
    return JSON.parse(Buffer.from(part, "base64url").toString()) as Record<string, unknown>;
  } catch {
    return {};
  }
}
