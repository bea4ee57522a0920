import { once } from "node:events";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import type { SigningCredentials } from "#sigv4/credential-checks";
import { headerLines } from "#sigv4/request";
import { verify } from "#sigv4/verify";
import { answerQuestions } from "./program";
import { usageQuestions } from "./usage";

interface FloorSettings {
  readonly region: string;
  readonly credentials: SigningCredentials;
}

const ANSWER = JSON.stringify({ message: "success" });
const HEADERS = { "Content-Type": "application/json", "Content-Length": ANSWER.length };
const NO_BODY = new Uint8Array();

const questions = {
  /** Answers the port. */
  start: async ({ region, credentials }: FloorSettings): Promise<number> => {
    const findCredentials = (accessKeyId: string) =>
      accessKeyId === credentials.accessKeyId ? credentials : undefined;
    const server = createServer(({ method = "", url = "", rawHeaders }, outgoing) => {
      const request = { method, target: url, headers: headerLines(rawHeaders), body: NO_BODY };
      const { accepted } = verify(request, {
        region,
        service: "execute-api",
        now: new Date(),
        findCredentials,
      });
      outgoing.writeHead(accepted ? 200 : 403, HEADERS).end(ANSWER);
    });
    await once(server.listen(0, "127.0.0.1"), "listening");
    return (server.address() as AddressInfo).port;
  },
  ...usageQuestions,
};

/** The floor: a bare `node:http` server that verifies the signature as the gateway does, and nothing else. */
export type FloorProgram = typeof questions;

answerQuestions(questions);
