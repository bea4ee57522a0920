import { UserError } from "./project";

/**
 * An HTTP endpoint that gets the whole request and whose answer is the API's, headers included.
 * Source: https://docs.aws.amazon.com/apigateway/latest/developerguide/setup-http-integrations.html
 */
export interface HttpIntegration {
  /** Its URL; `{name}` stands for the value of the route's path parameter: `https://partner.example.com/v1/{id}`. */
  readonly http: string;
  /** How it is called. @default as the route is */
  readonly httpMethod?: string;
  /** How long API Gateway waits for its answer, from 50 to 29000. @default 29000 */
  readonly timeoutInMilliseconds?: number;
}

/** What the integration of a method has to have. */
export function httpArguments(method: string, integration: HttpIntegration) {
  const names = placeholders(integration.http);
  return {
    type: "HTTP_PROXY",
    uri: integration.http,
    integrationHttpMethod: integration.httpMethod ?? method,
    timeoutMilliseconds: integration.timeoutInMilliseconds,
    requestParameters:
      names.length === 0
        ? undefined
        : Object.fromEntries(
            names.map((name) => [`integration.request.path.${name}`, `method.request.path.${name}`]),
          ),
  };
}

/**
 * @param name - the route's, for the message
 * @throws UserError if API Gateway could not call it, or not without being overheard
 */
export function assertHttp(name: string, path: string, integration: HttpIntegration): void {
  const { http, httpMethod, timeoutInMilliseconds: timeout = 29_000 } = integration;
  if (!http.startsWith("https://") || !URL.canParse(http)) {
    throw new UserError(`route '${name}': got the endpoint '${http}', expected https://HOST/PATH`);
  }
  for (const placeholder of placeholders(http)) {
    if (path.includes(`{${placeholder}}`) || path.includes(`{${placeholder}+}`)) continue;
    throw new UserError(
      `route '${name}': got {${placeholder}} in the endpoint, expected a parameter of the route's path`,
    );
  }
  if (httpMethod !== undefined && !/^(DELETE|GET|HEAD|OPTIONS|PATCH|POST|PUT)$/.test(httpMethod)) {
    throw new UserError(`route '${name}': got httpMethod '${httpMethod}', expected one such as POST`);
  }
  if (!Number.isInteger(timeout) || timeout < 50 || timeout > 29_000) {
    throw new UserError(
      `route '${name}': got ${timeout} timeoutInMilliseconds, expected a whole number from 50 to 29000`,
    );
  }
}

// ---------------------------------------------------------------------------------------------------- internal

function placeholders(url: string): readonly string[] {
  return [...url.matchAll(/\{([^}]*)\}/g)].map(([, name = ""]) => name);
}
