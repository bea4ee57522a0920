import { ApiGatewayGatewayResponse } from "@cdktf/provider-aws/lib/api-gateway-gateway-response";
import type { ApiGatewayRestApi } from "@cdktf/provider-aws/lib/api-gateway-rest-api";
import { Construct } from "constructs";
import { headerParameters } from "./header-parameters";
import type { NodejsFunction } from "./nodejs-function";
import { UserError } from "./project";
import type { Route } from "./route";

export interface CorsProps {
  readonly restApi: ApiGatewayRestApi;
  readonly routes: readonly Route[];
  /** The origin whose pages may read the API's answers, `https://shop.example.com`, or `*` for every page. */
  readonly allowOrigin: string;
}

/**
 * Cross-origin resource sharing: the request that a browser sends to an API before a page of another origin may call
 * it, and the headers that it requires before that page may read an answer, including a refusal. It protects users from
 * pages, not the API from callers: every call still has to pass the gates.
 *
 * Sources: https://fetch.spec.whatwg.org/#http-cors-protocol
 * https://docs.aws.amazon.com/apigateway/latest/developerguide/how-to-cors.html
 */
export class Cors extends Construct {
  /** The answers to preflight requests, for each path that has none. */
  readonly preflights: readonly Route[];
  /** The headers that the gateway's own answers need, whether it lets a request through or refuses it. */
  readonly headers: Readonly<Record<string, string>>;

  private readonly allowOrigin: string;

  /** @throws UserError if a browser would never send such an origin */
  constructor(scope: Construct, id: string, { restApi, routes, allowOrigin }: CorsProps) {
    super(scope, id);
    assertOrigin(allowOrigin);
    this.allowOrigin = allowOrigin;
    this.headers = {
      "Access-Control-Allow-Origin": allowOrigin,
      // Why it was refused, what to quote to AWS, and the time, for a caller whose clock is wrong.
      "Access-Control-Expose-Headers": "Date,x-amzn-ErrorType,x-amzn-RequestId",
    };
    this.preflights = preflightRoutes(routes, allowOrigin);
    for (const responseType of ["DEFAULT_4XX", "DEFAULT_5XX"]) {
      new ApiGatewayGatewayResponse(this, responseType, {
        restApiId: restApi.id,
        responseType,
        responseParameters: headerParameters("gatewayresponse", this.headers),
      });
    }
  }

  /** Passes the allowed origins to a function, because API Gateway adds no headers to a Lambda's answer. */
  bind(target: NodejsFunction): void {
    target.setEnvironment("allow_origin", this.allowOrigin);
  }
}

function assertOrigin(origin: string): void {
  if (origin === "*" || (ORIGIN.test(origin) && URL.canParse(origin) && new URL(origin).origin === origin))
    return;
  throw new UserError(
    `allowOrigin: got '${origin}', expected an origin such as https://shop.example.com, with no slash at its end, ` +
      "or * for every page",
  );
}

/** A browser compares its origin exactly; the only pattern that it supports is `*`. */
const ORIGIN = /^https?:\/\/[a-z0-9.:[\]-]+$/;

/** The browser's question carries neither a signature nor a key, so these routes are open; they answer a constant. */
function preflightRoutes(routes: readonly Route[], allowOrigin: string): readonly Route[] {
  const methodsOf = (path: string) =>
    routes.filter((route) => route.path === path).map(({ method }) => method);
  return [...new Set(routes.map(({ path }) => path))]
    .filter((path) => !methodsOf(path).includes("OPTIONS"))
    .map((path) => ({
      method: "OPTIONS",
      path,
      authorization: "NONE",
      integration: {
        mock: {},
        headers: {
          "Access-Control-Allow-Origin": allowOrigin,
          "Access-Control-Allow-Methods": methodsOf(path).join(","),
          "Access-Control-Allow-Headers": REQUEST_HEADERS.join(","),
          // Two hours, the longest that Chromium remembers.
          "Access-Control-Max-Age": "7200",
        },
      },
    }));
}

/** The headers for signatures, API keys and JSON. A `*` would not include `Authorization`. */
const REQUEST_HEADERS = [
  "Authorization",
  "Content-Type",
  "X-Amz-Content-Sha256",
  "X-Amz-Date",
  "X-Amz-Security-Token",
  "X-Api-Key",
];
