/**
 * Constant headers of an answer, as API Gateway maps them: `{ "method.response.header.NAME": "'VALUE'" }`.
 * Source: https://docs.aws.amazon.com/apigateway/latest/developerguide/rest-api-parameter-mapping-sources.html
 */
export function headerParameters(
  answer: "gatewayresponse" | "method.response",
  headers: Readonly<Record<string, string>>,
): Record<string, string> {
  return Object.fromEntries(
    Object.entries(headers).map(([name, value]) => [`${answer}.header.${name}`, `'${value}'`]),
  );
}
