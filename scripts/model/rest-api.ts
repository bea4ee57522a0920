import type { NamedPolicy } from "#iam/identity";

export interface RestApi {
  readonly address: string;
  readonly id: string;
  readonly name: string;
  readonly binaryMediaTypes: readonly string[];
  /** Whether AWS puts CloudFront in front of it, as it does with every API that is not regional. @default false */
  readonly edgeOptimized?: boolean;
  readonly policy?: NamedPolicy;
  /** Where API keys come from. @default HEADER, `x-api-key` */
  readonly apiKeySource?: "HEADER" | "AUTHORIZER";
  readonly routes: readonly Route[];
  readonly stages: readonly Stage[];
  /** Custom domains that lead to it. @default none */
  readonly domains?: readonly CustomDomain[];
  readonly gatewayResponses: readonly CustomGatewayResponse[];
  /** What refuses requests on AWS and lets them pass here, each in a few words for the log: a web ACL. @default nothing */
  readonly restrictions?: readonly string[];
}

/** A name by which the API is called. */
export interface CustomDomain {
  /** In lower case; `*.example.com` stands for each name one label longer than `example.com`. */
  readonly name: string;
  readonly mappings: readonly BasePathMapping[];
}

/** Where a custom domain leads requests whose path begins with a base path. */
export interface BasePathMapping {
  readonly address: string;
  /** `orders`, `orders/v1`; empty for every path. */
  readonly basePath: string;
  /** @default the path names the stage after the base path */
  readonly stage?: string;
  /** Whether it leads to another API. @default false */
  readonly isOfOtherApi?: true;
}

/** The methods that a resource can have, and that `ANY` stands for; HEAD is not implied by GET. */
export const HTTP_METHODS = ["DELETE", "GET", "HEAD", "OPTIONS", "PATCH", "POST", "PUT"] as const;

/** One method of one resource, with its integration. */
export interface Route {
  /** Terraform address of the `aws_api_gateway_method`. */
  readonly address: string;
  readonly resourceId: string;
  /** The resource's path template from the root: `/products/{code}`, `/{proxy+}`, `/`. */
  readonly resourcePath: string;
  /** `GET`, `PUT`, …, or `ANY`. */
  readonly httpMethod: string;
  /** The method's name in generated clients. */
  readonly operationName?: string;
  /** `UNKNOWN` if the method could not be read; the route is closed then: {@link notServed}. */
  readonly authorization: "NONE" | "AWS_IAM" | "CUSTOM" | "COGNITO_USER_POOLS" | "UNKNOWN";
  /** Who is asked with `CUSTOM` and `COGNITO_USER_POOLS`. */
  readonly authorizer?: Authorizer;
  /** Of which a user pool's access token needs one. @default none, an identity token will do */
  readonly authorizationScopes?: readonly string[];
  readonly apiKeyRequired: boolean;
  /** `method.request.{querystring|header|path}.NAME` → whether it is required; enforced only by `validator.parameters`. */
  readonly requestParameters: Readonly<Record<string, boolean>>;
  readonly validator: { readonly body: boolean; readonly parameters: boolean };
  /** Content type → JSON schema (draft 4), parsed; enforced only by `validator.body`. */
  readonly requestModels: Readonly<Record<string, unknown>>;
  /**
   * Models that {@link requestModels} refer to, directly or indirectly: URL of the `$ref` → JSON schema. @default none
   */
  readonly referredModels?: Readonly<Record<string, unknown>>;
  readonly integration: Integration;
  /** Why the local gateway answers 501 on this route. @default it is served */
  readonly notServed?: NotServed;
}

export interface Authorizer {
  readonly address: string;
  readonly id: string;
  readonly type: "TOKEN" | "REQUEST" | "COGNITO_USER_POOLS";
  /** `method.request.header.Authorization`; each has to be there. */
  readonly identitySources: readonly string[];
  /** A regular expression for the whole token of a `TOKEN` authorizer. */
  readonly validationExpression?: string;
  /** How long an answer is kept; 0 for not at all. */
  readonly ttlSeconds: number;
  /** The function of a Lambda authorizer. */
  readonly functionArn?: string;
  readonly qualifier?: string;
  /** The role that API Gateway invokes it with. @default API Gateway itself */
  readonly roleArn?: string;
  /** The user pools of a Cognito authorizer. */
  readonly providerArns?: readonly string[];
}

/** What lies on the way of a route's requests, and is not understood. */
export interface NotServed {
  /** The Terraform address of the resource. */
  readonly address: string;
  /** Its property: `request_parameters`; empty if it is the resource as a whole. */
  readonly property: string;
  /** What stands there, what is supported, and what to do. */
  readonly reason: string;
  /** Whether it may be one of the gates; then no gate is asked. @default the gates come first, as on AWS */
  readonly isGate?: true;
}

/** An integration that could not be read; its route is closed: {@link Route.notServed}. */
export interface UnknownIntegration {
  readonly type: "UNKNOWN";
  readonly address: string;
}

export type Integration =
  | LambdaProxyIntegration
  | MockIntegration
  | LambdaIntegration
  | AwsIntegration
  | HttpIntegration
  | HttpProxyIntegration
  | UnknownIntegration;

/** Who calls what is behind an integration: a role that API Gateway assumes, or the caller. */
export type IntegrationCredentials =
  | { readonly kind: "role"; readonly roleArn: string }
  | { readonly kind: "caller" };

/** What answers a route, in short: `mock`, a function's name, `dynamodb PutItem`, `http://example.com`. */
export function backendName(integration: Integration): string {
  switch (integration.type) {
    case "MOCK":
      return "mock";
    case "UNKNOWN":
      return "unknown";
    case "AWS":
      return `${integration.service} ${integration.target.value}`;
    case "HTTP":
    case "HTTP_PROXY":
      return /^https?:\/\/[^/?]*/.exec(integration.uri)?.[0] ?? integration.uri;
    default:
      return integration.functionArn.split(":").at(-1) ?? "";
  }
}

export interface LambdaProxyIntegration {
  readonly type: "AWS_PROXY";
  readonly address: string;
  /** Can have `${stageVariables.name}` in it; then each stage has a function of its own. */
  readonly functionArn: string;
  /** The version or alias of the function that is named; all of them are the code that is there now. @default none */
  readonly qualifier?: string;
  /** The integration's own HTTP method; anything but `POST` is answered with 500, as on AWS. */
  readonly integrationHttpMethod: string;
  readonly timeoutMilliseconds: number;
  /** Who invokes the function. @default API Gateway itself */
  readonly credentials?: IntegrationCredentials;
  /** See {@link MappedIntegration.requestParameters}; the function sees none of them. @default none */
  readonly requestParameters?: Readonly<Record<string, string>>;
}

/** What integrations have in common whose request and response are made from templates and mappings. */
export interface MappedIntegration {
  readonly address: string;
  readonly passthroughBehavior: "WHEN_NO_MATCH" | "WHEN_NO_TEMPLATES" | "NEVER";
  /** Converts the request's body before templates take it. @default as the content type says */
  readonly contentHandling?: ContentHandling;
  /**
   * `integration.request.{header|querystring|path}.NAME` → `'text'`, `method.request.header.NAME`, `context.…`.
   * @default none
   */
  readonly requestParameters?: Readonly<Record<string, string>>;
  /** Content type → template. */
  readonly requestTemplates: Readonly<Record<string, string>>;
  readonly responses: readonly IntegrationResponse[];
}

export type ContentHandling = "CONVERT_TO_TEXT" | "CONVERT_TO_BINARY";

export interface MockIntegration extends MappedIntegration {
  readonly type: "MOCK";
}

/** A Lambda, not by proxy: its event is what the request's template makes. */
export interface LambdaIntegration extends MappedIntegration {
  readonly type: "AWS_LAMBDA";
  /** As {@link LambdaProxyIntegration.functionArn}. */
  readonly functionArn: string;
  /** As {@link LambdaProxyIntegration.qualifier}. */
  readonly qualifier?: string;
  readonly integrationHttpMethod: string;
  readonly timeoutMilliseconds: number;
  /** @default API Gateway itself */
  readonly credentials?: IntegrationCredentials;
}

/** An operation of another AWS service, called with the credentials of a role. */
export interface AwsIntegration extends MappedIntegration {
  readonly type: "AWS";
  /** `dynamodb` */
  readonly service: string;
  readonly region: string;
  /** `action/PutItem` names an operation, `path/bucket/{key}` a path of the service; with variables as in a URI. */
  readonly target: { readonly kind: "action" | "path"; readonly value: string };
  readonly integrationHttpMethod: string;
  readonly timeoutMilliseconds: number;
  readonly roleArn: string;
}

export interface HttpIntegration extends MappedIntegration {
  readonly type: "HTTP";
  /** With `{name}` for path parameters and `${stageVariables.name}`. */
  readonly uri: string;
  /** `ANY` is the method of the request. */
  readonly integrationHttpMethod: string;
  readonly timeoutMilliseconds: number;
}

export interface HttpProxyIntegration {
  readonly type: "HTTP_PROXY";
  readonly address: string;
  readonly uri: string;
  readonly integrationHttpMethod: string;
  readonly timeoutMilliseconds: number;
  /** As {@link MappedIntegration.requestParameters}, added to what the client sent. @default none */
  readonly requestParameters?: Readonly<Record<string, string>>;
}

export interface IntegrationResponse {
  readonly address: string;
  readonly statusCode: number;
  /**
   * Whether the method has no response of this status: a request that it is selected for fails.
   * @default the method has one
   */
  readonly isUndeclared?: true;
  /** A regular expression over the status, or over a Lambda's error message; the entry without one is the default. */
  readonly selectionPattern?: string;
  /** @default as the content types say */
  readonly contentHandling?: ContentHandling;
  /** `method.response.header.NAME` → literal value (the single quotes taken off). */
  readonly responseParameters: Readonly<Record<string, string>>;
  /** `method.response.header.NAME` → where its value comes from: `integration.response.header.NAME`. @default none */
  readonly mappedParameters?: Readonly<Record<string, string>>;
  /** Content type → template. */
  readonly responseTemplates: Readonly<Record<string, string>>;
}

export interface Stage {
  readonly address: string;
  readonly name: string;
  readonly deploymentId: string;
  readonly variables: Readonly<Record<string, string>>;
  /**
   * Throttles by method path as `aws_api_gateway_method_settings` names them: all methods (star, slash, star) or
   * `products/GET`.
   */
  readonly methodThrottles: Readonly<Record<string, Throttle>>;
}

/** A token bucket: `burst` tokens at most, `rate` tokens per second. */
export interface Throttle {
  readonly address: string;
  readonly rate: number;
  readonly burst: number;
}

export interface CustomGatewayResponse {
  readonly address: string;
  readonly responseType: string;
  readonly statusCode?: number;
  /** `gatewayresponse.header.NAME` → literal value (the single quotes taken off). */
  readonly responseParameters: Readonly<Record<string, string>>;
  /** `gatewayresponse.header.NAME` → where its value comes from: `method.request.header.Origin`. @default none */
  readonly mappedParameters?: Readonly<Record<string, string>>;
  readonly responseTemplates: Readonly<Record<string, string>>;
}
