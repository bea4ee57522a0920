import type { HttpRequest } from "#gateway/http/message";
import { allowInvoke, loadApi } from "../../support/api-terraform";
import { aRequest } from "../../support/gateway-model";
import { AMZ_DATE, socketlessGateway } from "../../support/socketless-gateway";
import { signWithAws4 } from "../sigv4/signed-requests";

/** A route that is not understood answers 501; how it is guarded is not given away, and every other route serves. */

const model = loadApi({
  routes: [
    { route: "GET /served" },
    { route: "GET /authorized", authorization: "AWS_IAM", method: { new_gate: "abc" } },
    { route: "GET /mapped", authorization: "AWS_IAM", integration: { connection_type: "VPC_LINK" } },
    { route: "GET /{proxy+}" },
  ],
  roles: { caller: [allowInvoke("*")] },
  resources: {
    "aws_api_gateway_gateway_response.fault": {
      rest_api_id: "${aws_api_gateway_rest_api.api.id}",
      response_type: "DEFAULT_5XX",
      status_code: "200",
    },
  },
});
const gateway = socketlessGateway(model);

function signed(path: string): HttpRequest {
  const { accessKeyId, secretAccessKey, sessionToken } = gateway.credentials("caller");
  const credentials = { accessKeyId, secretAccessKey, sessionToken };
  return { ...aRequest(), ...signWithAws4({ path }, { credentials, region: model.region, date: AMZ_DATE }) };
}

const unsigned = (target: string): HttpRequest => aRequest({ target });

test.each([
  ["a route that is understood", unsigned("/dev/served"), 200, undefined],
  ["a gate that is not known, unsigned", unsigned("/dev/authorized"), 501, "not-served"],
  ["a gate that is not known, signed", signed("/dev/authorized"), 501, "not-served"],
  ["an integration that is not known, after the gates refuse", unsigned("/dev/mapped"), 403, "signature"],
  ["an integration that is not known, after the gates let pass", signed("/dev/mapped"), 501, "not-served"],
  ["another path, on the less specific route", unsigned("/dev/other"), 200, undefined],
])("%s", async (_, request, status, gate) => {
  const { answer, log } = await gateway.handle(request);
  expect({ status: answer.status, gate: log.gate }).toEqual({ status, gate });
});

test("the answer has AWS's form and is not the API's to customise", async () => {
  const { answer, log } = await gateway.handle(signed("/dev/authorized"));
  expect(answer.body).toBe('{"message": "Not Implemented"}');
  expect(answer.headers).toContainEqual(["x-amzn-ErrorType", "NotImplementedException"]);
  expect(log.reason).toMatch(
    /^aws_api_gateway_method\.\S+\.new_gate: got a property that is not known, supported: .+; \S/,
  );
});
