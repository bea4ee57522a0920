import { isGatewayResponseTemplate } from "../gateway-response";
import type { CustomGatewayResponse } from "../model";
import { unsupported } from "../terraform/problem";
import { literalParameters } from "./literal-parameters";
import type { Stack } from "./stack";

/** What the API answers in place of API Gateway's own refusals. */
export function loadGatewayResponses(stack: Stack): readonly CustomGatewayResponse[] {
  stack.refuseSame("aws_api_gateway_gateway_response", "response_type");
  return stack.problems.attemptEach(stack.all("aws_api_gateway_gateway_response"), ({ address, values }) => {
    for (const [contentType, template] of Object.entries(values.response_templates)) {
      if (isGatewayResponseTemplate(template)) continue;
      throw unsupported(
        `${address}.response_templates.${JSON.stringify(contentType)}`,
        "a variable or directive that is not known",
        "text with $context.error.* and other variables of $context and $stageVariables",
        "write it without",
      );
    }
    const parameters = `${address}.response_parameters`;
    return {
      address,
      responseType: values.response_type,
      statusCode: values.status_code === undefined ? undefined : Number(values.status_code),
      responseParameters: literalParameters(
        values.response_parameters,
        "gatewayresponse.header.",
        parameters,
      ),
      responseTemplates: values.response_templates,
    };
  });
}
