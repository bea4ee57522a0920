import { ApiGatewayAuthorizer } from "@cdktf/provider-aws/lib/api-gateway-authorizer";
import type { ApiGatewayRestApi } from "@cdktf/provider-aws/lib/api-gateway-rest-api";
import { LambdaPermission } from "@cdktf/provider-aws/lib/lambda-permission";
import { Construct } from "constructs";
import type { NodejsFunction } from "./nodejs-function";
import { UserError } from "./project";

/**
 * A function that decides who may call: it answers a policy.
 * Source: https://docs.aws.amazon.com/apigateway/latest/developerguide/apigateway-use-lambda-authorizer.html
 */
export interface LambdaAuthorizer {
  /** Its name in the API. Routes share it by giving the same object. */
  readonly name: string;
  readonly lambda: NodejsFunction;
  /** `TOKEN`: the function gets one header. `REQUEST`: it gets the whole request. @default TOKEN */
  readonly type?: "TOKEN" | "REQUEST";
  /**
   * What a request has to carry, and what an answer is remembered by: `method.request.header.Authorization`. Without one
   * of these a request is refused, and the function not asked.
   * @default the header `Authorization`
   */
  readonly identitySources?: readonly string[];
  /** What a token has to match before the function is asked, as a regular expression; of `TOKEN` alone. @default anything */
  readonly validationExpression?: string;
  /**
   * How long an answer is remembered, in seconds, at most 3600; 0 asks each time. A remembered policy is that for all
   * routes of the authorizer.
   * @default 300
   */
  readonly cacheInSeconds?: number;
}

/**
 * User pools whose tokens let a caller in: identity tokens, or on routes with scopes access tokens.
 * Source: https://docs.aws.amazon.com/apigateway/latest/developerguide/apigateway-integrate-with-cognito.html
 */
export interface UserPoolAuthorizer {
  /** Its name in the API. Routes share it by giving the same object. */
  readonly name: string;
  /** ARNs of user pools. */
  readonly userPoolArns: readonly string[];
  /** The header with the token, `method.request.header.NAME`. @default that of `Authorization` */
  readonly identitySource?: string;
}

export type RouteAuthorizer = LambdaAuthorizer | UserPoolAuthorizer;

/** What a route says of who may call it. */
export interface AuthorizedRoute {
  /**
   * `AWS_IAM`: the request is signed with Signature Version 4, and the signer may invoke the method. `CUSTOM`: a function
   * decides. `COGNITO_USER_POOLS`: the request carries a token of a user pool.
   */
  readonly authorization: "NONE" | "AWS_IAM" | "CUSTOM" | "COGNITO_USER_POOLS";
  /** Who decides, with `CUSTOM` and `COGNITO_USER_POOLS`, and with these alone. */
  readonly authorizer?: RouteAuthorizer;
  /** Scopes, of which an access token has to have one; with `COGNITO_USER_POOLS` alone. @default an identity token */
  readonly authorizationScopes?: readonly string[];
}

export interface AuthorizersProps {
  readonly restApi: ApiGatewayRestApi;
}

/** The authorizers of an API's routes, each created once, with permission to invoke its function. */
export class Authorizers extends Construct {
  private readonly restApi: ApiGatewayRestApi;
  private readonly known = new Map<RouteAuthorizer, ApiGatewayAuthorizer>();

  constructor(scope: Construct, id: string, { restApi }: AuthorizersProps) {
    super(scope, id);
    this.restApi = restApi;
  }

  /** What a method of the route has to have. */
  of({ authorization, authorizer, authorizationScopes }: AuthorizedRoute): {
    authorization: string;
    authorizerId?: string;
    authorizationScopes?: string[];
  } {
    if (authorizer === undefined) return { authorization };
    const resource = this.known.get(authorizer) ?? this.add(authorizer);
    return {
      authorization,
      authorizerId: resource.id,
      authorizationScopes: authorizationScopes && [...authorizationScopes],
    };
  }

  private add(authorizer: RouteAuthorizer): ApiGatewayAuthorizer {
    const { restApi } = this;
    const { name } = authorizer;
    const scope = new Construct(this, name);
    const resource = new ApiGatewayAuthorizer(scope, "authorizer", {
      restApiId: restApi.id,
      name,
      ...("lambda" in authorizer
        ? {
            type: authorizer.type ?? "TOKEN",
            authorizerUri: authorizer.lambda.invokeArn,
            identitySource: sourcesOf(authorizer).join(","),
            identityValidationExpression: authorizer.validationExpression,
            authorizerResultTtlInSeconds: authorizer.cacheInSeconds ?? 300,
          }
        : {
            type: "COGNITO_USER_POOLS",
            providerArns: [...authorizer.userPoolArns],
            identitySource: authorizer.identitySource ?? DEFAULT_SOURCE,
          }),
    });
    this.known.set(authorizer, resource);
    if ("lambda" in authorizer) {
      new LambdaPermission(scope, "permission", {
        statementIdPrefix: "api-authorizer-",
        action: "lambda:InvokeFunction",
        functionName: authorizer.lambda.functionName,
        principal: "apigateway.amazonaws.com",
        sourceArn: `${restApi.executionArn}/authorizers/${resource.id}`,
      });
    }
    return resource;
  }
}

/**
 * Checks that who may call a route is said once, and as API Gateway takes it.
 * @param name - the route's, for the message
 * @throws UserError
 */
export function assertAuthorizer(name: string, route: AuthorizedRoute): void {
  const { authorization, authorizer, authorizationScopes } = route;
  const expected = {
    NONE: undefined,
    AWS_IAM: undefined,
    CUSTOM: "lambda",
    COGNITO_USER_POOLS: "userPoolArns",
  }[authorization];
  const got = authorizer && ("lambda" in authorizer ? "lambda" : "userPoolArns");
  if (got !== expected) {
    throw new UserError(
      `route '${name}': got authorization ${authorization} and ${got ? `an authorizer with ${got}` : "no authorizer"}, expected ${
        expected ? `an authorizer with ${expected}` : "none: API Gateway would not ask it"
      }`,
    );
  }
  if (authorizationScopes && authorization !== "COGNITO_USER_POOLS") {
    throw new UserError(
      `route '${name}': got scopes and authorization ${authorization}, expected scopes with COGNITO_USER_POOLS alone`,
    );
  }
  if (authorizer) assertSettings(`authorizer '${authorizer.name}'`, authorizer);
}

/** @throws UserError if two authorizers have one name, which API Gateway would refuse while deploying */
export function assertAuthorizerNames(routes: readonly AuthorizedRoute[]): void {
  const all = [...new Set(routes.flatMap(({ authorizer }) => authorizer ?? []))];
  for (const [index, { name }] of all.entries()) {
    if (all.findIndex((each) => each.name === name) === index) continue;
    throw new UserError(
      `authorizer '${name}': got two of this name, expected names of their own, or one object for all routes`,
    );
  }
}

// ---------------------------------------------------------------------------------------------------- internal

const DEFAULT_SOURCE = "method.request.header.Authorization";

function sourcesOf({ identitySources = [DEFAULT_SOURCE] }: LambdaAuthorizer): readonly string[] {
  return identitySources;
}

function assertSettings(name: string, authorizer: RouteAuthorizer): void {
  if (!/^[\w-]+$/.test(authorizer.name)) {
    throw new UserError(`${name}: expected a name of letters, digits, _ and -`);
  }
  if (!("lambda" in authorizer)) {
    if (authorizer.userPoolArns.length > 0) return;
    throw new UserError(`${name}: got no user pool, expected the ARN of one`);
  }
  const { type = "TOKEN", validationExpression, cacheInSeconds = 300 } = authorizer;
  const sources = sourcesOf(authorizer);
  if (
    type === "TOKEN" &&
    (sources.length !== 1 || !/^method\.request\.header\.[\w-]+$/.test(sources[0] ?? ""))
  ) {
    throw new UserError(
      `${name}: got the sources '${sources.join(", ")}', expected one header with TOKEN: method.request.header.NAME`,
    );
  }
  if (type === "REQUEST" && sources.length === 0 && cacheInSeconds > 0) {
    throw new UserError(
      `${name}: got no source, by which an answer is remembered, expected one, or cacheInSeconds: 0`,
    );
  }
  if (type === "REQUEST" && validationExpression !== undefined) {
    throw new UserError(`${name}: got a validationExpression, expected it with TOKEN alone`);
  }
  if (!Number.isInteger(cacheInSeconds) || cacheInSeconds < 0 || cacheInSeconds > 3_600) {
    throw new UserError(
      `${name}: got ${cacheInSeconds} cacheInSeconds, expected a whole number from 0 to 3600`,
    );
  }
}
