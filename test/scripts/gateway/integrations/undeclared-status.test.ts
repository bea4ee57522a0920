import { loadApi } from "../../../support/api-terraform";
import { aRequest } from "../../../support/gateway-model";
import { socketlessGateway } from "../../../support/socketless-gateway";

/** AWS creates an integration response whose status the method does not declare; a request that it answers fails. */

const api = "${aws_api_gateway_rest_api.api.id}";
const root = "${aws_api_gateway_rest_api.api.root_resource_id}";

const model = (isDeclared: boolean) =>
  loadApi({
    routes: [{ route: "GET /", mock: { request: '{"statusCode": $input.params("s")}' } }],
    resources: {
      "aws_api_gateway_integration_response.created": {
        rest_api_id: api,
        resource_id: root,
        http_method: "GET",
        status_code: "201",
        selection_pattern: "201",
      },
      ...(isDeclared && {
        "aws_api_gateway_method_response.created": {
          rest_api_id: api,
          resource_id: root,
          http_method: "GET",
          status_code: "201",
        },
      }),
    },
  });

test.each([
  [true, "201", 201, undefined],
  [false, "201", 500, "integration"],
  [false, "200", 200, undefined],
])("declared: %s, selected: %s", async (isDeclared, selected, status, gate) => {
  const { handle } = socketlessGateway(model(isDeclared));
  const { answer, log } = await handle(aRequest({ target: `/dev?s=${selected}` }));
  expect([answer.status, log.gate]).toEqual([status, gate]);
  if (gate) {
    expect(answer.body).toBe('{"message": "Internal server error"}');
    expect(log.reason).toContain("Output mapping refers to an invalid method response: 201");
  }
});
