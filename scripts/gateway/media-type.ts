/** The content type of a header's value without its parameters, in lower case; `application/json` without a header. */
export function contentTypeOf(header: string | undefined): string {
  return firstType(header) || "application/json";
}

/** The first media type that an `Accept` header names, without parameters; empty without a header. */
export function firstType(header: string | undefined): string {
  if (header === undefined) return "";
  return (/^[^,;]*/.exec(header)?.[0] ?? "").trim().toLowerCase();
}

/**
 * Whether a media type is binary to an API. Its list is matched exactly or by a wildcard on the right
 * (`application/*`). A `*` before the slash matches nothing, not even itself, except in the type for everything (star,
 * slash, star). That type also matches if there is no type at all, which is common use, not recorded.
 * Source: https://docs.aws.amazon.com/apigateway/latest/developerguide/api-gateway-payload-encodings.html; recorded by
 *   https://github.com/localstack/localstack/blob/8b9a79f05846835cf4dff63ab7eefdde9df83783/tests/aws/services/apigateway/test_apigateway_lambda.py,
 *   test_aws_proxy_binary_response
 */
export function isBinaryType(type: string, binaryMediaTypes: readonly string[]): boolean {
  return binaryMediaTypes.some((entry) => {
    const binary = entry.toLowerCase();
    if (binary === "*/*") return true;
    if (binary.startsWith("*")) return false;
    if (binary === type) return true;
    return binary.endsWith("/*") && type.startsWith(binary.slice(0, -1));
  });
}
