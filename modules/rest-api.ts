import { ApiGatewayIntegration } from "@cdktf/provider-aws/lib/api-gateway-integration";
import { ApiGatewayIntegrationResponse } from "@cdktf/provider-aws/lib/api-gateway-integration-response";
import { ApiGatewayMethod } from "@cdktf/provider-aws/lib/api-gateway-method";
import { ApiGatewayMethodResponse } from "@cdktf/provider-aws/lib/api-gateway-method-response";
import { ApiGatewayResource } from "@cdktf/provider-aws/lib/api-gateway-resource";
import { ApiGatewayRestApi } from "@cdktf/provider-aws/lib/api-gateway-rest-api";
import { LambdaPermission } from "@cdktf/provider-aws/lib/lambda-permission";
import { Construct } from "constructs";
import { ApiStage } from "./api-stage";
import { Authorizers } from "./authorizer";
import { BodyValidation, type ValidatedRoute } from "./body-validation";
import type { ThrottleSettings } from "./config/limits";
import { Cors } from "./cors";
import { dnsSuffix } from "./dns-suffix";
import { headerParameters } from "./header-parameters";
import { type HttpIntegration, httpArguments } from "./http-integration";
import type { NodejsFunction } from "./nodejs-function";
import { physicalName } from "./physical-name";
import { UserError } from "./project";
import {
  assertRoutes,
  type HttpMethod,
  isMethod,
  type MockBody,
  type MockIntegration,
  pathSegments,
  type Route,
  routeArnTail,
} from "./route";
import { refuseOldTls } from "./security-policy";
import type { DomainSettings } from "./settings";

export interface RestApiProps {
  readonly description: string;
  readonly region: string;
  /** The stage's name, which is the first segment of every URL. */
  readonly stageName: string;
  readonly routes: readonly Route[];
  /** The limits of each method, for all callers together. */
  readonly throttle: ThrottleSettings;
  /** Whether the stage writes access logs; the account needs a role for it (`AccountLogging`). */
  readonly accessLogs: boolean;
  /** How long CloudWatch keeps the access logs, in days. */
  readonly logRetentionInDays: number;
  /**
   * The origin whose pages may call the API from a browser, `https://shop.example.com`, or `*` for every page.
   * @default none: browsers hide the answers from pages of other origins
   */
  readonly allowOrigin?: string;
  /** The host name that callers use. @default the address that API Gateway gives the API */
  readonly domain?: DomainSettings;
  /** Whether the API answers on its domain alone. @default false */
  readonly disableExecuteApiEndpoint?: boolean;
}

/**
 * A REST API from routes: resources, methods, integrations and their responses, one Lambda permission a route, and
 * the deployment and stage that publish them.
 *
 * @example
 * const api = new RestApi(this, "api", {
 *   description: "Notes, stage dev",
 *   region: "us-east-1",
 *   stageName: "dev",
 *   throttle: { rateLimit: 50, burstLimit: 100 },
 *   accessLogs: false,
 *   logRetentionInDays: 14,
 *   routes: [
 *     { method: "GET", path: "/health", authorization: "NONE", integration: { mock: { status: "ok" } } },
 *     { method: "GET", path: "/notes/{id}", authorization: "AWS_IAM", integration: { lambda: getNote } },
 *   ],
 * });
 */
export class RestApi extends Construct {
  /**
   * Resources of the API that the stack declares elsewhere (a resource policy, an authorizer, a method) are published
   * too.
   */
  readonly restApiId: string;
  /** The API's name, which its metrics go by. */
  readonly apiName: string;
  readonly stageName: string;
  /** `https://ID.execute-api.REGION.amazonaws.com/STAGE`, or the domain: `https://api.example.com` */
  readonly stageUrl: string;
  /** The Lambdas of the routes, in the order of declaration. */
  readonly functions: readonly NodejsFunction[];

  private readonly routes: readonly Route[];
  private readonly restApi: ApiGatewayRestApi;
  private readonly resources = new Map<string, Scoped>();
  private readonly validation?: BodyValidation;
  private readonly authorizers: Authorizers;
  private readonly cors?: Cors;
  private clientsWithKeys = 0;

  constructor(scope: Construct, id: string, props: RestApiProps) {
    super(scope, id);
    assertRoutes(props.routes);
    this.stageName = props.stageName;
    this.restApi = new ApiGatewayRestApi(this, "rest-api", {
      name: physicalName(this, id),
      description: props.description,
      endpointConfiguration: { types: ["REGIONAL"] },
      disableExecuteApiEndpoint: props.disableExecuteApiEndpoint || undefined,
    });
    refuseOldTls(this.restApi);
    this.restApiId = this.restApi.id;
    this.apiName = this.restApi.name;
    this.stageUrl = props.domain
      ? `https://${props.domain.name}`
      : `https://${this.restApi.id}.execute-api.${props.region}.${dnsSuffix(props.region)}/${props.stageName}`;
    this.resources.set("", { scope: this, resourceId: this.restApi.rootResourceId });
    const { restApi } = this;
    const { allowOrigin } = props;
    if (allowOrigin !== undefined) {
      this.cors = new Cors(this, "cors", { restApi, routes: props.routes, allowOrigin });
    }
    this.routes = [...props.routes, ...(this.cors?.preflights ?? [])];
    this.functions = functionsOf(props.routes);
    for (const target of this.functions) this.cors?.bind(target);
    const validated = props.routes.filter(isValidated);
    if (validated.length > 0) {
      this.validation = new BodyValidation(this, "validation", {
        restApi,
        routes: validated,
        headers: this.cors?.headers,
      });
    }

    this.authorizers = new Authorizers(this, "authorizers", { restApi });
    for (const route of this.routes) this.addRoute(route);
    const stage = new ApiStage(this, "stage", {
      restApi: this.restApi,
      stageName: props.stageName,
      throttle: props.throttle,
      routes: props.routes,
      accessLogs: props.accessLogs,
      logRetentionInDays: props.logRetentionInDays,
    });
    // Resources that use the stage's name from here wait until the stage exists.
    this.publishedStageName = stage.stageName;
    this.accessLogName = stage.accessLogName;
    if (props.domain) {
      // Only stages with a domain load its bindings.
      const { CustomDomain }: typeof import("./custom-domain") = require("./custom-domain");
      const { restApiId } = this;
      new CustomDomain(this, "domain", { ...props.domain, restApiId, stageName: stage.stageName });
    }
    this.node.addValidation({ validate: () => this.routesWithoutKeys() });
  }

  /** The stage's name as the deployed stage has it: a reference, which makes its user wait for the stage. */
  readonly publishedStageName: string;
  /** The log group of the access logs, if they are enabled. */
  readonly accessLogName?: string;

  /** The `execute-api` ARN that matches every route of the stage. */
  get stageArn(): string {
    return `${this.restApi.executionArn}/${this.stageName}/*`;
  }

  /** The `execute-api` ARN of a declared route. @throws UserError if there is no such route */
  arnOf(method: HttpMethod, path: string): string {
    if (!this.routes.some((route) => route.method === method && route.path === path)) {
      throw new UserError(`no route '${method} ${path}' (have: ${this.routeNames().join(", ")})`);
    }
    return `${this.restApi.executionArn}/${this.stageName}/${routeArnTail(method, path)}`;
  }

  /** The ARNs of the declared signed routes of some methods, in the order of declaration. */
  signedArns(methods: readonly HttpMethod[]): readonly string[] {
    return this.routes
      .filter((route) => route.authorization === "AWS_IAM" && methods.includes(route.method))
      .map((route) => this.arnOf(route.method, route.path));
  }

  /**
   * Lets a function call one route of this API: its URL in an environment variable, and permission for only this route
   * in its role.
   */
  bindRoute(user: NodejsFunction, variable: string, method: HttpMethod, path: string): void {
    user.setEnvironment(variable, `${this.stageUrl}${path}`);
    user.allow({
      sid: "InvokeRoute",
      actions: ["execute-api:Invoke"],
      resources: [this.arnOf(method, path)],
    });
  }

  /** Declares that a client with a key is in a usage plan of the API's stage. */
  registerClient(): void {
    this.clientsWithKeys += 1;
  }

  private addRoute(route: Route): void {
    const resource = this.resourceAt(pathSegments(route.path));
    const scope = new Construct(resource.scope, route.method);
    const method = new ApiGatewayMethod(scope, "method", {
      restApiId: this.restApi.id,
      resourceId: resource.resourceId,
      httpMethod: route.method,
      ...this.authorizers.of(route),
      apiKeyRequired: route.apiKeyRequired ?? false,
      requestParameters: requiredPathParameters(route.path),
      ...(isValidated(route) ? this.validation?.of(route) : undefined),
    });
    const { integration } = route;
    if ("lambda" in integration) this.addLambda(scope, method, route, integration.lambda);
    else if ("http" in integration) this.addHttp(scope, method, route.method, integration);
    else this.addMock(scope, method, integration);
  }

  private addHttp(
    scope: Construct,
    method: ApiGatewayMethod,
    httpMethod: HttpMethod,
    integration: HttpIntegration,
  ): void {
    new ApiGatewayIntegration(scope, "integration", {
      ...methodKey(method),
      ...httpArguments(httpMethod, integration),
    });
  }

  private addLambda(scope: Construct, method: ApiGatewayMethod, route: Route, target: NodejsFunction): void {
    new LambdaPermission(scope, "permission", {
      // Terraform makes it unique: a path can be too long for it, and two paths can differ only in characters that it
      // cannot contain.
      statementIdPrefix: `api-${route.method}-`,
      action: "lambda:InvokeFunction",
      functionName: target.functionName,
      principal: "apigateway.amazonaws.com",
      sourceArn: this.arnOf(route.method, route.path),
    });
    new ApiGatewayIntegration(scope, "integration", {
      ...methodKey(method),
      type: "AWS_PROXY",
      // How API Gateway calls Lambda, not how the client calls: Lambda's Invoke is a POST.
      integrationHttpMethod: "POST",
      uri: target.invokeArn,
    });
  }

  private addMock(
    scope: Construct,
    method: ApiGatewayMethod,
    { mock, headers = this.cors?.headers }: MockIntegration,
  ): void {
    const parameters = headers && headerParameters("method.response", headers);
    const integration = new ApiGatewayIntegration(scope, "integration", {
      ...methodKey(method),
      type: "MOCK",
      passthroughBehavior: "WHEN_NO_MATCH",
      requestTemplates: { "application/json": JSON.stringify({ statusCode: 200 }) },
    });
    const methodResponse = new ApiGatewayMethodResponse(scope, "response", {
      ...methodKey(method),
      statusCode: "200",
      responseModels: { "application/json": "Empty" },
      // Whether a header is required: not that API Gateway looked.
      responseParameters:
        parameters && Object.fromEntries(Object.keys(parameters).map((name) => [name, false])),
    });
    new ApiGatewayIntegrationResponse(scope, "integration-response", {
      ...methodKey(method),
      statusCode: methodResponse.statusCode,
      responseTemplates: { "application/json": mockText(mock) },
      responseParameters: parameters,
      dependsOn: [integration],
    });
  }

  /** The resource of a path, created with its parents if it does not exist yet. */
  private resourceAt(segments: readonly string[]): Scoped {
    const path = segments.map((segment) => `/${segment}`).join("");
    const known = this.resources.get(path);
    if (known) return known;
    const parent = this.resourceAt(segments.slice(0, -1));
    const pathPart = segments.at(-1) as string;
    const scope = new Construct(parent.scope, constructId(pathPart));
    const resource = new ApiGatewayResource(scope, "resource", {
      restApiId: this.restApi.id,
      parentId: parent.resourceId,
      pathPart,
    });
    const made = { scope, resourceId: resource.id };
    this.resources.set(path, made);
    return made;
  }

  private routesWithoutKeys(): string[] {
    if (this.clientsWithKeys > 0) return [];
    return this.routes
      .filter((route) => route.apiKeyRequired)
      .map(
        (route) =>
          `route '${route.method} ${route.path}' needs an API key, but no client's usage plan covers stage ` +
          `'${this.stageName}': no client could call it. Add a client (ApiClients), or remove apiKeyRequired.`,
      );
  }

  private routeNames(): string[] {
    return this.routes.map((route) => `${route.method} ${route.path}`);
  }
}

function isValidated(route: Route): route is ValidatedRoute {
  return route.bodySchema !== undefined;
}

/** A resource of the API, and the construct that its methods and children live in. */
interface Scoped {
  readonly scope: Construct;
  readonly resourceId: string;
}

/** The construct ids of this module; a path can have segments with these names too. */
const OWN_IDS: ReadonlySet<string> = new Set([
  "authorizers",
  "cors",
  "domain",
  "resource",
  "rest-api",
  "stage",
  "validation",
]);

/** The id of a path segment's construct: the segment, with a colon (which no path has) if that id is in use. */
function constructId(pathPart: string): string {
  return OWN_IDS.has(pathPart) || isMethod(pathPart) ? `:${pathPart}` : pathPart;
}

/** The arguments by which a method's resources refer to it; read from the method, so that they wait for it. */
function methodKey(method: ApiGatewayMethod): { restApiId: string; resourceId: string; httpMethod: string } {
  return { restApiId: method.restApiId, resourceId: method.resourceId, httpMethod: method.httpMethod };
}

function requiredPathParameters(path: string): Record<string, boolean> | undefined {
  const names = [...path.matchAll(/\{([^+}]+)\+?\}/g)].map((match) => match[1]);
  if (names.length === 0) return undefined;
  return Object.fromEntries(names.map((name) => [`method.request.path.${name}`, true]));
}

/** The body as people write JSON, `{"message": "success"}`, with a space after each colon. */
function mockText(body: MockBody): string {
  const members = Object.entries(body).map(
    ([name, value]) => `${JSON.stringify(name)}: ${JSON.stringify(value)}`,
  );
  return `{${members.join(", ")}}`;
}

function functionsOf(routes: readonly Route[]): readonly NodejsFunction[] {
  const functions = routes.flatMap(({ integration }) =>
    "lambda" in integration ? [integration.lambda] : [],
  );
  return [...new Set(functions)];
}
