import type { Diagnosis } from "./diagnosis";
import type { Refused } from "./refused";

/** Refusals that are said in other words than those of a REST API's gates, each with what it means. */
export function diagnoseKnownText({ message, observed, status }: Refused): Diagnosis | undefined {
  const text = `${message}\n${observed.seen?.text ?? ""}`;
  const known = TEXTS.find(
    ({ says, statuses }) => says.test(text) && (!statuses || statuses.includes(status ?? 0)),
  );
  return known && { gate: known.gate, fault: known.fault, cause: known.cause, advice: known.advice };
}

// ---------------------------------------------------------------------------------------------------- internal

interface KnownText extends Pick<Diagnosis, "gate" | "fault" | "cause" | "advice"> {
  readonly says: RegExp;
  readonly statuses?: readonly number[];
}

const TEXTS: readonly KnownText[] = [
  {
    // Source: https://github.com/aws-samples/simple-websockets-chat-app/issues/40
    says: /No method found matching route \S+ for http method/,
    gate: "route",
    fault: "no-such-route",
    cause:
      "The WebSocket API has no such route: the path has a stage too many. A custom domain's mapping adds the stage already, and the client put it (or the mapping's path) in front of @connections again.",
    advice:
      "Through a custom domain leave the stage out of the endpoint: https://DOMAIN/MAPPING/@connections/ID.",
  },
  {
    // Source: https://github.com/aws-amplify/amplify-js/issues/690
    says: /Unable to determine service\/operation name to be authorized/,
    gate: "route",
    fault: "no-such-route",
    cause:
      "A service of AWS was called, and none of its operations has this method and path: a GET in place of POST, a path with a part missing or a slash too many, or another service's host.",
    advice:
      "Compare method and path with the operation in the service's API reference (Lambda's Invoke is POST /2015-03-31/functions/NAME/invocations); of an integration, its integration method.",
  },
  {
    // Source: https://docs.aws.amazon.com/lambda/latest/dg/urls-auth.html
    says: /Function URL authorization issues|lambda-url\.[\s\S]*"?Message"?\s*:\s*"?Forbidden\b/,
    gate: "iam",
    fault: "not-allowed",
    cause:
      "A Lambda function URL refused, not API Gateway: the function's resource policy lacks the permission for this caller (lambda:InvokeFunctionUrl, and since October 2025 lambda:InvokeFunction too), or AuthType is AWS_IAM and the request is not signed for the service lambda.",
    advice:
      "Add both permissions to the function's policy (aws lambda add-permission), or sign for the service 'lambda'.",
  },
  {
    // Source: https://docs.aws.amazon.com/apigateway/latest/developerguide/set-up-logging.html
    says: /API Key is not associated with a Usage Plan|API Stage is not in a Usage Plan/,
    gate: "api-key",
    fault: "key-in-no-plan",
    cause: "The API key is in no usage plan that holds this stage: the execution log says so.",
    advice: "Add the key to a usage plan, and the API's stage to that plan.",
  },
  {
    says: /Request header x-amz-content-sha256 invalid|XAmzContentSHA256Mismatch|x-amz-content-sha256' header does not match/,
    gate: "signature",
    fault: "body-not-hashed",
    cause:
      "The header X-Amz-Content-Sha256 is not the SHA-256 of the body that arrived: it was calculated of another body (of none, or of the first attempt's on a retry).",
    advice: "Calculate the hash of the bytes that are sent, anew for each attempt.",
  },
  {
    says: /gw-helper-deny|\.aoss\.amazonaws\.com[\s\S]*"?(reason|type)"?\s*:\s*"?(403 )?Forbidden/,
    gate: "signature",
    fault: "body-not-hashed",
    cause:
      "OpenSearch Serverless refused, which says no more than Forbidden: it wants the signed header X-Amz-Content-Sha256 (the payload hash) with each body, and a data access policy for the caller.",
    advice:
      "Send and sign X-Amz-Content-Sha256, sign for the service 'aoss', and look at the data access policy.",
  },
  {
    // Source: https://docs.aws.amazon.com/AmazonS3/latest/API/ErrorResponses.html
    says: /The AWS Access Key Id you provided does not exist in our records|\bInvalidAccessKeyId\b/,
    gate: "signature",
    fault: "unknown-access-key",
    cause:
      "S3 answered, and does not know the access key. It says so of temporary keys (ASIA…) without their session token, most likely, and of a key that was deleted, or is of another partition or another service with S3's interface.",
    advice:
      "Send the session token of temporary keys in X-Amz-Security-Token, set before signing; check the key with aws sts get-caller-identity.",
  },
  {
    // Source: https://docs.aws.amazon.com/AmazonS3/latest/API/ErrorResponses.html
    says: /requires a valid Date or x-amz-date header|Invalid credential date\. Date is not the same as X-Amz-Date/,
    gate: "signature",
    fault: "malformed-date",
    cause:
      "S3 does not take the request's time: X-Amz-Date is missing or does not have the form YYYYMMDDTHHMMSSZ in UTC, or is of another day than the date of the scope.",
    advice: "Write X-Amz-Date as 20250131T235959Z, in UTC, and begin the scope with its first eight digits.",
  },
  {
    says: /authorization header is malformed; incorrect service "([^"]*)"/,
    gate: "signature",
    fault: "wrong-scope",
    cause:
      "The signature is for another service than the address: S3 (service 's3') got a signature for execute-api or another service, often because a redirect to S3 was followed.",
    advice: "Sign for the service of the host that is called, and send no signature to a presigned URL.",
  },
  {
    says: /authorization header is malformed; the Credential is mal-formed/,
    gate: "signature",
    fault: "malformed-credential",
    cause:
      "The Credential lacks its scope (date, region, service and aws4_request), or is not an access key id with a scope.",
    advice: "Write it as KEYID/YYYYMMDD/REGION/SERVICE/aws4_request; in a proxy, set the key's scope too.",
  },
  {
    says: /blocked by CORS policy|Response to preflight request|Cross-Origin Request Blocked|net::ERR_FAILED/,
    gate: "authorizer",
    fault: "unauthorized",
    cause:
      "The browser sent a preflight (OPTIONS without credentials or signature), and the API refused it, or answered without Access-Control-Allow-Origin: a preflight cannot be signed. A refusal without CORS headers shows in the browser as an error of CORS too.",
    advice:
      "Give OPTIONS a method without authorization and API key (or CORS of the HTTP API), and add the CORS headers to the gateway responses (DEFAULT_4XX) so that the browser shows the real refusal.",
  },
  {
    says: /Generated by cloudfront[\s\S]*|The request could not be satisfied/i,
    gate: "unknown",
    fault: "unknown",
    cause:
      "CloudFront answered, before API Gateway saw the request: its page says so ('Request blocked' is a rule of AWS WAF, such as a body over 8 KB; 'Bad request' is a distribution without this host name or method, or http for https).",
    advice: "Look at the WAF's sampled requests, and at the distribution's methods, host names and origin.",
  },
];
