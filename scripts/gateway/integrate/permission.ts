import { matchesArn } from "#iam/arn-pattern";
import { matchesAction } from "#iam/wildcard";
import type { InvokePermission, LambdaFunction } from "#model/lambda-function";
import type { Model } from "#model/model";
import type { RestApi, Route, Stage } from "#model/rest-api";
import type { Refusal } from "../refusal";
import { permissionFailure } from "./integration-failures";

/** The API on whose behalf a function is invoked. */
export type InvokingApi = Pick<Model, "partition" | "region" | "accountId"> & {
  readonly api: Pick<RestApi, "id">;
};

/**
 * Refuses a method whose function does not let API Gateway invoke it. The answer depends only on the route and the
 * stage, so it is computed once.
 *
 * @param qualifier - the version or alias of the function that is named. @default none
 * Source: https://docs.aws.amazon.com/lambda/latest/dg/access-control-resource-based.html
 */
export function checkInvokePermission(
  api: InvokingApi,
  stage: Stage,
  route: Route,
  target: Pick<LambdaFunction, "address" | "permissions">,
  qualifier?: string,
): Refusal | undefined {
  const sourceArn = sourceArnOf(api, stage, route);
  if (isPermitted(target, qualifier, sourceArn, api.accountId)) return undefined;
  return permissionFailure(
    `no aws_lambda_permission lets apigateway.amazonaws.com invoke ${target.address}${qualifier === undefined ? "" : `, qualifier ${qualifier},`} for ${sourceArn}`,
  );
}

/**
 * Whether a function, or the version or alias of it that is named, lets API Gateway invoke it for a source.
 * @param sourceArn - of a method, or of an authorizer
 */
export function isPermitted(
  { permissions }: Pick<LambdaFunction, "permissions">,
  qualifier: string | undefined,
  sourceArn: string,
  accountId: string,
): boolean {
  return permissions
    .filter((permission) => permission.qualifier === qualifier)
    .some((permission) => allows(permission, sourceArn, accountId));
}

// ---------------------------------------------------------------------------------------------------- internal

/**
 * The ARN of the method that invokes. A `{parameter}` is `*` in it, and so is the method `ANY`: the CDK and the console
 * write permissions in this way, and one that spells `{code}` is known to fail on AWS. AWS does not document whether it
 * uses the request's path and method instead, so that a permission for one value of a parameter would allow that value
 * only. Here such a permission allows nothing, so no call passes that AWS would refuse.
 */
function sourceArnOf({ partition, region, accountId, api }: InvokingApi, stage: Stage, route: Route): string {
  const method = route.httpMethod === "ANY" ? "*" : route.httpMethod;
  const path = route.resourcePath.replace(/\{[^}]*\}/g, "*");
  return `arn:${partition}:execute-api:${region}:${accountId}:${api.id}/${stage.name}/${method}${path}`;
}

/**
 * The statement that `aws_lambda_permission` adds to the function's policy: its source ARN is compared with `ArnLike`.
 */
function allows(permission: InvokePermission, sourceArn: string, accountId: string): boolean {
  return (
    permission.principal === "apigateway.amazonaws.com" &&
    matchesAction(permission.action, "lambda:InvokeFunction") &&
    (permission.sourceAccount === undefined || permission.sourceAccount === accountId) &&
    (permission.sourceArn === undefined || matchesArn(permission.sourceArn, sourceArn, undefined) === true)
  );
}
