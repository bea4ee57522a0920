import type { Body } from "#gateway/integrate/mapped/content";
import { convertRequest, convertResponse } from "#gateway/integrate/mapped/content";

/**
 * What API Gateway was recorded to make of bodies.
 * Source: https://github.com/localstack/localstack/blob/8b9a79f05846835cf4dff63ab7eefdde9df83783/tests/aws/services/apigateway/test_apigateway_s3.snapshot.json,
 *   test_apigw_s3_binary_support_request and its neighbours
 */

const RAW = Buffer.from([0x1f, 0x8b, 0x08, 0x00, 0xff]);
const ENCODED = Buffer.from(RAW.toString("base64"));
const TEXT = Buffer.from("this is a UTF8 text typed object");
const BROKEN = "\u001f\ufffd\b\u0000\ufffd";

function shown(body: Body | undefined): unknown {
  return body instanceof Uint8Array ? { bytes: Buffer.from(body).toString("hex") } : body;
}
const bytes = (body: Buffer): unknown => ({ bytes: body.toString("hex") });

test.each([
  ["text, as it is", RAW, false, undefined, BROKEN],
  ["text, to text", RAW, false, "CONVERT_TO_TEXT", BROKEN],
  ["text, to binary", ENCODED, false, "CONVERT_TO_BINARY", bytes(RAW)],
  ["text that is not base64, to binary", TEXT, false, "CONVERT_TO_BINARY", undefined],
  ["binary, as it is", RAW, true, undefined, bytes(RAW)],
  ["binary, to binary", ENCODED, true, "CONVERT_TO_BINARY", bytes(ENCODED)],
  ["binary, to text", RAW, true, "CONVERT_TO_TEXT", ENCODED.toString()],
] as const)("a request: %s", (_, body, isBinary, handling, expected) => {
  expect(shown(convertRequest(body, isBinary, handling))).toEqual(expected);
});

test.each([
  ["text for text", TEXT, false, false, undefined, TEXT.toString()],
  ["bytes as text for text", RAW, false, false, undefined, BROKEN],
  ["text for binary", ENCODED, false, true, undefined, bytes(RAW)],
  ["text that is not base64 for binary", TEXT, false, true, undefined, undefined],
  ["binary for binary", RAW, true, true, undefined, bytes(RAW)],
  ["binary for text", RAW, true, false, undefined, ENCODED.toString()],
  ["text for binary, to text", ENCODED, false, true, "CONVERT_TO_TEXT", ENCODED.toString()],
  ["text for text, to binary", ENCODED, false, false, "CONVERT_TO_BINARY", bytes(RAW)],
  ["binary for text, to binary", RAW, true, false, "CONVERT_TO_BINARY", bytes(RAW)],
  ["binary for binary, to text", RAW, true, true, "CONVERT_TO_TEXT", ENCODED.toString()],
] as const)("an answer: %s", (_, body, isBinary, acceptsBinary, handling, expected) => {
  expect(shown(convertResponse(body, isBinary, acceptsBinary, handling))).toEqual(expected);
});
