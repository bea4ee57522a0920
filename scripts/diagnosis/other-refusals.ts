import { headerValue } from "#sigv4/request";
import type { Diagnosis } from "./diagnosis";
import type { Refused } from "./refused";

/** What the front end, the validator or the integration answers: a sentence each. */
export function diagnoseOther({ status, message, observed }: Refused): Diagnosis | undefined {
  // The function's own answer has it, an HTTP API's does not.
  if (message === "Not Found" && headerValue(observed.response.headers, "x-amzn-requestid") !== undefined)
    return undefined;
  return TEXTS.find(
    ({ text, statuses }) =>
      text.test(message) && (status === undefined || !statuses || statuses.includes(status)),
  )?.told(message);
}

// ---------------------------------------------------------------------------------------------------- internal

interface OtherText {
  readonly text: RegExp;
  /** Where the text alone might be anybody's. */
  readonly statuses?: readonly number[];
  readonly told: (message: string) => Diagnosis;
}

const TEXTS: readonly OtherText[] = [
  {
    text: /^HTTP content length exceeded (\d+) bytes/,
    told: (message) => ({
      gate: "front-end",
      fault: "body-too-large",
      cause: `The body is larger than the ${/\d+/.exec(message)?.[0]} bytes that API Gateway takes.`,
      advice: "Send less at once, or upload to S3 with a presigned URL; the limit cannot be raised.",
    }),
  },
  {
    text: /^Request URI too long/,
    told: () => ({
      gate: "front-end",
      fault: "uri-too-long",
      cause: "The URL is longer than API Gateway takes: 10,240 characters, and 1,600 bytes of method ARN.",
      advice: "Move parameters into the body.",
    }),
  },
  {
    text: /^(HTTP header is larger than|Request Header Fields Too Large)/,
    told: () => ({
      gate: "front-end",
      fault: "headers-too-large",
      cause:
        "The headers, with names and line ends, are longer than the 10,240 bytes that API Gateway takes.",
      advice: "Send fewer headers; cookies and tokens are the longest, as a rule.",
    }),
  },
  {
    text: /^Bad Request$/,
    statuses: [400],
    told: () => ({
      gate: "front-end",
      fault: "bad-request",
      cause:
        "The request is not HTTP as API Gateway takes it: two Host headers, a bare |, { or } in the query, or more bytes than Content-Length.",
      advice: "Send one Host header, percent-encode the query, and count Content-Length in bytes.",
    }),
  },
  {
    text: /^Missing required request parameters: \[(.*)\]/,
    told: (message) => ({
      gate: "validation",
      fault: "parameters-missing",
      cause: `The method's request validator wants ${message.slice(message.indexOf("[") + 1, message.lastIndexOf("]"))}.`,
      advice: "Send them, names in the same case, as path parameter, query parameter or header.",
    }),
  },
  {
    text: /^Invalid request body/,
    told: (message) => ({
      gate: "validation",
      fault: "body-invalid",
      // Where the API's answer has the validator's message, it says what does not fit.
      cause: /\[Unknown error parsing request body\]/.test(message)
        ? "The body is not JSON: nothing, or text that a shell or a form has changed."
        : /: \[/.test(message)
          ? "The body does not fit the model of the method; the message says in which place."
          : "The body is not JSON, or does not fit the model of the method.",
      advice:
        "Compare what was sent with the model's schema (aws_api_gateway_model); in a shell, @FILE keeps quotes as they are.",
    }),
  },
  {
    text: /^Unsupported Media Type/,
    told: () => ({
      gate: "validation",
      fault: "media-type",
      cause: "The integration has no template for this Content-Type and lets none pass without.",
      advice: "Send a Content-Type that the integration has a template for: application/json, as a rule.",
    }),
  },
  {
    text: /^Endpoint request timed out/,
    told: () => ({
      gate: "integration",
      fault: "integration-slow",
      cause: "The integration did not answer within its timeout (29 seconds unless set).",
      advice: "Look at the function's log for what takes so long; the function may still have done its work.",
    }),
  },
  {
    text: /^Network error communicating with endpoint/,
    told: () => ({
      gate: "integration",
      fault: "integration-unreachable",
      cause: "API Gateway could not reach the integration.",
      advice: "Check the integration's address and, in a VPC, its link.",
    }),
  },
  {
    text: /^Internal server error$/,
    told: () => ({
      gate: "integration",
      fault: "integration-failed",
      cause:
        "The request passed every gate, and the integration failed: the function threw or answered in a form that is not an answer (502), or API Gateway may not invoke it (500).",
      advice:
        "Look at the function's log, then at its aws_lambda_permission; the answer's x-amzn-RequestId finds the request.",
    }),
  },
  {
    text: /^Request Too Long$/,
    told: () => ({
      gate: "integration",
      fault: "event-too-large",
      cause:
        "The request is larger than a Lambda function takes: 6 MB, in which escapes and base64 of the body count.",
      advice: "Send less at once, or upload to S3 with a presigned URL; the limit cannot be raised.",
    }),
  },
  {
    // An HTTP API's answer; a REST API says Missing Authentication Token.
    // Source: https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-develop-routes.html
    text: /^Not Found$/,
    statuses: [404],
    told: () => ({
      gate: "route",
      fault: "no-such-route",
      cause:
        "An HTTP API (or a WebSocket API's address, called by HTTP) has no route for this method and path: no route fits and there is no $default, the stage is missing in the path or stands in it although it is $default, or a custom domain maps another path. A REST API would say Missing Authentication Token; the API's own code may answer so too.",
      advice:
        "Compare method and path with the routes (aws apigatewayv2 get-routes --api-id API) and the stages; a stage other than $default belongs in front of the path.",
    }),
  },
  {
    text: /^Unauthorized$/,
    statuses: [401],
    told: () => ({
      gate: "authorizer",
      fault: "unauthorized",
      cause:
        "The API's authorizer, which is not IAM, lacks what identifies the caller: a token in a header, as a rule.",
      advice: "Send the header that the authorizer reads (its identity source).",
    }),
  },
];
