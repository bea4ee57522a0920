import type { Model } from "#model/model";
import type { AwsIntegration } from "#model/rest-api";
import type { HeaderLine } from "#sigv4/request";
import type { CallAws } from "#upstream/call-aws";
import { upstreamRefusal } from "./backend-http";
import { compileRoleCheck } from "./invocation-credentials";
import type { Backend } from "./mapped/compile";
import { renderUri } from "./mapped/uri";

/**
 * An operation of an AWS service, called as the integration's role, whose trust policy has to let API Gateway assume it. What the
 * role may do there is checked where the call ends.
 * Source: https://docs.aws.amazon.com/apigateway/latest/api/API_PutIntegration.html (`uri`, `credentials`)
 */
export function awsBackend(model: Model, integration: AwsIntegration, callAws: CallAws): Backend {
  const { service, region, target, timeoutMilliseconds, roleArn } = integration;
  const refuse = compileRoleCheck(model, integration.address, roleArn);
  return async ({ call, path, query, stageVariables, headers, body }) => {
    const refusal = refuse(call);
    if (refusal) return refusal;
    const value = renderUri(target.value, path, stageVariables);
    const [operation = "", ...more] = target.kind === "action" ? value.split("&") : [""];
    const [rawPath = "", ownQuery = ""] = target.kind === "path" ? value.split("?", 2) : [""];
    const method = integration.integrationHttpMethod;
    const parameters = [
      ...more
        .concat(ownQuery.split("&"))
        .filter((each) => each !== "")
        .map(readParameter),
      ...(operation === "" ? [] : [["Action", operation] as const]),
      ...[...query].flatMap(([name, values]) => values.map((each) => [name, each] as const)),
    ];
    const isJson = operation !== "" && TARGETS.has(service);
    const answer = await callAws({
      service,
      region,
      method: method === "ANY" ? call.match.httpMethod : method,
      path: `/${rawPath.replace(/^\//, "")}`,
      query: isJson ? [] : parameters,
      headers: serviceHeaders(headers, service, isJson ? operation : "", call.request.headers),
      body: Buffer.from(body),
      roleArn,
      timeoutMilliseconds,
    });
    if (answer.kind !== "answer") return upstreamRefusal(integration, answer);
    return { selection: String(answer.status), headers: answer.headers, body: answer.body };
  };
}

// ---------------------------------------------------------------------------------------------------- internal

/** Services that name the operation of a JSON request in a header: the first half of `X-Amz-Target`, and the type's version. */
const TARGETS: ReadonlyMap<string, readonly [prefix: string, version: string]> = new Map([
  ["dynamodb", ["DynamoDB_20120810", "1.0"]],
  ["kinesis", ["Kinesis_20131202", "1.1"]],
  ["firehose", ["Firehose_20150804", "1.1"]],
  ["states", ["AWSStepFunctions", "1.0"]],
  ["events", ["AWSEvents", "1.1"]],
]);

function serviceHeaders(
  mapped: readonly HeaderLine[],
  service: string,
  operation: string,
  received: readonly HeaderLine[],
): HeaderLine[] {
  const [prefix, version] = TARGETS.get(service) ?? [];
  const contentType = received.find(([name]) => name.toLowerCase() === "content-type")?.[1];
  const defaults: HeaderLine[] =
    operation === ""
      ? [["Content-Type", contentType ?? "application/json"]]
      : [
          ["X-Amz-Target", `${prefix}.${operation}`],
          ["Content-Type", `application/x-amz-json-${version}`],
        ];
  const sent = mapped.filter(([name]) => !/^(?:host|x-amz-date|x-amz-security-token)$/i.test(name));
  const names = new Set(sent.map(([name]) => name.toLowerCase()));
  return [...defaults.filter(([name]) => !names.has(name.toLowerCase())), ...sent];
}

function readParameter(text: string): readonly [string, string] {
  const [name = "", ...value] = text.split("=");
  return [decode(name), decode(value.join("="))];
}

function decode(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}
