import type { HttpIntegration, HttpProxyIntegration } from "#model/rest-api";
import type { HeaderLine } from "#sigv4/request";
import { headerValue } from "#sigv4/request";
import type { SendUpstream, UpstreamAnswer, UpstreamFailure } from "#upstream/send";
import type { GatewayCall } from "../call";
import type { HttpAnswer } from "../http/message";
import { idHeaders, isSendable, sentHeaderName } from "../http/response-headers";
import { firstType, isBinaryType } from "../media-type";
import type { Refusal } from "../refusal";
import { configurationFailure, networkFailure, timeoutFailure } from "./integration-failures";
import type { Backend } from "./mapped/compile";
import { convertResponse } from "./mapped/content";
import { endpointHeaders, refuseHeaders } from "./mapped/headers";
import { compileParameters, headerLinesOf } from "./mapped/parameters";
import { RequestSources } from "./mapped/sources";
import { renderUri, withQuery } from "./mapped/uri";

/** An HTTP endpoint behind mappings and templates. */
export function httpBackend(integration: HttpIntegration, send: SendUpstream): Backend {
  return async ({ call, path, query, stageVariables, headers, body }) => {
    const answer = await send({
      method: methodOf(integration, call),
      url: withQuery(renderUri(integration.uri, path, stageVariables), query),
      headers: endpointHeaders(headers, call),
      body: bodyFor(methodOf(integration, call), Buffer.from(body)),
      timeoutMilliseconds: integration.timeoutMilliseconds,
    });
    if (answer.kind !== "answer") return upstreamRefusal(integration, answer);
    return { selection: String(answer.status), headers: answer.headers, body: answer.body };
  };
}

/**
 * Prepares an HTTP proxy integration: what the client sent goes on, with what mappings add, and what the endpoint answers comes
 * back. The headers of both are those that were recorded.
 * Source: https://github.com/localstack/localstack/blob/8b9a79f05846835cf4dff63ab7eefdde9df83783/tests/aws/services/apigateway/test_apigateway_http.snapshot.json
 *   and test_apigateway_integrations.snapshot.json, test_apigateway_header_remapping_http
 *
 * @throws Error for a mapping that API Gateway does not have
 */
export function compileHttpProxy(
  integration: HttpProxyIntegration,
  send: SendUpstream,
): (call: GatewayCall) => Promise<HttpAnswer | Refusal> {
  const { address, requestParameters = {} } = integration;
  const mapParameters = compileParameters(requestParameters, `${address}.request_parameters`);
  return async (call) => {
    const sources = new RequestSources(call);
    const mapped = mapParameters(sources);
    const forbidden = refuseHeaders(mapped.header.keys(), "HTTP", `${address}.request_parameters`);
    if (forbidden) return forbidden;
    const names = new Set([...mapped.header.keys()].map((name) => name.toLowerCase()));
    const passed = [...sources.headers].flatMap(([name, values]): HeaderLine[] =>
      NOT_PASSED.has(name.toLowerCase()) || names.has(name.toLowerCase()) ? [] : [[name, values.join(",")]],
    );
    const method = methodOf(integration, call);
    const url = renderUri(integration.uri, mapped.path, sources.stageVariables);
    const answer = await send({
      method,
      url: withQuery(url, [...sources.query, ...mapped.querystring]),
      headers: endpointHeaders([...passed, ...headerLinesOf(mapped.header)], call),
      body: bodyFor(method, call.request.body),
      timeoutMilliseconds: integration.timeoutMilliseconds,
    });
    return answer.kind === "answer"
      ? toClient(answer, call, integration)
      : upstreamRefusal(integration, answer);
  };
}

/** Why an endpoint's answer did not come: the log names it, the client sees AWS's words. */
export function upstreamRefusal(
  { address }: { readonly address: string },
  failure: UpstreamFailure,
): Refusal {
  const reason = `${address}: ${failure.reason}`;
  switch (failure.kind) {
    case "timeout":
      return timeoutFailure(reason);
    case "unreachable":
      return networkFailure(reason);
    default:
      return configurationFailure(reason);
  }
}

// ---------------------------------------------------------------------------------------------------- internal

/** Headers of the client that do not go on, unless a mapping says so. */
const NOT_PASSED = new Set(["host", "content-encoding", "x-amzn-trace-id"]);

function methodOf(
  { integrationHttpMethod }: HttpIntegration | HttpProxyIntegration,
  { match }: GatewayCall,
): string {
  return integrationHttpMethod === "ANY" ? match.httpMethod : integrationHttpMethod;
}

/** Requests of these methods have no body. Source: `NO_BODY_METHODS` of localstack/localstack */
function bodyFor(method: string, body: Uint8Array): Uint8Array {
  return ["GET", "HEAD", "OPTIONS"].includes(method) ? new Uint8Array() : body;
}

function toClient(
  answer: UpstreamAnswer,
  call: GatewayCall,
  { address }: HttpProxyIntegration,
): HttpAnswer | Refusal {
  const types = call.api.binaryMediaTypes;
  const body = convertResponse(
    answer.body,
    isBinaryType(firstType(headerValue(answer.headers, "content-type")), types),
    isBinaryType(firstType(headerValue(call.request.headers, "accept")), types),
    undefined,
  );
  if (body === undefined)
    return configurationFailure(
      `${address}: the request accepts a binary type, and the answer is not base64`,
    );
  const headers = answer.headers.flatMap(([name, value]): HeaderLine[] => {
    const sentName = sentHeaderName(name, "proxy");
    return sentName === undefined || !isSendable([sentName, value]) ? [] : [[sentName, value]];
  });
  const hasContentType = headers.some(([name]) => name.toLowerCase() === "content-type");
  return {
    status: answer.status,
    headers: [
      ...idHeaders(call.ids),
      ...(hasContentType ? [] : [["Content-Type", "application/json"] as HeaderLine]),
      ...headers,
    ],
    body,
  };
}
