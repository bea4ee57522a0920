import { createServer, type IncomingMessage, request } from "node:http";
import type { AddressInfo } from "node:net";
import { buffer } from "node:stream/consumers";

/** Stands between Terraform and the emulator, and notes which IAM actions its requests are. */
export interface ActionRecorder {
  readonly url: string;
  /** The actions since the last time, sorted. */
  take(): string[];
  close(): Promise<void>;
}

/** Requests that it cannot name the action of are noted as they are: `s3:PUT /bucket?versioning`. */
export async function recordActions(emulator: URL): Promise<ActionRecorder> {
  let actions = new Set<string>();
  const server = createServer(async (incoming, outgoing) => {
    const body = await buffer(incoming);
    const { method, url: path, headers } = incoming;
    actions.add(actionOf(incoming, body));
    const { hostname, port } = emulator;
    const forwarded = request({ hostname, port, method, path, headers }, (answer) => {
      outgoing.writeHead(answer.statusCode ?? 502, answer.headers);
      answer.pipe(outgoing);
    });
    forwarded.once("error", (error) => outgoing.destroy(error)).end(body);
  });
  await new Promise<void>((listening) => server.listen(0, "127.0.0.1", listening));
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}`,
    take: () => {
      const taken = [...actions].sort();
      actions = new Set();
      return taken;
    },
    close: async () => {
      server.closeAllConnections();
      await new Promise((closed) => server.close(closed));
    },
  };
}

/** The names of services in credential scopes, where actions have another. */
const PREFIXES: Readonly<Record<string, string>> = { monitoring: "cloudwatch" };

/**
 * The IAM action that a request is.
 * Source: https://docs.aws.amazon.com/service-authorization/latest/reference/reference_policies_actions-resources-contextkeys.html
 */
function actionOf({ method = "", url = "", headers }: IncomingMessage, body: Buffer): string {
  const scope =
    /Credential=[^/]+\/\d+\/[^/]+\/([^/]+)\//.exec(headers.authorization ?? "")?.[1] ?? "unsigned";
  const service = PREFIXES[scope] ?? scope;
  if (service === "apigateway") return `apigateway:${method}`;
  const target = headers["x-amz-target"];
  const operation =
    (typeof target === "string" ? target.split(".").at(-1) : undefined) ??
    /\/operation\/(\w+)$/.exec(url)?.[1] ??
    (service === "lambda" ? lambdaOperation(`${method} ${url}`) : undefined) ??
    (service === "s3" ? s3Operation(method, url) : undefined) ??
    (service === "route53" ? route53Operation(method, url) : undefined) ??
    new URLSearchParams(body.toString()).get("Action") ??
    `${method} ${url}`;
  return `${service}:${operation}`;
}

/** Source: https://docs.aws.amazon.com/lambda/latest/api/API_Operations.html */
const LAMBDA_OPERATIONS: readonly (readonly [RegExp, string])[] = [
  [/^GET \/[\d-]+\/functions\/[^/]+$/, "GetFunction"],
  [/^POST \/[\d-]+\/functions$/, "CreateFunction"],
  [/^DELETE \/[\d-]+\/functions\/[^/]+$/, "DeleteFunction"],
  [/^GET \/[\d-]+\/functions\/[^/]+\/versions$/, "ListVersionsByFunction"],
  [/^POST \/[\d-]+\/functions\/[^/]+\/versions$/, "PublishVersion"],
  [/^GET \/[\d-]+\/functions\/[^/]+\/configuration$/, "GetFunctionConfiguration"],
  [/^PUT \/[\d-]+\/functions\/[^/]+\/configuration$/, "UpdateFunctionConfiguration"],
  [/^PUT \/[\d-]+\/functions\/[^/]+\/code$/, "UpdateFunctionCode"],
  [/^GET \/[\d-]+\/functions\/[^/]+\/policy$/, "GetPolicy"],
  [/^POST \/[\d-]+\/functions\/[^/]+\/policy$/, "AddPermission"],
  [/^DELETE \/[\d-]+\/functions\/[^/]+\/policy\/[^/]+$/, "RemovePermission"],
  [/^GET \/[\d-]+\/functions\/[^/]+\/code-signing-config$/, "GetFunctionCodeSigningConfig"],
  [/^POST \/[\d-]+\/event-source-mappings\/?$/, "CreateEventSourceMapping"],
  [/^GET \/[\d-]+\/event-source-mappings\/[^/]+$/, "GetEventSourceMapping"],
  [/^PUT \/[\d-]+\/event-source-mappings\/[^/]+$/, "UpdateEventSourceMapping"],
  [/^DELETE \/[\d-]+\/event-source-mappings\/[^/]+$/, "DeleteEventSourceMapping"],
  [/^PUT \/[\d-]+\/functions\/[^/]+\/concurrency$/, "PutFunctionConcurrency"],
  [/^DELETE \/[\d-]+\/functions\/[^/]+\/concurrency$/, "DeleteFunctionConcurrency"],
  [/^GET \/[\d-]+\/tags\/.+$/, "ListTags"],
  [/^POST \/[\d-]+\/tags\/.+$/, "TagResource"],
  [/^DELETE \/[\d-]+\/tags\/.+$/, "UntagResource"],
];

function lambdaOperation(request: string): string | undefined {
  const [path = ""] = request.split("?");
  return LAMBDA_OPERATIONS.find(([pattern]) => pattern.test(path))?.[1];
}

/** Source: https://docs.aws.amazon.com/Route53/latest/APIReference/API_Operations_Amazon_Route_53.html */
function route53Operation(method: string, url: string): string | undefined {
  const [path = ""] = url.split("?");
  if (/^\/2013-04-01\/hostedzone\/\w+\/rrset\/?$/.test(path)) {
    return { GET: "ListResourceRecordSets", POST: "ChangeResourceRecordSets" }[method];
  }
  if (method !== "GET") return undefined;
  if (/^\/2013-04-01\/hostedzone\/\w+$/.test(path)) return "GetHostedZone";
  return /^\/2013-04-01\/change\/\w+$/.test(path) ? "GetChange" : undefined;
}

function s3Operation(method: string, url: string): string | undefined {
  const [, key] = /^\/[^/?]+\/?([^?]*)/.exec(url) ?? [];
  if (!key) return method === "GET" || method === "HEAD" ? "ListBucket" : undefined;
  return { GET: "GetObject", HEAD: "GetObject", PUT: "PutObject", DELETE: "DeleteObject" }[method];
}
