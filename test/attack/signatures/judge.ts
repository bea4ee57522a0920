import { createUsageGate } from "#gateway/gates/usage-plan";
import { createGateway } from "#gateway/gateway";
import { issueCredentials } from "#local/credentials";
import type { HeaderLine, RawRequest } from "#sigv4/request";
import { verify } from "#sigv4/verify";
import { allowInvoke, loadApi, REGION } from "../../support/api-terraform";
import { SEED } from "../../support/local-gateway";
import type { Circumstances } from "../../support/sigv4-rules";

/** A request that was changed, and when it arrives, in seconds since 1970. */
export interface Mutant {
  readonly request: RawRequest;
  readonly now: number;
}

/** What the gateway makes of a mutant. */
export interface Judgement {
  /** What the verifier alone says. */
  readonly accepted: boolean;
  /** Whether the gateway let it in with an identity; undefined if no route was found for it. */
  readonly letIn?: boolean;
  readonly status: number;
}

export type Judge = (mutant: Mutant) => Promise<Judgement>;

/** An API all of whose methods are signed. A user has long-term credentials, the role's are temporary. */
export const SIGNED_API = loadApi({
  routes: [{ route: "ANY /{proxy+}", authorization: "AWS_IAM", mock: { passthroughBehavior: "NEVER" } }],
  users: { user: [allowInvoke("*")] },
  roles: { reader: [allowInvoke("*")] },
});

const credentials = issueCredentials(SIGNED_API, SEED, "");

/** Who may sign. */
export const CALLERS = credentials.filter(({ profile }) => profile !== "stranger");

export function circumstancesAt(now: number): Circumstances {
  return { region: REGION, now, callers: credentials };
}

let now = 0;
const handle = createGateway({
  model: SIGNED_API,
  credentials,
  invoke: () => Promise.reject(new Error("no functions here")),
  usage: createUsageGate(() => 0, { rate: 1e9, burst: 1e9 }),
  now: () => now * 1000,
  randomHex: (bytes) => "0".repeat(bytes * 2),
});

/** The gateway's whole pipeline, without a socket, and its verifier by itself. */
export const judge: Judge = async (mutant) => {
  const request = asParsed(mutant.request);
  const { accepted } = verify(request, {
    region: REGION,
    service: "execute-api",
    now: new Date(mutant.now * 1000),
    findCredentials: (id) => credentials.find(({ accessKeyId }) => accessKeyId === id),
    // The gateway, below, names them.
    namesMistakes: false,
  });
  now = mutant.now;
  const { answer, log } = await handle({ ...request, sourceIp: "127.0.0.1", protocol: "HTTP/1.1" });
  const letIn = log.gate === "route" ? undefined : log.caller !== undefined;
  return { accepted, letIn, status: answer.status };
};

/**
 * What a parser hands over: values without the white space around them, folded lines in one.
 * Source: https://www.rfc-editor.org/rfc/rfc9112#section-5
 */
function asParsed(request: RawRequest): RawRequest {
  const headers = request.headers.map(
    ([name, value]): HeaderLine => [
      name,
      value.replace(/(?:\r\n[ \t]*)+/g, " ").replace(/^[ \t]+|[ \t]+$/g, ""),
    ],
  );
  return { ...request, headers };
}
