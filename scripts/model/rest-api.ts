import type { NamedPolicy } from "#iam/identity";

export interface RestApi {
  readonly address: string;
  readonly id: string;
  readonly name: string;
  readonly binaryMediaTypes: readonly string[];
  /** Whether AWS puts CloudFront in front of it, as it does with every API that is not regional. @default false */
  readonly edgeOptimized?: boolean;
  readonly policy?: NamedPolicy;
  readonly routes: readonly Route[];
  readonly stages: readonly Stage[];
  readonly gatewayResponses: readonly CustomGatewayResponse[];
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
  readonly authorization: "NONE" | "AWS_IAM";
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
}

export type Integration = LambdaProxyIntegration | MockIntegration;

export interface LambdaProxyIntegration {
  readonly type: "AWS_PROXY";
  readonly address: string;
  readonly functionArn: string;
  /** The HTTP method of the integration; any method other than `POST` answers 500, as on AWS. */
  readonly integrationHttpMethod: string;
  readonly timeoutMilliseconds: number;
  /** Who invokes the function: a role that API Gateway assumes, or the caller. @default API Gateway itself */
  readonly credentials?: { readonly kind: "role"; readonly roleArn: string } | { readonly kind: "caller" };
}

export interface MockIntegration {
  readonly type: "MOCK";
  readonly address: string;
  readonly passthroughBehavior: "WHEN_NO_MATCH" | "WHEN_NO_TEMPLATES" | "NEVER";
  /** Makes text of a body that is binary to the API, so that templates take it. */
  readonly contentHandling?: "CONVERT_TO_TEXT";
  /** Content type → literal template (no VTL). */
  readonly requestTemplates: Readonly<Record<string, string>>;
  readonly responses: readonly MockResponse[];
}

export interface MockResponse {
  readonly address: string;
  readonly statusCode: number;
  /** A regular expression over the mocked status; the entry without one is the default. */
  readonly selectionPattern?: string;
  /** `method.response.header.NAME` → literal value (the single quotes taken off). */
  readonly responseParameters: Readonly<Record<string, string>>;
  /** Content type → literal template (no VTL). */
  readonly responseTemplates: Readonly<Record<string, string>>;
}

export interface Stage {
  readonly address: string;
  readonly name: string;
  readonly deploymentId: string;
  readonly variables: Readonly<Record<string, string>>;
  /** Throttles by method path as `aws_api_gateway_method_settings` names them: all methods (star, slash, star) or `products/GET`. */
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
