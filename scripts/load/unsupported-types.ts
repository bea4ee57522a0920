/** The advice for a resource or data source of a type that the local gateway does not support. */
export function adviceOn(type: string): string {
  const name = type.replace(/^data\./, "");
  return ADVICE.find(([pattern]) => pattern.test(name))?.[1] ?? GENERAL;
}

// ---------------------------------------------------------------------------------------------------- internal

const GENERAL = "remove it from the stack, or teach scripts/load what it does";

const AUTHORIZERS =
  "Lambda and Cognito authorizers do not run locally: let callers sign (AWS_IAM) or show an API key";
const CUSTOM_DOMAINS =
  "custom domains are answered by the Host header: put what leads to them into a separate stack";
const NETWORKS = "what is in a VPC cannot be reached locally: put it into a separate stack";

/** Types that APIs often use and that are not supported. */
const ADVICE: readonly (readonly [RegExp, string])[] = [
  [/^aws_cognito_/, AUTHORIZERS],
  [/^aws_(api_gateway_(domain_name|base_path_mapping)|acm_|route53_|cloudfront_)/, CUSTOM_DOMAINS],
  [/^aws_(api_gateway_vpc_link$|vpc|subnet|security_group|lb)/, NETWORKS],
  [
    /^aws_waf/,
    "web ACLs do not run locally: put it into a separate stack, and expect the requests that it blocks to pass here",
  ],
  [
    /^aws_apigatewayv2_/,
    "HTTP and WebSocket APIs do not run locally: put them into a separate stack, or make it a REST API",
  ],
  [
    /^aws_lambda_(alias|provisioned_concurrency_config)$/,
    "versions and aliases do not run locally: integrate the function itself (invoke_arn)",
  ],
  [/^aws_lambda_layer_version/, "layers do not run locally: bundle what the function needs"],
  [
    /^aws_lambda_function_url$/,
    "function URLs do not run locally: give the function a route, or put it into a separate stack",
  ],
  [/^aws_iam_(group|user_group)/, "groups are not supported: attach the policy to a user or a role"],
  [
    /^archive_file$/,
    "an archive is made while Terraform plans: pass a zip file as a TerraformAsset (modules/nodejs-function.ts)",
  ],
];
