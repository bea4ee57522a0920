import type { Server } from "node:http";
import type { AddressInfo } from "node:net";
import type { RequestLog } from "#gateway/request-log";
import { answerQuestions } from "#self/bench/program";
import { type Memory, usageQuestions } from "#self/bench/usage";
import { type ApiSpec, loadApi } from "./api-terraform";
import { boundlessServer, gullibleServer, hastyServer } from "./careless-server";
import { startGateway } from "./local-gateway";

/** The URLs of a gateway and of servers with holes. */
export interface Attacked {
  readonly gateway: string;
  readonly gullible: string;
  readonly boundless: string;
  readonly hasty: string;
  /** What a caller of the gateway knows of itself, besides its secret. */
  readonly caller: { readonly accessKeyId: string; readonly sessionToken: string };
}

/** A model that follows a body down. */
const NESTED = {
  $schema: "http://json-schema.org/draft-04/schema#",
  type: ["array", "object", "string", "number", "boolean", "null"],
  items: { $ref: "#" },
  additionalProperties: { $ref: "#" },
};

const API: ApiSpec = {
  routes: [
    { route: "GET /good" },
    { route: "POST /good" },
    { route: "POST /signed", authorization: "AWS_IAM" },
    {
      route: "POST /checked",
      method: {
        request_validator_id: "${aws_api_gateway_request_validator.body.id}",
        request_models: { "application/json": "${aws_api_gateway_model.nested.name}" },
      },
    },
  ],
  resources: {
    "aws_api_gateway_request_validator.body": {
      name: "body",
      rest_api_id: "${aws_api_gateway_rest_api.api.id}",
      validate_request_body: true,
    },
    "aws_api_gateway_model.nested": {
      rest_api_id: "${aws_api_gateway_rest_api.api.id}",
      name: "Nested",
      content_type: "application/json",
      schema: JSON.stringify(NESTED),
    },
  },
};

const handled: string[] = [];
/** The newest line of the gateway's log. */
let last: RequestLog | undefined;
let end = async (): Promise<void> => {};

const questions = {
  start: async (): Promise<Attacked> => {
    const gateway = await startGateway(loadApi(API), {
      accountLimit: { rate: 1e9, burst: 1e9 },
      logRequest: (log) => {
        const { gate, method, path } = log;
        last = log;
        if (gate !== "front-end") handled.push(`${method} ${path}`);
      },
    });
    const gullible = gullibleServer(({ method, url }) => handled.push(`${method} ${url}`));
    const boundless = boundlessServer();
    const hasty = hastyServer();
    end = async () => {
      for (const server of [gullible, boundless, hasty]) {
        server.close();
        server.closeAllConnections();
      }
      await gateway.api.close();
    };
    const { accessKeyId, sessionToken = "" } = gateway.credentials("stranger");
    return {
      gateway: gateway.url,
      gullible: await listen(gullible),
      boundless: await listen(boundless),
      hasty: await listen(hasty),
      caller: { accessKeyId, sessionToken },
    };
  },
  /** The requests that the gateway or the gullible server has handled since this was asked last: `GET /dev/good`. */
  handled: (): readonly string[] => handled.splice(0),
  /** The request's id in the newest line of the log. */
  logged: (): string | undefined => last?.requestId,
  /** The processor time that the process has taken so far, in milliseconds. */
  cpu: (): number => {
    const { user, system } = process.cpuUsage();
    return (user + system) / 1000;
  },
  /** In megabytes: as the system counts it, what is alive in JavaScript, and in buffers. What was handled is forgotten. */
  memory: (): Memory & { readonly buffers: number } => {
    handled.length = 0;
    return { ...usageQuestions.memory(), buffers: process.memoryUsage().arrayBuffers / 1024 / 1024 };
  },
};

async function listen(server: Server): Promise<string> {
  await new Promise<void>((listening) => server.listen(0, "127.0.0.1", listening));
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

/** A gateway to be attacked and servers with holes, in a process of their own. */
export type AttackedGateway = typeof questions;

answerQuestions(questions, () => end());
