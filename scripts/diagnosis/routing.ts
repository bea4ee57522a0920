import { compileRoutes } from "#gateway/gates/match";
import { describeNearest, describeRoute } from "#gateway/gates/nearest-route";
import { segmentsOf } from "#gateway/gates/path-template";
import { isRefusal } from "#gateway/refusal";
import type { RestApi } from "#model/rest-api";
import { headerValue, type RawRequest } from "#sigv4/request";
import { splitTarget } from "#sigv4/target";
import type { Diagnosis } from "./diagnosis";
import type { LookedUp } from "./observed";
import type { Refused } from "./refused";
import { isSigned } from "./signer";

/**
 * `Missing Authentication Token`, which API Gateway says of a request that is not signed and of a route that does not
 * exist alike: the routes tell which of the two it is.
 */
export function diagnoseRouting({ message, errorType, observed }: Refused): Diagnosis | undefined {
  if (message !== "Missing Authentication Token" && errorType !== "MissingAuthenticationTokenException") {
    return undefined;
  }
  const { request, lookedUp } = observed;
  if (request && lookedUp?.api) return besideRoutes(request, lookedUp.api, lookedUp);
  if (request && isSigned(request)) {
    return {
      gate: "route",
      fault: "no-such-route",
      cause:
        "The request is signed, so the stage has no such path or method, its deployment is older than the route, or a proxy took the Authorization header away.",
      advice: `Compare ${request.method} and the path, stage included, with the deployed routes (make routes), and deploy again after a change of routes.`,
    };
  }
  return {
    gate: "route",
    fault: "not-signed-or-no-such-route",
    cause: `API Gateway says this both of an unsigned request to an AWS_IAM route and of a route that does not exist.${request ? keyIsNoSignature(request) : ""}`,
    advice:
      "Check method and path, stage included, and whether the stage was deployed since the route was added; if they are right, sign the request, and see that the variables for credentials or token have values.",
  };
}

// ---------------------------------------------------------------------------------------------------- internal

function keyIsNoSignature({ headers }: RawRequest): string {
  return headerValue(headers, "x-api-key") === undefined
    ? ""
    : " The API key that it has takes no signature's place.";
}

function besideRoutes(request: RawRequest, api: RestApi, { source }: LookedUp): Diagnosis {
  const match = compileRoutes(api)(request);
  const method = headerValue(request.headers, "x-http-method-override") || request.method;
  if (isRefusal(match)) {
    const path = splitTarget(request.target).path.replace(/^\/+[^/]*/, "") || "/";
    const stage = match.stage?.name;
    if (stage !== undefined && (path === `/${stage}` || path.startsWith(`/${stage}/`))) {
      return {
        gate: "route",
        fault: "no-such-route",
        cause: `The stage stands twice in the path: there is no ${method} ${path} in stage ${stage}.`,
        advice: `Leave out one of them: ${method} ${path.slice(stage.length + 1) || "/"}.`,
      };
    }
    return {
      gate: "route",
      fault: "no-such-route",
      cause: `There is no ${method} ${path} in ${stage === undefined ? source : `stage ${stage}`}: ${describeNearest(method, segmentsOf(path), api.routes)}.`,
      advice: "Call a route that exists; make routes lists them.",
    };
  }
  const route = describeRoute(match.route);
  if (match.route.authorization === "AWS_IAM" && !isSigned(request)) {
    const scheme = headerValue(request.headers, "authorization");
    return {
      gate: "signature",
      fault: scheme === undefined ? "not-signed" : "not-sigv4",
      cause: `${route} exists and expects a signature, and the request ${scheme === undefined ? "has none" : "is authorized in another scheme"}.${keyIsNoSignature(request)}`,
      advice: "Sign it with Signature Version 4, with credentials that may invoke the route.",
    };
  }
  if (headerValue(request.headers, "x-http-method-override") !== undefined) {
    return {
      gate: "signature",
      fault: "not-signed",
      cause: `X-HTTP-Method-Override makes this ${match.httpMethod}, and the signature does not cover it.`,
      advice: `Send ${match.httpMethod} as the method itself, or sign the header.`,
    };
  }
  return {
    gate: "route",
    fault: "not-deployed",
    cause: `${route} is in ${source}, but the stage that answered does not have it: its deployment is older, or a proxy changed the path or took the Authorization header away.`,
    advice:
      "Deploy the stage again (a deployment is a snapshot of the routes), and call the gateway without proxies.",
  };
}
