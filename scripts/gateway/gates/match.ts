import { HTTP_METHODS, type RestApi, type Route, type Stage } from "#model/rest-api";
import { headerValue, type RawRequest } from "#sigv4/request";
import { splitTarget } from "#sigv4/target";
import { clip } from "#text/printable";
import { isRefusal, type Refusal } from "../refusal";
import { compileDomains, type MappedRequest } from "./custom-domain";
import { describeNearest } from "./nearest-route";
import { segmentKind, segmentsOf } from "./path-template";

/** What a request turned out to address. Its path and parameters are as they came: nothing is decoded. */
export interface Matched<R extends Route = Route> {
  readonly stage: Stage;
  readonly route: R;
  /** The method that every later gate decides on: the one on the request line, or what replaced it. Never `ANY`. */
  readonly httpMethod: string;
  readonly pathParameters: Readonly<Record<string, string>>;
  /** The path after the stage, as the event's `path` and the method ARN show it: `/products/a1`. */
  readonly path: string;
  /** The path with the stage, as `requestContext.path` shows it: `/dev/products/a1`; on a custom domain the whole path. */
  readonly stagePath: string;
  /** The path as the event's `path` shows it: on a custom domain the whole one, base path included. */
  readonly eventPath: string;
  /** The raw path after the stage, with every slash: what policies are about. */
  readonly rawPath: string;
  /** Whether the Host header names a custom domain of the API. */
  readonly isOnDomain: boolean;
}

/**
 * No route matches the request. With a `stage` the path or method is not deployed in it: then an `Authorization`
 * header, if there is one, must still parse, and its refusal comes before this one (behaviour page, section 1.2).
 */
interface Unmatched extends Refusal {
  readonly stage?: Stage;
}

export type Matcher<R extends Route> = (
  request: Pick<RawRequest, "method" | "target" | "headers">,
) => Matched<R> | Unmatched;

/**
 * Prepares an API's routes, once for each model. The returned function finds the stage, resource and method of a
 * request in microseconds and never throws.
 *
 * A static segment beats `{parameter}`, which beats `{proxy+}`, and a named method beats `ANY`; if the more specific
 * resource lacks the method, the next one is tried. Static segments and the stage are compared with the path as
 * received: whether AWS decodes `%70roducts` first is not known, and without decoding no request can bypass a route.
 *
 * `X-HTTP-Method-Override` replaces the method, as the documentation's known issues say, and does so here, before the
 * match, so that every gate guards the method that will run. The signature gate checks whether the header was signed.
 *
 * Source: https://docs.aws.amazon.com/apigateway/latest/developerguide/api-gateway-known-issues.html
 */
export function compileRoutes<R extends Route>(
  api: Pick<RestApi, "stages" | "domains"> & { readonly routes: readonly R[] },
): Matcher<R> {
  const stages = new Map(api.stages.map((stage) => [stage.name, stage]));
  const root = buildTree(api.routes);
  const mapDomain = compileDomains(api.domains ?? []);

  return ({ method, target, headers }) => {
    const { path } = splitTarget(target);
    const mapped = mapDomain(headerValue(headers, "host"), path);
    if (mapped && isRefusal(mapped)) return mapped;
    const location = mapped ? locateMapped(path, mapped) : locate(path);
    const stage = stages.get(location.stageName);
    if (!stage) return unknownStage(location.stageName, api.stages);

    const httpMethod = headerValue(headers, "x-http-method-override") || method;
    const segments = segmentsOf(location.path);
    const found = findRoute(root, segments, 0, httpMethod);
    if (!found) return unknownRoute(stage, httpMethod, location.path, segments, api.routes);
    return {
      stage,
      route: found.route,
      httpMethod,
      pathParameters: found.readParameters(segments),
      path: location.path,
      stagePath: location.stagePath,
      eventPath: mapped ? location.stagePath : location.path,
      rawPath: location.rawPath,
      isOnDomain: mapped !== undefined,
    };
  };
}

// ---------------------------------------------------------------------------------------------------- internal

const METHODS: ReadonlySet<string> = new Set(HTTP_METHODS);

interface Location {
  readonly stageName: string;
  readonly path: string;
  readonly stagePath: string;
  readonly rawPath: string;
}

/**
 * The location on a custom domain. As AWS shows it, the paths of the event are the whole path, and have a stage in them only if
 * the client wrote one.
 * Source: https://github.com/localstack/localstack/pull/12296
 */
function locateMapped(rawPath: string, { stage, rest }: MappedRequest): Location {
  const stagePath = `/${rawPath.slice(skipSlashes(rawPath, 0))}`;
  if (stage === undefined) return { ...locate(rest), stagePath };
  return { stageName: stage, path: `/${rest.slice(skipSlashes(rest, 0))}`, rawPath: rest, stagePath };
}

/** `//dev//products/` → stage `dev`, path `/products/`, path with stage `/dev//products/`. */
function locate(rawPath: string): Location {
  const start = skipSlashes(rawPath, 0);
  const end = rawPath.indexOf("/", start);
  const stageEnd = end < 0 ? rawPath.length : end;
  return {
    // A target such as `*` has no leading slash and addresses no stage.
    stageName: start === 0 ? "" : rawPath.slice(start, stageEnd),
    path: `/${rawPath.slice(skipSlashes(rawPath, stageEnd))}`,
    stagePath: `/${rawPath.slice(start)}`,
    rawPath: rawPath.slice(stageEnd),
  };
}

function skipSlashes(text: string, from: number): number {
  let index = from;
  while (text[index] === "/") index++;
  return index;
}

interface CompiledRoute<R> {
  readonly route: R;
  readonly readParameters: (segments: readonly string[]) => Readonly<Record<string, string>>;
}

/** A point in the tree of path templates, reached by the segments before it. */
interface Node<R> {
  readonly children: Map<string, Node<R>>;
  parameter?: Node<R>;
  /** Methods of the resource that ends here. */
  readonly methods: Map<string, CompiledRoute<R>>;
  /** Methods of the `{proxy+}` resource below. */
  readonly greedyMethods: Map<string, CompiledRoute<R>>;
}

function newNode<R>(): Node<R> {
  return { children: new Map(), methods: new Map(), greedyMethods: new Map() };
}

function buildTree<R extends Route>(routes: readonly R[]): Node<R> {
  const root = newNode<R>();
  // Sorted, so that of two templates that differ only in parameter names the same one always wins (AWS allows only one
  // variable child per resource).
  for (const route of [...routes].sort(byPathAndAddress)) {
    methodsAt(root, segmentsOf(route.resourcePath)).set(route.httpMethod, {
      route,
      readParameters: parameterReader(route.resourcePath),
    });
  }
  return root;
}

/** The node that holds the methods of a path template; missing nodes on the way are added. */
function methodsAt<R>(root: Node<R>, template: readonly string[]): Map<string, CompiledRoute<R>> {
  let node = root;
  for (const segment of template) {
    const kind = segmentKind(segment);
    if (kind === "greedy") return node.greedyMethods;
    node = kind === "static" ? childOf(node, segment) : parameterOf(node);
  }
  return node.methods;
}

function byPathAndAddress(a: Route, b: Route): number {
  return compareText(a.resourcePath, b.resourcePath) || compareText(a.address, b.address);
}

function compareText(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

function childOf<R>(node: Node<R>, segment: string): Node<R> {
  let child = node.children.get(segment);
  if (!child) {
    child = newNode();
    node.children.set(segment, child);
  }
  return child;
}

function parameterOf<R>(node: Node<R>): Node<R> {
  node.parameter ??= newNode();
  return node.parameter;
}

function parameterReader(resourcePath: string): CompiledRoute<Route>["readParameters"] {
  const parameters = segmentsOf(resourcePath).flatMap((segment, index) => {
    const kind = segmentKind(segment);
    return kind === "static"
      ? []
      : [{ index, greedy: kind === "greedy", name: segment.replace(/^\{|\+?\}$/g, "") }];
  });
  return (segments) =>
    Object.fromEntries(
      parameters.map(({ name, index, greedy }) => [
        name,
        greedy ? segments.slice(index).join("/") : (segments[index] ?? ""),
      ]),
    );
}

/** Depth first, most specific branch first; every node is visited at most once. */
function findRoute<R>(
  node: Node<R>,
  segments: readonly string[],
  index: number,
  method: string,
): CompiledRoute<R> | undefined {
  const segment = segments[index];
  if (segment === undefined) return routeFor(node.methods, method);
  const child = node.children.get(segment);
  return (
    (child && findRoute(child, segments, index + 1, method)) ??
    // Whether an empty segment fills a `{parameter}` on AWS is not known: here it does not.
    (segment !== "" && node.parameter ? findRoute(node.parameter, segments, index + 1, method) : undefined) ??
    routeFor(node.greedyMethods, method)
  );
}

function routeFor<R>(methods: Map<string, CompiledRoute<R>>, method: string): CompiledRoute<R> | undefined {
  // Checked first: `ANY` is not a valid method of a request.
  return METHODS.has(method) ? (methods.get(method) ?? methods.get("ANY")) : undefined;
}

function unknownStage(name: string, stages: readonly Stage[]): Refusal {
  const have = stages.map((stage) => stage.name).join(", ");
  return {
    gate: "route",
    response: "DEFAULT_4XX",
    errorType: "ForbiddenException",
    message: "Forbidden",
    reason: `no stage '${clip(name, LONGEST_SHOWN)}' (have: ${have}); a path starts with its stage: /${stages[0]?.name ?? "STAGE"}/…`,
  };
}

function unknownRoute(
  stage: Stage,
  method: string,
  path: string,
  segments: readonly string[],
  routes: readonly Route[],
): Unmatched {
  return {
    stage,
    gate: "route",
    response: "MISSING_AUTHENTICATION_TOKEN",
    errorType: "MissingAuthenticationTokenException",
    message: "Missing Authentication Token",
    reason: `no route ${clip(method, LONGEST_SHOWN)} ${clip(path, LONGEST_SHOWN)}; ${describeNearest(method, segments, routes)}`,
  };
}

/** The part of a client's text that a line of the log shows. */
const LONGEST_SHOWN = 200;
