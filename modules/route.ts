import { type AuthorizedRoute, assertAuthorizer, assertAuthorizerNames } from "./authorizer";
import type { ThrottleSettings } from "./config/limits";
import { assertHttp, type HttpIntegration } from "./http-integration";
import type { NodejsFunction } from "./nodejs-function";
import { UserError } from "./project";

/** One line of the API: what can be called, what the caller must show, and what answers. */
export interface Route extends AuthorizedRoute {
  readonly method: HttpMethod;
  /** The path below the stage, with `{parameters}`: `/products/{code}`. */
  readonly path: string;
  /** Whether `x-api-key` must carry the key of a client whose usage plan covers the stage. @default false */
  readonly apiKeyRequired?: boolean;
  /**
   * The schema that a body must match before the integration receives it: a JSON schema's (draft 4) path, relative to
   * the project.
   * @default anything
   */
  readonly bodySchema?: string;
  /** The limits of this method, in place of the stage's. @default those of the stage */
  readonly throttle?: ThrottleSettings;
  readonly integration: RouteIntegration;
}

const HTTP_METHODS = ["DELETE", "GET", "HEAD", "OPTIONS", "PATCH", "POST", "PUT"] as const;

export type HttpMethod = (typeof HTTP_METHODS)[number];

export function isMethod(text: string): text is HttpMethod {
  return (HTTP_METHODS as readonly string[]).includes(text);
}

/**
 * A Lambda or an HTTP endpoint that gets the whole request, or a constant JSON body, with headers, that the gateway answers
 * itself.
 */
export type RouteIntegration = { readonly lambda: NodejsFunction } | HttpIntegration | MockIntegration;

export interface MockIntegration {
  readonly mock: MockBody;
  /** @default those of the API's own answers */
  readonly headers?: Readonly<Record<string, string>>;
}

export type MockBody = Readonly<Record<string, string | number | boolean>>;

/** The path segments of a route, `[]` for the root. */
export function pathSegments(path: string): readonly string[] {
  return path.split("/").filter((segment) => segment !== "");
}

/**
 * The tail of a route's `execute-api` ARN, `GET/products/*`. A path parameter becomes a wildcard, because the caller
 * chooses its value; without parameters the ARN is exact.
 * Source: https://docs.aws.amazon.com/apigateway/latest/developerguide/api-gateway-control-access-using-iam-policies-to-invoke-api.html
 */
export function routeArnTail(method: HttpMethod, path: string): string {
  return `${method}/${pathSegments(path)
    .map((segment) => (isParameter(segment) ? "*" : segment))
    .join("/")}`;
}

/**
 * Checks routes before anything is made of them.
 * @throws UserError that names the route and what is wrong with it
 */
export function assertRoutes(routes: readonly Route[]): void {
  const seen = new Set<string>();
  for (const route of routes) {
    const { method, path, throttle, integration } = route;
    const name = `${method} ${path}`;
    if (!isMethod(method)) {
      throw new UserError(
        `route '${name}': got method '${method}', expected one of ${HTTP_METHODS.join(", ")}`,
      );
    }
    if (!isPath(path)) {
      throw new UserError(`route '${name}': got path '${path}', expected /segments/and/{parameters}`);
    }
    if (seen.has(name)) throw new UserError(`route '${name}' is declared twice: keep one of them`);
    seen.add(name);
    if (throttle) assertThrottle(name, throttle);
    assertAuthorizer(name, route);
    if ("http" in integration) assertHttp(name, path, integration);
  }
  assertParameters(routes);
  assertAuthorizerNames(routes);
}

function assertThrottle(name: string, { rateLimit, burstLimit }: ThrottleSettings): void {
  if (rateLimit >= 0 && Number.isInteger(burstLimit) && burstLimit >= 0) return;
  throw new UserError(
    `route '${name}': got a throttle of ${rateLimit} a second and ${burstLimit} at once, expected numbers from 0, the second a whole one`,
  );
}

/** AWS lets a segment have one parameter, greedy or not, by one name; it would refuse a second one while deploying. */
function assertParameters(routes: readonly Route[]): void {
  const parameters = new Map<string, string>();
  for (const { method, path } of routes) {
    const segments = pathSegments(path);
    for (const [index, segment] of segments.entries()) {
      if (!isParameter(segment)) continue;
      const parent = `/${segments.slice(0, index).join("/")}`;
      const other = parameters.get(parent) ?? segment;
      parameters.set(parent, other);
      if (other === segment) continue;
      throw new UserError(
        `route '${method} ${path}': got ${segment} but another route has ${other}, expected one name for both`,
      );
    }
  }
}

/**
 * The path of a method in the settings of a stage, `~1products~1{code}/GET`, which Terraform hands on as it is.
 * Source: https://docs.aws.amazon.com/apigateway/latest/api/patch-operations.html and
 * https://github.com/hashicorp/terraform-provider-aws/issues/9738
 */
export function settingsPath({ method, path }: Route): string {
  return `${path.replaceAll("/", "~1")}/${method}`;
}

function isParameter(segment: string): boolean {
  return segment.startsWith("{");
}

function isPath(path: string): boolean {
  return (
    path === "/" || /^(?!$)(\/([A-Za-z0-9._~-]+|\{[A-Za-z0-9._-]+\}))*(\/\{[A-Za-z0-9._-]+\+\})?$/.test(path)
  );
}
