import type { ContentHandling } from "#model/rest-api";

/** A body as text, which templates take, or as bytes, which they do not. */
export type Body = string | Uint8Array;

/**
 * The request's body as the integration gets it; undefined if it should be base64 and is not.
 * Source: https://docs.aws.amazon.com/apigateway/latest/developerguide/api-gateway-payload-encodings-workflow.html; recorded by
 *   `test_apigw_s3_binary_support_request` and its neighbours of localstack/localstack
 *
 * @param isBinary - whether its content type is binary to the API
 */
export function convertRequest(
  body: Uint8Array,
  isBinary: boolean,
  handling: ContentHandling | undefined,
): Body | undefined {
  if (isBinary) return handling === "CONVERT_TO_TEXT" ? toBase64(body) : body;
  return handling === "CONVERT_TO_BINARY" ? fromBase64(toText(body)) : toText(body);
}

/**
 * The integration's body as the client gets it; undefined if it should be base64 and is not.
 * Source: as above, `test_apigw_s3_binary_support_response_no_content_handling` and its neighbours
 *
 * @param isBinary - whether its content type is binary to the API
 * @param acceptsBinary - whether the type that the request accepts first is
 */
export function convertResponse(
  body: Uint8Array,
  isBinary: boolean,
  acceptsBinary: boolean,
  handling: ContentHandling | undefined,
): Body | undefined {
  const asText = handling === "CONVERT_TO_TEXT" || (handling === undefined && !acceptsBinary);
  if (isBinary) return asText ? toBase64(body) : body;
  return asText ? toText(body) : fromBase64(toText(body));
}

// ---------------------------------------------------------------------------------------------------- internal

function toText(body: Uint8Array): string {
  return Buffer.from(body.buffer, body.byteOffset, body.byteLength).toString("utf8");
}

function toBase64(body: Uint8Array): string {
  return Buffer.from(body.buffer, body.byteOffset, body.byteLength).toString("base64");
}

function fromBase64(text: string): Uint8Array | undefined {
  const isBase64 = text.length % 4 === 0 && /^[A-Za-z0-9+/]*={0,2}$/.test(text);
  return isBase64 ? Buffer.from(text, "base64") : undefined;
}
