import { EMPTY_PAYLOAD_HASH } from "#sigv4/canonical-request";
import { headerValue } from "#sigv4/request";
import { type Clue, clueIf } from "./clue";
import { type Context, shownBy } from "./context";

/** What in a body and its Content-Type is easily signed wrongly. */
export function bodyClues(context: Context): Clue[] {
  return [...hashClues(context), ...typeClues(context)];
}

// ---------------------------------------------------------------------------------------------------- internal

function hashClues(context: Context): Clue[] {
  const {
    right,
    headers,
    text,
    method = right?.method ?? "",
  } = { ...context, method: context.right?.method };
  const takesBody = /^(POST|PUT|PATCH|DELETE)$/.test(method);
  const isEmpty = right?.payloadHash === EMPTY_PAYLOAD_HASH;
  const isKnown = right !== undefined && right.payloadHash !== "" && context.isFromAws;
  const hasBody = (context.observed.request?.body.length ?? 0) > 0;
  const encoding =
    headerValue(right?.headers ?? [], "content-encoding") ?? headerValue(headers, "content-encoding");
  const compresses =
    /setCompressionEnabled|compression\w*["']?\s*[:=(]\s*(true|["']?gzip)|http_compress|RequestCompression/i.test(
      text,
    );
  const body = context.observed.request?.body;
  const isForeign = (body?.some((byte) => byte > 0x7f) ?? false) || FOREIGN_LITERAL.test(text);
  return [
    ...clueIf(
      isForeign,
      71,
      "The body holds characters that are not ASCII: the text that was hashed was encoded otherwise (Latin-1, UTF-16) than the bytes that were sent, which are UTF-8, or Content-Length counts characters.",
      "Encode the body as UTF-8 once, hash those bytes, and send them.",
      "The body has characters that are not ASCII.",
    ),
    ...clueIf(
      encoding !== undefined && !UNCHANGED.test(encoding),
      85,
      `The body is sent compressed (Content-Encoding: ${encoding}): the bytes that were signed are not the compressed ones that arrived.`,
      "Compress first and sign the compressed bytes, or switch compression off.",
      `Content-Encoding: ${encoding}`,
    ),
    ...clueIf(
      compresses,
      84,
      COMPRESSED,
      "Compress first and sign the compressed bytes, or switch compression off.",
      "The text speaks of compression.",
    ),
    ...clueIf(
      takesBody && isKnown && !isEmpty,
      57,
      `The body that arrived (payload hash ${right?.payloadHash.slice(0, 8)}…) may not be the one that was signed: it was added after signing, was not given to the signer, or was serialized again.`,
      "Give the signer the body as the very bytes that are sent, before it signs.",
      shownBy(context, `${method} with the hash of a body`),
    ),
    ...clueIf(
      takesBody && isKnown && isEmpty && method !== "DELETE",
      72,
      `The ${method} arrived without a body (the payload hash is that of nothing): the body was signed and not sent, or dropped by a redirect or proxy.`,
      "See that the body is sent with its Content-Length, and sign what is sent.",
      shownBy(context, `${method} with the payload hash of nothing`),
    ),
    ...clueIf(
      right === undefined &&
        /\b(POST|PUT|PATCH)\b[^.\n]{0,80}\bbody\b|\bbody\b[^.\n]{0,80}\b(POST|PUT|PATCH)\b/.test(text),
      50,
      "The body may not be what was signed: it is put together, filled with variables or serialized after the signature was calculated.",
      "Give the signer the body as the very bytes that are sent, before it signs.",
      "The text speaks of a request with a body.",
    ),
    ...clueIf(
      !isKnown && (hasBody || (takesBody && method !== "DELETE" && right !== undefined)),
      56,
      "The body may not be what was signed: many signers are not given the body, or hash it before it is serialized.",
      "Give the signer the body as the very bytes that are sent, before it signs.",
      `The request is a ${method}${hasBody ? " with a body" : ""}.`,
    ),
  ];
}

/** A letter with a mark, or one of another alphabet, between the quotes of a value. */
const FOREIGN_LITERAL = /[:=(,]\s*["'][\x20-\x7e]{0,80}[\u00c0-\u024f\u0370-\u04ff][^"'\n]{0,80}["']/;

/** Encodings that say nothing of compression after signing; snappy and amz-1.0 are parts of the protocols that use them. */
const UNCHANGED = /^(identity|aws-chunked|snappy|amz-1\.0)$/i;

const COMPRESSED =
  "The client compresses the body after it was signed: the bytes that arrive (gzip) are not those that were hashed.";

function typeClues(context: Context): Clue[] {
  const { right, headers, signedHeaders } = context;
  const type = headerValue(right?.headers ?? [], "content-type") ?? headerValue(headers, "content-type");
  const isSigned = signedHeaders.includes("content-type");
  if (type === undefined) return [];
  return [
    ...clueIf(
      /^multipart\//i.test(type),
      84,
      "The body is multipart: its boundary is made when it is sent, so neither the Content-Type nor the body is what was signed.",
      "Build the multipart body first, and sign its bytes and its Content-Type with the boundary; or upload to S3 with a presigned URL.",
      `Content-Type: ${type.split(";")[0]}`,
    ),
    ...clueIf(
      isSigned && /charset/i.test(type),
      66,
      `Content-Type is signed and arrived with a charset (${type}): HTTP clients add one, or change its case, after signing.`,
      "Set Content-Type before signing to exactly what is sent, or do not sign it.",
      `Content-Type: ${type}`,
    ),
    ...clueIf(
      isSigned && !/charset|^multipart/i.test(type),
      50,
      "Content-Type is signed, and HTTP clients like to set it themselves or to add a charset.",
      "Set Content-Type before signing to exactly what is sent, or do not sign it.",
      `Content-Type: ${type}`,
    ),
  ];
}
