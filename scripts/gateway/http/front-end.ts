import type { HeaderLine } from "#sigv4/request";
import { authorityOf, splitTarget } from "#sigv4/target";
import type { ReceivedBody } from "./body-reader";
import type { HttpAnswer, HttpRequest } from "./message";

/** API Gateway's limit for a body, in bytes. */
export const MAX_BODY_BYTES = 10_485_760;

/** API Gateway's limit for the target of a regional API, in characters. */
export const MAX_TARGET_LENGTH = 10_240;

/**
 * API Gateway's limit for all headers together, in bytes: "including header names, values, any line terminators, and
 * whitespaces".
 * Source: https://docs.aws.amazon.com/apigateway/latest/developerguide/api-gateway-execution-service-limits-table.html
 */
export const MAX_HEADER_BYTES = 10_240;

/** An answer of the front end, which no gateway response can customise. */
export function plainRefusal(status: number, message: string): HttpAnswer {
  return { status, headers: [["Content-Type", "application/json"]], body: JSON.stringify({ message }) };
}

/**
 * The answer to more headers than allowed. Its text is known from reports, its status from one report only; the type is
 * that of the answer to a body that is too long.
 * Source: https://ntsblog.homedev.com.au/index.php/2021/03/09/aws-api-gateway-http-header-is-larger-than-10240-bytes/,
 *   http://backbencher.dev/solved-431-status-code-with-request-header-fields-too-large
 */
export const HEADERS_TOO_LARGE: HttpAnswer = {
  status: 431,
  headers: [["Content-Type", "text; charset=utf-8"]],
  body: `HTTP header is larger than ${MAX_HEADER_BYTES} bytes.`,
};

/** What the front end answers, and why: the reason is only for the log. */
export interface FrontEndAnswer {
  readonly answer: HttpAnswer;
  readonly reason: string;
}

/**
 * What API Gateway's front end refuses before it looks for a stage: requests over its limits, and requests that
 * intermediaries may parse differently.
 */
export function refuseFrontEnd(
  { target, headers, protocol }: Omit<HttpRequest, "body">,
  body: ReceivedBody["kind"] | "not-awaited",
): FrontEndAnswer | undefined {
  const valuesOf = (name: string) =>
    headers
      .filter(([other]) => other.length === name.length && other.toLowerCase() === name)
      .map(([, value]) => value);
  const hosts = valuesOf("host");
  if (target.length > MAX_TARGET_LENGTH) {
    const reason = `the target has ${target.length} characters; at most ${MAX_TARGET_LENGTH} are allowed`;
    return { answer: plainRefusal(414, "Request URI too long"), reason };
  }
  const bytes = headerBytes(headers);
  if (bytes > MAX_HEADER_BYTES) {
    const reason = `the headers have ${bytes} bytes; at most ${MAX_HEADER_BYTES} are allowed`;
    return { answer: HEADERS_TOO_LARGE, reason };
  }
  if (protocol !== "HTTP/1.1" && protocol !== "HTTP/1.0") {
    return { answer: UNSURE_WHERE_IT_ENDS, reason: `${protocol}, and this server speaks HTTP/1.1` };
  }
  const encodings = valuesOf("transfer-encoding");
  if (encodings.length > 0 && !(protocol === "HTTP/1.1" && encodings.join().toLowerCase() === "chunked")) {
    const reason = `a Transfer-Encoding other than chunked, or in ${protocol}`;
    return { answer: UNSURE_WHERE_IT_ENDS, reason };
  }
  if (hosts.length > 1) {
    return { answer: BAD_REQUEST, reason: `${hosts.length} Host headers; only one is allowed` };
  }
  if (hosts.length === 0 && protocol !== "HTTP/1.0") return { answer: BAD_REQUEST, reason: "no Host header" };
  if (namesOtherHost(target, hosts[0])) {
    return { answer: BAD_REQUEST, reason: "the target and the Host header name different hosts" };
  }
  // Node refuses it by itself from 20.20 and 22.12 on.
  if (!/^[!-~]*$/.test(target)) {
    return { answer: BAD_REQUEST, reason: "the target is not ASCII: percent-encode its UTF-8" };
  }
  const raw = ENCODED_IN_QUERIES.exec(splitTarget(target).query)?.[0];
  if (raw !== undefined) {
    return {
      answer: BAD_REQUEST,
      reason: `a raw ${raw} in the query: encode it as ${encodeURIComponent(raw)}`,
    };
  }
  return REFUSED_BODIES[body];
}

// ---------------------------------------------------------------------------------------------------- internal

/**
 * A target in absolute form takes precedence over the Host header, which was signed: the two must not differ.
 * Source: https://www.rfc-editor.org/rfc/rfc9112#section-3.2.2
 */
function namesOtherHost(target: string, host: string | undefined): boolean {
  const authority = authorityOf(target);
  return authority !== undefined && authority.toLowerCase() !== host?.toLowerCase();
}

/**
 * The headers as clients write them: a colon and a space after each name. The original amount of space is not known.
 */
function headerBytes(headers: readonly HeaderLine[]): number {
  return headers.reduce((sum, [name, value]) => sum + name.length + value.length + ": \r\n".length, 0);
}

/**
 * What has to be percent-encoded in a query.
 * Source: https://docs.aws.amazon.com/apigateway/latest/developerguide/api-gateway-known-issues.html; the status as in
 *   https://github.com/yezyilomo/django-restql/issues/279
 */
const ENCODED_IN_QUERIES = /[|{}]/;

function closing(answer: HttpAnswer): HttpAnswer {
  return { ...answer, headers: [...answer.headers, ["Connection", "close"]] };
}

const BAD_REQUEST = plainRefusal(400, "Bad Request");

/**
 * Intermediaries may disagree about where such a request ends: nothing that follows it on its connection is read as a
 * request.
 * Source: https://www.rfc-editor.org/rfc/rfc9112#section-6.1
 */
const UNSURE_WHERE_IT_ENDS = closing(BAD_REQUEST);

/** Source of the answer to a body that is too long: https://github.com/koki-develop/lgtm-generator/issues/10 */
const REFUSED_BODIES: Readonly<Record<ReceivedBody["kind"] | "not-awaited", FrontEndAnswer | undefined>> = {
  whole: undefined,
  // The client may wait for an answer before it sends the body, or send it at once: nothing after it is read.
  // Source: https://www.rfc-editor.org/rfc/rfc9110#section-10.1.1. What API Gateway answers is not recorded.
  "not-awaited": {
    answer: closing(plainRefusal(417, "Expectation Failed")),
    reason: "an Expect header other than 100-continue: leave it out",
  },
  "too-long": {
    answer: {
      status: 413,
      headers: [["Content-Type", "text; charset=utf-8"]],
      body: `HTTP content length exceeded ${MAX_BODY_BYTES} bytes.`,
    },
    reason: `the body is longer than ${MAX_BODY_BYTES} bytes`,
  },
  "no-room": {
    answer: plainRefusal(503, "Service Unavailable"),
    reason: "too many large bodies at once: send it again when the others are done",
  },
};
