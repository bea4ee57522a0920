import { isChangedHeader } from "#sigv4/changed-headers";
import { headerValue } from "#sigv4/request";
import { type Clue, clueIf } from "./clue";
import type { Context } from "./context";
import { isSigned } from "./signer";

/** What speaks for a cause of `Forbidden`, or of a status 403 alone. */
export function forbiddenClues(context: Context): Clue[] {
  const { message, text, observed, status, headers, errorType, signedHeaders, isUnknown } = context;
  const { request, response, lookedUp } = observed;
  const isForbidden = /^Forbidden$/.test(message) || errorType === "ForbiddenException";
  const isHttpApi =
    headerValue(response.headers, "apigw-requestid") !== undefined || /apigw-requestid/i.test(text);
  const isWords = /^\W*(HTTP\/[\d.]+ )?403?\W*(Forbidden)?\W*$/i.test(message) && !isForbidden;
  const signed = request !== undefined && isSigned(request);
  const hasKey = headerValue(headers, "x-api-key") !== undefined;
  const changed = signedHeaders.filter(isChangedHeader);
  const address =
    /Connected to \S*execute-api\S*\.amazonaws\.com\S* \((10\.[\d.]+|172\.(?:1[6-9]|2\d|3[01])\.[\d.]+|192\.168\.[\d.]+|fd[\w:]+)\)|Trying (10\.[\d.]+|172\.(?:1[6-9]|2\d|3[01])\.[\d.]+)/.exec(
      text,
    );
  return [
    ...preflightClues(context),
    ...(isForbidden && !signed && !hasKey && !isHttpApi && !lookedUp ? candidates(context) : []),
    ...clueIf(
      address !== null && /execute-api/.test(text) && (isForbidden || isWords),
      92,
      `The name of the API resolves to a private address (${address?.[1] ?? address?.[2]}): a VPC endpoint for execute-api with private DNS catches it, and does not know this API or does not let the caller in.`,
      "Call the API through a custom domain, switch off private DNS of the VPC endpoint, or allow the API in the endpoint's policy.",
      "curl connected to a private address.",
    ),
    ...clueIf(
      isForbidden && isHttpApi,
      88,
      "An HTTP API answered (its apigw-requestid says so), which says Forbidden of every fault alike: a signature that does not match, a role without execute-api:Invoke, a route's authorizer.",
      "Check that the role may execute-api:Invoke on arn:aws:execute-api:REGION:ACCOUNT:API/STAGE/METHOD/PATH, then the signature (--as PROFILE).",
      "The header apigw-requestid",
    ),
    ...clueIf(
      isForbidden && signed && !hasKey && !lookedUp,
      changed.length > 0 ? 87 : 72,
      changed.length > 0
        ? `The header ${changed.map((name) => `'${name}'`).join(", ")} is signed, which AWS's front end changes; an HTTP API says of a signature that does not match, as of a role that may not invoke it, no more than Forbidden.`
        : "This is an HTTP API, most likely, which says no more than Forbidden of a role that lacks execute-api:Invoke and of a signature that does not match; a REST API would say which. Else: a path without its stage, a private API called through a VPC endpoint, a WAF, or a method that wants an API key too.",
      changed.length > 0
        ? `Do not sign ${changed.join(", ")}; then check that the role may execute-api:Invoke.`
        : "Check that the caller's role allows execute-api:Invoke on this route, then the signature (--as PROFILE); the answer's headers tell which API answered (apigw-requestid: an HTTP API).",
      "The request is signed and has no x-api-key.",
    ),
    ...clueIf(
      isUnknown && status === 403 && changed.length > 0,
      80,
      `The header ${changed.map((name) => `'${name}'`).join(", ")} is signed, and a proxy, a VPC endpoint or AWS's front end changes it, so the signature does not match.`,
      `Do not sign ${changed.join(", ")}.`,
      `SignedHeaders=${signedHeaders.join(";")}`,
    ),
    ...clueIf(
      isWords && !/<html|cloudfront/i.test(text) && status !== 401,
      65,
      "Only the status 403 is at hand, and not API Gateway's own words: a WAF in front of the API (a rule, such as a body over 8 KB), an API key, or a policy.",
      "Get the body and the header x-amzn-ErrorType (curl -i): API Gateway names its reason there; a WAF is named in its sampled requests.",
      "The answer is a status alone.",
    ),
  ];
}

// ---------------------------------------------------------------------------------------------------- internal

/** Hosts by which API Gateway finds the API without a mapping. */
const OWN_HOST = /\.execute-api\.|\.amazonaws\.com(\.cn)?$|^(localhost|127\.|\[)|\.localhost\b|[<*…]/;

/** A browser's preflight, by its own headers. */
function preflightClues({ observed: { request }, status, message, errorType }: Context): Clue[] {
  const isPreflight =
    request?.method === "OPTIONS" &&
    headerValue(request.headers, "access-control-request-method") !== undefined;
  const asked = request && headerValue(request.headers, "access-control-request-headers");
  return clueIf(
    isPreflight &&
      ((status !== undefined && status >= 400) ||
        errorType !== undefined ||
        /^(Forbidden|Unauthorized|Missing Authentication Token)$/.test(message)),
    91,
    "This is a browser's preflight (OPTIONS), which has neither API key, token nor signature, and the method OPTIONS wants one, or does not exist.",
    "Give OPTIONS a method without authorization and without API key (CORS of the resource); the request itself is not sent before.",
    `OPTIONS with Access-Control-Request-Method${asked === undefined ? "" : ` and -Headers: ${asked}`}`,
  );
}

/** What `Forbidden` may mean of a request without signature and key; the likeliest first, if nothing else is known. */
function candidates({ observed, host = "", path = "", headers, text }: Context): Clue[] {
  const isRest =
    headerValue(observed.response.headers, "x-amz-apigw-id") !== undefined || /x-amz-apigw-id/i.test(text);
  const isOwnDomain = host !== "" && !OWN_HOST.test(host);
  const said =
    observed.request === undefined
      ? "Nothing but the answer is known."
      : `Host: ${host}, path ${path}, no x-api-key`;
  return [
    ...clueIf(
      isOwnDomain,
      68,
      /\.cloudfront\.net$/.test(host)
        ? `The distribution '${host}' was called by its own name: API Gateway finds the API by the custom domain's name and its mappings, and there is none for this host.`
        : `The custom domain '${host}' has no mapping (base path mapping) for this path, or its mapping names a stage that is gone: API Gateway says Forbidden if it finds no API for host and path. Else the method wants an API key.`,
      "Look at the mappings: aws apigateway get-base-path-mappings --domain-name DOMAIN; call the domain's own name (its DNS record points to the distribution or regional name), and send x-api-key if the method wants one.",
      said,
    ),
    ...clueIf(
      true,
      52,
      "The method needs an API key (api_key_required), and none was sent, or it is unknown, disabled, or in no usage plan of the stage.",
      "Send the key's value in x-api-key, and see that a usage plan holds both key and stage.",
      said,
    ),
    ...clueIf(
      !isOwnDomain,
      50,
      `The path does not begin with a stage of the API${path === "" ? "" : ` ('${path.split("/")[1] ?? ""}' may be none)`}, or the address is a custom domain without a mapping for it.`,
      "Put the stage in front of the path; a custom domain needs a mapping to the API's stage.",
      said,
    ),
    ...clueIf(
      !isRest && headers.length === 0,
      48,
      "An HTTP API says Forbidden of everything: a signature that does not match, or a role without execute-api:Invoke.",
      "Look for apigw-requestid among the answer's headers (curl -i): an HTTP API sends it, a REST API sends x-amzn-ErrorType.",
      said,
    ),
    ...clueIf(
      true,
      44,
      "A VPC endpoint for execute-api with private DNS catches the API's name, or the API is private and its policy does not name the endpoint.",
      "See whether the name resolves to a private address; call a public API by a custom domain from there.",
      said,
    ),
    ...clueIf(
      true,
      42,
      "A web ACL (AWS WAF) of the stage blocked the request.",
      "Look at the web ACL's sampled requests.",
      said,
    ),
  ];
}
