import type { PolicyDocument } from "#iam/policy";

/**
 * Everything that the local gateway knows of a stack, read from its synthesized Terraform: what AWS would hold after
 * an apply, with local values for what AWS would assign. Every part keeps the Terraform address it came from, so that
 * a log line or a refusal can name it.
 */
export interface Model {
  readonly partition: string;
  readonly region: string;
  readonly accountId: string;
  readonly api: RestApi;
  readonly functions: readonly LambdaFunction[];
  readonly tables: readonly Table[];
  readonly principals: readonly Principal[];
  readonly apiKeys: readonly ApiKey[];
  readonly usagePlans: readonly UsagePlan[];
  /** The stack's outputs, resolved; `sensitive` ones included. */
  readonly outputs: Readonly<Record<string, Output>>;
  /** Addresses of resources that are understood and have no effect locally (log retention, alarms, …). */
  readonly withoutLocalEffect: readonly string[];
}

export interface Output {
  readonly value: unknown;
  readonly sensitive: boolean;
}

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
  /** What generated clients call the method. */
  readonly operationName?: string;
  readonly authorization: "NONE" | "AWS_IAM";
  readonly apiKeyRequired: boolean;
  /** `method.request.{querystring|header|path}.NAME` → whether it is required; enforced only by `validator.parameters`. */
  readonly requestParameters: Readonly<Record<string, boolean>>;
  readonly validator: { readonly body: boolean; readonly parameters: boolean };
  /** Content type → JSON schema (draft 4), parsed; enforced only by `validator.body`. */
  readonly requestModels: Readonly<Record<string, unknown>>;
  /** Models that {@link requestModels} refer to, at first or second hand: URL of the `$ref` → JSON schema. @default none */
  readonly referredModels?: Readonly<Record<string, unknown>>;
  readonly integration: Integration;
}

export type Integration = LambdaProxyIntegration | MockIntegration;

export interface LambdaProxyIntegration {
  readonly type: "AWS_PROXY";
  readonly address: string;
  readonly functionArn: string;
  /** The integration's own HTTP method; anything but `POST` is answered with 500, as on AWS. */
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

/** A token bucket: `burst` tokens at most, `rate` tokens a second. */
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

export interface LambdaFunction {
  readonly address: string;
  readonly name: string;
  readonly arn: string;
  readonly roleArn: string;
  /** Absolute path of the deployment package (zip). */
  readonly packagePath: string;
  /** `index.handler` */
  readonly handler: string;
  readonly runtime: string;
  readonly memoryMegabytes: number;
  readonly timeoutSeconds: number;
  readonly environment: Readonly<Record<string, string>>;
  readonly logGroup: string;
  /** Who may invoke it: from its `aws_lambda_permission`s. */
  readonly permissions: readonly InvokePermission[];
}

export interface InvokePermission {
  readonly address: string;
  /** `apigateway.amazonaws.com` */
  readonly principal: string;
  readonly action: string;
  /** Wildcards allowed; without one every source may invoke. */
  readonly sourceArn?: string;
  readonly sourceAccount?: string;
}

export interface Table {
  readonly address: string;
  readonly name: string;
  readonly arn: string;
  readonly hashKey: string;
  readonly rangeKey?: string;
  readonly attributes: readonly { readonly name: string; readonly type: "S" | "N" | "B" }[];
  readonly globalSecondaryIndexes: readonly SecondaryIndex[];
  readonly localSecondaryIndexes: readonly SecondaryIndex[];
}

export interface SecondaryIndex {
  readonly name: string;
  readonly hashKey: string;
  readonly rangeKey?: string;
  readonly projectionType: "ALL" | "KEYS_ONLY" | "INCLUDE";
  readonly nonKeyAttributes: readonly string[];
}

/** A role or user of the stack: who may sign. */
export interface Principal {
  readonly address: string;
  readonly kind: "role" | "user";
  /** The physical name: `signed-inventory-dev-reader`. */
  readonly name: string;
  readonly arn: string;
  /** What AWS calls the unique id: `AROA…`, `AIDA…`. */
  readonly uniqueId: string;
  readonly identityPolicies: readonly NamedPolicy[];
  readonly permissionsBoundary?: NamedPolicy;
  /** Who may assume the role. */
  readonly trustPolicy?: NamedPolicy;
  readonly tags: Readonly<Record<string, string>>;
  /** A user's long-term keys that the stack declares. */
  readonly accessKeys?: readonly AccessKey[];
}

export interface AccessKey {
  readonly address: string;
  /** `AKIA…` */
  readonly id: string;
  /** The secret; never logged. */
  readonly secret: string;
  readonly active: boolean;
}

export interface NamedPolicy {
  readonly address: string;
  readonly name: string;
  readonly document: PolicyDocument;
}

export interface ApiKey {
  readonly address: string;
  readonly id: string;
  readonly name: string;
  /** The secret; never logged. */
  readonly value: string;
  readonly enabled: boolean;
}

export interface UsagePlan {
  readonly address: string;
  readonly id: string;
  readonly name: string;
  readonly apiStages: readonly PlanStage[];
  readonly throttle?: Throttle;
  readonly quota?: Quota;
  readonly apiKeyIds: readonly string[];
}

export interface PlanStage {
  readonly apiId: string;
  readonly stage: string;
  /** Throttles by `/products/GET`: path template, slash, method. */
  readonly methodThrottles: Readonly<Record<string, Throttle>>;
}

export interface Quota {
  readonly limit: number;
  readonly period: "DAY" | "WEEK" | "MONTH";
  /** Requests already taken off in the first period. */
  readonly offset: number;
}
