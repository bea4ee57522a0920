import { Agent, type IncomingMessage, request as requestHttp } from "node:http";
import { request as requestHttps, Agent as TlsAgent } from "node:https";
import { canonicalRequest } from "#sigv4/canonical-request";
import { signature, signingKey } from "#sigv4/signature";
import { ALGORITHM, credentialScope, stringToSign } from "#sigv4/string-to-sign";
import { parseJson } from "#text/parse-json";

/** A DynamoDB-compatible engine that stores the tables in place of the embedded one. */
export interface EngineSettings {
  /** `http://127.0.0.1:8000` */
  readonly url: string;
  readonly region: string;
  /** For a whole answer. @default 10,000 */
  readonly timeoutMilliseconds?: number;
}

/** The engine's answer, or why there is none that a client could be given. */
export type EngineAnswer =
  | { readonly status: number; readonly headers: Readonly<Record<string, string>>; readonly body: Buffer }
  | { readonly fault: string };

/** Asks the engine. It never rejects. @param target - `DynamoDB_20120810.GetItem` */
export type AskEngine = (target: string, body: Uint8Array) => Promise<EngineAnswer>;

/**
 * Sends operations to an engine, signed with the access key `local` and the secret `local`: the gate before it has checked the
 * caller's own signature. An engine that keeps tables apart by access key so has them all under one.
 */
export function createEngine({ url, region, timeoutMilliseconds = 10_000 }: EngineSettings): AskEngine {
  const { protocol, host, hostname, port, pathname } = new URL(url);
  const isTls = protocol === "https:";
  const agent = isTls ? new TlsAgent({ keepAlive: true }) : new Agent({ keepAlive: true });
  const send = isTls ? requestHttps : requestHttp;
  return (target, body) =>
    new Promise((settle) => {
      const fail = (what: string): void => {
        outgoing.destroy();
        settle({ fault: `the table engine at ${protocol}//${host} ${what}` });
      };
      const outgoing = send({
        agent,
        hostname: hostname.replace(/^\[|\]$/g, ""),
        port: port || undefined,
        path: pathname,
        method: "POST",
        headers: signedHeaders({ host, path: pathname, region, target, body }, new Date()),
        maxHeaderSize: 16 * 1024,
      });
      const timer = setTimeout(
        () => fail(`gave no whole answer within ${timeoutMilliseconds} ms`),
        timeoutMilliseconds,
      );
      const end = (answer: EngineAnswer): void => {
        clearTimeout(timer);
        settle(answer);
      };
      outgoing.on("close", () => clearTimeout(timer));
      outgoing.on("error", (error: NodeJS.ErrnoException) =>
        fail(`cannot be reached (${error.code ?? error.message}): start it, or serve without --dynamodb`),
      );
      outgoing.on("response", (incoming) => receive(incoming, end, fail));
      outgoing.end(body);
    });
}

// ---------------------------------------------------------------------------------------------------- internal

/** A batch answers 16 MB at most: https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_BatchGetItem.html */
const MAX_ANSWER_BYTES = 24 * 1024 * 1024;

/** What SDKs read of an answer, beside its body. */
const PASSED_ON = ["content-type", "x-amz-crc32", "x-amzn-requestid"] as const;

function receive(
  incoming: IncomingMessage,
  end: (answer: EngineAnswer) => void,
  fail: (what: string) => void,
): void {
  const chunks: Buffer[] = [];
  let size = 0;
  incoming.on("data", (chunk: Buffer) => {
    size += chunk.length;
    if (size > MAX_ANSWER_BYTES) fail(`answered more than ${MAX_ANSWER_BYTES} bytes`);
    else chunks.push(chunk);
  });
  incoming.on("error", () => fail("ended the connection within its answer"));
  incoming.on("end", () => {
    const body = Buffer.concat(chunks);
    const { statusCode: status = 0, headers } = incoming;
    const json = parseJson(body.toString());
    const isObject = typeof json === "object" && json !== null && !Array.isArray(json);
    const isAnswer = isObject && [200, 400, 413, 500, 503].includes(status);
    if (!isAnswer) return fail(`answered with status ${status} and something that is not DynamoDB's`);
    const passedOn = PASSED_ON.flatMap((name) => {
      const value = headers[name];
      return typeof value === "string" ? [[name, value] as const] : [];
    });
    end({ status, headers: { "content-type": JSON_1_0, ...Object.fromEntries(passedOn) }, body });
  });
}

const JSON_1_0 = "application/x-amz-json-1.0";

interface Unsigned {
  readonly host: string;
  readonly path: string;
  readonly region: string;
  readonly target: string;
  readonly body: Uint8Array;
}

const KEY = "local";

function signedHeaders({ host, path, region, target, body }: Unsigned, now: Date): Record<string, string> {
  const amzDate = now.toISOString().replace(/[-:]|\.\d+/g, "");
  const scope = { date: amzDate.slice(0, 8), region, service: "dynamodb" };
  const headers = { "content-type": JSON_1_0, host, "x-amz-date": amzDate, "x-amz-target": target };
  const names = Object.keys(headers).sort();
  const canonical = canonicalRequest(
    { method: "POST", target: path, headers: Object.entries(headers), body },
    { form: "header", signedHeaders: names },
  );
  const signed = signature(signingKey(KEY, scope), stringToSign(amzDate, scope, canonical));
  return {
    ...headers,
    "content-length": String(body.byteLength),
    authorization: `${ALGORITHM} Credential=${KEY}/${credentialScope(scope)}, SignedHeaders=${names.join(";")}, Signature=${signed}`,
  };
}
