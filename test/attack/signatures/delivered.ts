import { createUsageGate } from "#gateway/gates/usage-plan";
import type { RestEvent } from "#gateway/integrate/event";
import type { InvokeFunction } from "#gateway/integrate/integration";
import type { RawRequest } from "#sigv4/request";
import { allowInvoke, loadApi } from "../../support/api-terraform";
import { socketlessGateway } from "../../support/socketless-gateway";
import { temporaryFolder } from "../../support/temporary-folder";

/** What a function receives of a request that was signed as one and sent as another; undefined if it was refused. */
export type Deliver = (signed: RawRequest, sent: RawRequest) => Promise<RestEvent | undefined>;

/** The gateway. */
export const deliver: Deliver = (_, sent) => receive(sent, "AWS_IAM");

/** A server that verifies what was signed, and delivers what came. */
export const deliverUnverified: Deliver = async (signed, sent) => {
  const verified = await receive(signed, "AWS_IAM");
  return verified && receive(sent, "NONE");
};

/** What of an event a signature covers: method, path, and the query without the order of parameters. */
export function coveredBySignature({ httpMethod, path, multiValueQueryStringParameters }: RestEvent): string {
  const parameters = Object.entries(multiValueQueryStringParameters ?? {}).flatMap(([name, values]) =>
    values.map((value) => JSON.stringify([name, value])),
  );
  return [httpMethod, path, ...parameters.sort()].join("\n");
}

// ---------------------------------------------------------------------------------------------------- internal

const GATEWAYS = { AWS_IAM: gatewayWith("AWS_IAM"), NONE: gatewayWith("NONE") };

function gatewayWith(authorization: "AWS_IAM" | "NONE") {
  let event: RestEvent | undefined;
  const model = loadApi(
    {
      routes: [{ route: "ANY /{proxy+}", authorization, lambda: "echo" }],
      functions: { echo: { source: "export const handler = async () => ({});" } },
      users: { user: [allowInvoke("*")] },
      roles: { reader: [allowInvoke("*")] },
    },
    temporaryFolder(),
  );
  const unlimited = createUsageGate(() => 0, { rate: 1e9, burst: 1e9 });
  const invoke: InvokeFunction = async (_fn, sent) => {
    event = sent as RestEvent;
    return { kind: "result", payload: '{"statusCode":200}' };
  };
  const gateway = socketlessGateway(model, invoke, unlimited);
  return async (request: RawRequest): Promise<RestEvent | undefined> => {
    event = undefined;
    await gateway.handle({ ...request, sourceIp: "127.0.0.1", protocol: "HTTP/1.1" });
    return event;
  };
}

function receive(request: RawRequest, authorization: "AWS_IAM" | "NONE"): Promise<RestEvent | undefined> {
  return GATEWAYS[authorization](request);
}
