import type { Authorizer, Route } from "#model/rest-api";
import { notFollowed, unsupported } from "#terraform/problem";
import { describe } from "#terraform/value";
import { findTarget } from "./functions";
import type { Resource, Stack } from "./stack";

type Method = Resource<"aws_api_gateway_method">;

/**
 * The authorizer of a method, if it has one, with the scopes that its tokens need.
 * @throws Unsupported if the method and its authorizer do not fit
 */
export function loadAuthorizer(
  stack: Stack,
  { address, values }: Method,
): Pick<Route, "authorizer" | "authorizationScopes"> {
  const { authorization, authorizer_id: id, authorization_scopes: scopes } = values;
  // API Gateway ignores an authorizer and scopes of a method that does not ask for one.
  if (authorization !== "CUSTOM" && authorization !== "COGNITO_USER_POOLS") return {};
  const at = `${address}.authorizer_id`;
  if (id === undefined) throw unsupported(at, "nothing", "the id of an aws_api_gateway_authorizer", "set it");
  const authorizer = readAuthorizer(stack, stack.find("aws_api_gateway_authorizer", "id", id, at));
  if ((authorizer.type === "COGNITO_USER_POOLS") !== (authorization === "COGNITO_USER_POOLS")) {
    const got = `${authorizer.address}, of the type ${authorizer.type}`;
    throw unsupported(at, got, `an authorizer for ${authorization}`, "correct one of them");
  }
  return { authorizer, ...(scopes.length > 0 && { authorizationScopes: scopes }) };
}

// ---------------------------------------------------------------------------------------------------- internal

const DEFAULT_SOURCE = "method.request.header.Authorization";
const SOURCE = /^(method\.request\.(header|querystring)|stageVariables|context)\.[\w.$-]+$/;

function readAuthorizer(stack: Stack, authorizer: Resource<"aws_api_gateway_authorizer">): Authorizer {
  const { address, values } = authorizer;
  const written = values.identity_source ?? (values.type === "REQUEST" ? "" : DEFAULT_SOURCE);
  const identitySources = written
    .split(",")
    .map((source) => source.trim())
    .filter((source) => source !== "");
  for (const source of identitySources) {
    if (SOURCE.test(source)) continue;
    const form =
      "method.request.header.NAME, method.request.querystring.NAME, stageVariables.NAME or context.NAME";
    throw unsupported(`${address}.identity_source`, describe(source), form, "correct it");
  }
  const ttlSeconds = values.authorizer_result_ttl_in_seconds;
  const common = { address, id: authorizer.text("id"), type: values.type, identitySources, ttlSeconds };
  if (values.type === "COGNITO_USER_POOLS") {
    if (values.provider_arns.length > 0) return { ...common, providerArns: values.provider_arns };
    throw unsupported(`${address}.provider_arns`, "none", "the ARN of a user pool", "name one");
  }
  const uri = values.authorizer_uri ?? "";
  const { lambda, qualifier } = findTarget(stack, uri, `${address}.authorizer_uri`);
  return {
    ...common,
    functionArn: lambda.text("arn"),
    ...(qualifier !== undefined && { qualifier }),
    ...(values.authorizer_credentials !== undefined && {
      roleArn: roleOf(stack, values.authorizer_credentials, `${address}.authorizer_credentials`),
    }),
    ...(values.identity_validation_expression !== undefined && {
      validationExpression: values.identity_validation_expression,
    }),
  };
}

function roleOf(stack: Stack, arn: string, address: string): string {
  if (stack.findOptional("aws_iam_role", "arn", arn)) return arn;
  throw notFollowed(address, describe(arn), "the arn of an aws_iam_role of this stack", "refer to one");
}
