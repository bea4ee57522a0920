import http from "node:http";
import https from "node:https";
import { urlToHttpOptions } from "node:url";
import { UserError } from "#modules/project";
import { type HeaderLine, headerLines, type RawRequest } from "#sigv4/request";

/** An answer as received. */
export interface Answer {
  readonly status: number;
  readonly statusText: string;
  /** Names in the case received. */
  readonly headers: readonly HeaderLine[];
  readonly body: Buffer;
  /** From the first byte sent to the last byte received. */
  readonly milliseconds: number;
}

/** API Gateway gives up on an integration after 29 seconds. */
const TIMEOUT_MILLISECONDS = 35_000;

/**
 * Sends a request exactly as given, without following redirects, and waits for the whole answer.
 *
 * @param baseUrl - of the server to send it to; the path is not used
 * @throws UserError if there is no answer; the message says what to do
 */
export async function send(request: RawRequest, baseUrl: string, isLocal: boolean): Promise<Answer> {
  try {
    return await exchange(request, new URL(baseUrl));
  } catch (error) {
    const explained = explainNetwork(error as NodeJS.ErrnoException, new URL(baseUrl), isLocal);
    throw explained === undefined ? error : new UserError(explained, { cause: error });
  }
}

// ---------------------------------------------------------------------------------------------------- internal

function exchange({ method, target, headers, body }: RawRequest, url: URL): Promise<Answer> {
  const startedAt = performance.now();
  return new Promise((resolve, reject) => {
    const { request } = url.protocol === "https:" ? https : http;
    const outgoing = request({
      ...urlToHttpOptions(url),
      method,
      path: target,
      headers: Object.fromEntries(headers),
      agent: false,
      timeout: TIMEOUT_MILLISECONDS,
    });
    outgoing.once("timeout", () => {
      const error = new Error(`no answer within ${TIMEOUT_MILLISECONDS / 1000} seconds`);
      outgoing.destroy(Object.assign(error, { code: "ETIMEDOUT" }));
    });
    outgoing.once("error", reject);
    outgoing.once("response", (response) => {
      const chunks: Buffer[] = [];
      response.on("data", (chunk: Buffer) => chunks.push(chunk));
      response.once("error", reject);
      response.once("end", () =>
        resolve({
          status: response.statusCode ?? 0,
          statusText: response.statusMessage ?? "",
          headers: headerLines(response.rawHeaders),
          body: Buffer.concat(chunks),
          milliseconds: performance.now() - startedAt,
        }),
      );
    });
    outgoing.end(body.length > 0 ? body : undefined);
  });
}

function explainNetwork(
  error: NodeJS.ErrnoException,
  { origin, hostname }: URL,
  isLocal: boolean,
): string | undefined {
  const { code = "", message } = error;
  if (/^E(CONNREFUSED|CONNRESET|HOSTUNREACH|NETUNREACH|TIMEDOUT|PIPE)$/.test(code)) {
    const remedy = isLocal ? "start the local gateway with 'make dev'" : "check the address and the network";
    return `no answer from ${origin} (${code}): ${remedy}`;
  }
  if (code === "ENOTFOUND" || code === "EAI_AGAIN") {
    return `host ${hostname} was not found (${code}): check the address (make deploy saves it) and the network`;
  }
  if (code === "ERR_TLS_CERT_ALTNAME_INVALID") {
    return `the certificate of ${origin} is for another host name (${code}): use a name that it is valid for`;
  }
  if (code === "CERT_HAS_EXPIRED" || code === "CERT_NOT_YET_VALID") {
    return `the certificate of ${origin} is not valid at this time (${code}): check the clock of this machine, or renew it`;
  }
  if (/SELF_SIGNED|UNABLE_TO_(VERIFY|GET)|CERT_|DEPTH_ZERO/.test(code)) {
    return `the certificate of ${origin} is not trusted (${code}): set NODE_EXTRA_CA_CERTS to a file with the certificate of the authority that signed it`;
  }
  if (code === "EPROTO" || code.startsWith("ERR_SSL")) {
    return `${origin} does not speak TLS (${code}): is it an http:// address?`;
  }
  if (code.startsWith("HPE_"))
    return `${origin} does not answer in HTTP/1.1 (${message}): is it an https:// address?`;
  return undefined;
}
