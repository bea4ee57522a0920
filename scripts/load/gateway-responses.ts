import { isGatewayResponseMapping, isGatewayResponseTemplate } from "#gateway/gateway-response";
import { sentHeaderName } from "#gateway/http/response-headers";
import type { CustomGatewayResponse } from "#model/rest-api";
import { unsupported } from "#terraform/problem";
import { refuseContentTypes } from "./aws-refusals";
import { headerParameters } from "./header-parameters";
import type { Resource, Stack } from "./stack";

const HEADER_PARAMETER = "gatewayresponse.header.";

/** What the API answers in place of API Gateway's own refusals. */
export function loadGatewayResponses(stack: Stack): readonly CustomGatewayResponse[] {
  // Of an applied API the last one counts, as on AWS, which keeps one of each type.
  if (!stack.isApplied) stack.refuseSame("aws_api_gateway_gateway_response", "response_type");
  const read = stack.problems.attemptEach(stack.all("aws_api_gateway_gateway_response"), (response) =>
    // Without one that is not understood, the refusal has its default answer, and stays a refusal.
    stack.attemptApplied(() => readResponse(response)),
  );
  const readable = read.filter((response) => response !== undefined);
  return stack.isApplied ? readable.reverse() : readable;
}

function readResponse({
  address,
  values,
}: Resource<"aws_api_gateway_gateway_response">): CustomGatewayResponse {
  refuseContentTypes(values.response_templates, `${address}.response_templates`);
  for (const [contentType, template] of Object.entries(values.response_templates)) {
    if (isGatewayResponseTemplate(template)) continue;
    throw unsupported(
      `${address}.response_templates.${JSON.stringify(contentType)}`,
      "a variable or directive that is not known",
      "text with $context.error.* and other variables of $context and $stageVariables",
      "write it without",
    );
  }
  const at = `${address}.response_parameters`;
  const parameters = values.response_parameters;
  const { literal, mapped } = headerParameters(parameters, HEADER_PARAMETER, at, isGatewayResponseMapping);
  refuseReserved(parameters, at);
  return {
    address,
    responseType: values.response_type,
    statusCode: values.status_code === undefined ? undefined : Number(values.status_code),
    responseParameters: literal,
    mappedParameters: Object.keys(mapped).length === 0 ? undefined : mapped,
    responseTemplates: values.response_templates,
  };
}

/**
 * Whether AWS sends these names is not known; they would say how long an answer is, or which it is. `WWW-Authenticate` is
 * sent as it is: https://github.com/khornberg/elasticpypi/pull/304
 */
function refuseReserved(parameters: Readonly<Record<string, string>>, at: string): void {
  for (const name of Object.keys(parameters)) {
    const header = name.slice(HEADER_PARAMETER.length);
    if (header.toLowerCase() === "www-authenticate" || sentHeaderName(header, "mapping") === header) continue;
    throw unsupported(
      `${at}.${JSON.stringify(name)}`,
      "a header that API Gateway reserves",
      "any other",
      "remove it",
    );
  }
}
