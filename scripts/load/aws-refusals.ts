import { type Unsupported, unsupported } from "#terraform/problem";
import { describe } from "#terraform/value";

/**
 * The error of a property that AWS refuses when it creates the resource, in AWS's words. Most are recorded by
 * https://github.com/localstack/localstack/blob/8b9a79f05846835cf4dff63ab7eefdde9df83783/tests/aws/services/apigateway/test_apigateway_api.snapshot.json
 * @param action - what to do, as a sentence without its full stop
 * @param answer - AWS's message
 */
export function refusedByAws(
  address: string,
  got: string,
  supported: string,
  action: string,
  answer: string,
): Unsupported {
  return unsupported(address, got, supported, `${action}: AWS answers "${answer}"`);
}

/**
 * Refuses keys of a map that are not media types: of models, and of templates.
 * Source: https://github.com/hashicorp/terraform-provider-aws/issues/36388
 */
export function refuseContentTypes(map: Readonly<Record<string, unknown>>, address: string): void {
  for (const key of Object.keys(map)) refuseContentType(key, `${address}.${JSON.stringify(key)}`);
}

/**
 * Refuses a value that is not a media type (a type and a subtype). `$default` stands for all types that are not named.
 */
export function refuseContentType(contentType: string, address: string): void {
  if (contentType === "$default" || /^[^\s/;]+\/[^\s/;]+(\s*;.*)?$/.test(contentType)) return;
  throw refusedByAws(
    address,
    describe(contentType),
    "a media type such as application/json",
    "correct it",
    `Invalid content type specified: ${contentType}`,
  );
}
