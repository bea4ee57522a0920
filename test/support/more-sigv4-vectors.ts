import type { RawRequest } from "#sigv4/request";
import { parseRawRequest } from "../scripts/sigv4/raw-http";

/** A vector of AWS's as far as an oracle is compared with it: the request as it is sent, and its canonical request. */
export interface SentVector {
  readonly name: string;
  readonly form: "header" | "query";
  readonly request: RawRequest;
  readonly canonical: string;
  /** Whether the path is normalized, as for every service but S3. */
  readonly normalize: boolean;
  /** Whether the session token was added after signing, as some services have it. */
  readonly omitsToken: boolean;
}

const SCOPE = "AKIDEXAMPLE%2F20150830%2Fus-east-1%2Fservice%2Faws4_request";
const QUERY = `X-Amz-Algorithm=AWS4-HMAC-SHA256&X-Amz-Credential=${SCOPE}&X-Amz-Date=20150830T123600Z`;
const EMPTY = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855";
const DATE = "X-Amz-Date:20150830T123600Z";

/**
 * Vectors that are not among the fixtures, of which only the shape counts here: a folded header, a path that needs no
 * normalizing although it is S3's, and a token that is sent and not signed. Tokens and signatures are shortened.
 * Source: https://github.com/awslabs/aws-c-auth/tree/495329c2433034bd8fd53fc6ba9e0202d3fac876/tests/aws-signing-test-suite/v4
 */
export const MORE_VECTORS: readonly SentVector[] = [
  vector(
    "get-header-value-multiline",
    "header",
    ["GET / HTTP/1.1", "My-Header1:value1", "  value2", "     value3", DATE],
    [
      "GET",
      "/",
      "",
      "host:example.amazonaws.com",
      "my-header1:value1 value2 value3",
      "x-amz-date:20150830T123600Z",
    ],
  ),
  vector(
    "get-header-value-multiline",
    "query",
    [
      `GET /?${QUERY}&X-Amz-SignedHeaders=host%3Bmy-header1&X-Amz-Expires=3600&X-Amz-Signature=0 HTTP/1.1`,
      "My-Header1:value1",
      "  value2",
      "     value3",
    ],
    [
      "GET",
      "/",
      `${QUERY}&X-Amz-Expires=3600&X-Amz-SignedHeaders=host%3Bmy-header1`,
      "host:example.amazonaws.com",
      "my-header1:value1 value2 value3",
    ],
  ),
  vector(
    "get-space-unnormalized",
    "header",
    ["GET /example space/ HTTP/1.1", DATE],
    ["GET", "/example%20space/", "", "host:example.amazonaws.com", "x-amz-date:20150830T123600Z"],
    { normalize: false },
  ),
  vector(
    "post-sts-header-after",
    "header",
    ["POST / HTTP/1.1", "X-Amz-Security-Token:AQoD+/==", DATE],
    ["POST", "/", "", "host:example.amazonaws.com", "x-amz-date:20150830T123600Z"],
    { omitsToken: true },
  ),
  vector(
    "post-sts-header-after",
    "query",
    [
      `POST /?${QUERY}&X-Amz-SignedHeaders=host&X-Amz-Expires=3600&X-Amz-Security-Token=AQoD%2B%2F%3D%3D&X-Amz-Signature=0 HTTP/1.1`,
    ],
    ["POST", "/", `${QUERY}&X-Amz-Expires=3600&X-Amz-SignedHeaders=host`, "host:example.amazonaws.com"],
    { omitsToken: true },
  ),
];

function vector(
  name: string,
  form: "header" | "query",
  [requestLine, ...headers]: readonly string[],
  canonical: readonly string[],
  { normalize = true, omitsToken = false } = {},
): SentVector {
  const message = [requestLine, "Host:example.amazonaws.com", ...headers, "", ""].join("\n");
  const names = canonical.slice(3).map((line) => line.slice(0, line.indexOf(":")));
  return {
    name,
    form,
    request: parseRawRequest(Buffer.from(message)),
    canonical: [...canonical, "", names.join(";"), EMPTY].join("\n"),
    normalize,
    omitsToken,
  };
}
