import { execFile, execFileSync } from "node:child_process";
import { promisify } from "node:util";
import { Sha256 } from "@aws-crypto/sha256-js";
import { SignatureV4 } from "@smithy/signature-v4";
import { sign } from "aws4";
import { AwsClient } from "aws4fetch";
import type { RawRequest } from "#sigv4/request";
import { queryParameters, splitTarget } from "#sigv4/target";
import { REGION } from "./api-terraform";
import { exchange } from "./raw-exchange";

/** What a test asks a client to send. */
export interface ClientRequest {
  readonly method: string;
  /** `http://127.0.0.1:3000/dev/x?a=1`, encoded as it is to be sent. */
  readonly url: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string;
  readonly credentials: ClientCredentials;
  /** Whether the signature goes into the query. @default false */
  readonly presigned?: boolean;
}

export interface ClientCredentials {
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  readonly sessionToken?: string;
}

/** What came back. */
export interface ClientAnswer {
  readonly status: number;
  readonly body: string;
}

export type Client = (request: ClientRequest) => Promise<ClientAnswer>;

const SERVICE = "execute-api";

/** https://github.com/mhart/aws4: signs, and leaves the sending to a plain socket. */
export const sendWithAws4: Client = async ({ method, url, headers, body, credentials, presigned }) => {
  const { host, path } = parts(url);
  const signed = sign(
    {
      method,
      path,
      headers: { Host: host, ...headers },
      body,
      service: SERVICE,
      region: REGION,
      signQuery: presigned,
    },
    { ...credentials },
  );
  return send(url, {
    method,
    target: signed.path,
    headers: Object.entries(signed.headers).map(([name, value]) => [name, String(value)]),
    body: Buffer.from(body ?? ""),
  });
};

/** https://github.com/mhart/aws4fetch: signs and fetches. */
export const sendWithAws4fetch: Client = async ({ method, url, headers, body, credentials, presigned }) => {
  const client = new AwsClient({ ...credentials, service: SERVICE, region: REGION, retries: 0 });
  const response = await client.fetch(url, { method, headers, body, aws: { signQuery: presigned } });
  return { status: response.status, body: await response.text() };
};

/** The signer of the AWS SDK: https://github.com/smithy-lang/smithy-typescript */
export const sendWithSmithy: Client = async ({ method, url, headers, body, credentials, presigned }) => {
  const { host, path } = parts(url);
  const target = splitTarget(path);
  const query: Record<string, string[]> = {};
  for (const [name, value] of queryParameters(target.query))
    query[utf8(name)] = [...(query[utf8(name)] ?? []), utf8(value)];
  const signer = new SignatureV4({ credentials, region: REGION, service: SERVICE, sha256: Sha256 });
  const unsigned = {
    method,
    protocol: "http:",
    hostname: host,
    path: target.path,
    query,
    headers: { host, ...headers },
    body,
  };
  const signed = presigned ? await signer.presign(unsigned, { expiresIn: 300 }) : await signer.sign(unsigned);
  const parameters = Object.entries(signed.query ?? {}).flatMap(([name, values]) =>
    [values ?? ""].flat().map((value) => `${encodeURIComponent(name)}=${encodeURIComponent(value)}`),
  );
  return send(url, {
    method,
    target: parameters.length === 0 ? signed.path : `${signed.path}?${parameters.join("&")}`,
    headers: Object.entries(signed.headers),
    body: Buffer.from(body ?? ""),
  });
};

/** `--aws-sigv4` came with curl 7.75; until 8.14 it signs a path as it is written, without a second encoding. */
export const CURL_SIGNS = curlVersion() >= 775;

/** `curl --aws-sigv4`, which has no presigned form. */
export const sendWithCurl: Client = async ({ method, url, headers = {}, body, credentials }) => {
  const { accessKeyId, secretAccessKey, sessionToken } = credentials;
  const lines = { ...headers, ...(sessionToken && { "X-Amz-Security-Token": sessionToken }) };
  const { stdout } = await promisify(execFile)("curl", [
    ...["-q", "-s", "--noproxy", "*", "-X", method, "-w", "\n%{http_code}"],
    ...["--aws-sigv4", `aws:amz:${REGION}:${SERVICE}`, "--user", `${accessKeyId}:${secretAccessKey}`],
    ...Object.entries(lines).flatMap(([name, value]) => ["-H", `${name}: ${value}`]),
    ...(body === undefined ? [] : ["--data-binary", body]),
    url,
  ]);
  const end = stdout.lastIndexOf("\n");
  return { status: Number(stdout.slice(end + 1)), body: stdout.slice(0, end) };
};

export const BOTOCORE_IS_HERE = succeeds("python3", ["-c", "import botocore.auth"]);

/** The signer of boto3 and the AWS CLI. All requests go through one process, since Python takes its time to start. */
export async function sendWithBotocore(requests: readonly ClientRequest[]): Promise<readonly ClientAnswer[]> {
  const sending = promisify(execFile)("python3", ["-c", BOTOCORE, REGION, SERVICE]);
  sending.child.stdin?.end(JSON.stringify(requests));
  return JSON.parse((await sending).stdout);
}

// ---------------------------------------------------------------------------------------------------- internal

const BOTOCORE = `
import http.client, json, sys
from urllib.parse import urlsplit
from botocore.auth import SigV4Auth, SigV4QueryAuth
from botocore.awsrequest import AWSRequest
from botocore.credentials import Credentials

region, service = sys.argv[1:]
answers = []
for each in json.load(sys.stdin):
    keys = each["credentials"]
    credentials = Credentials(keys["accessKeyId"], keys["secretAccessKey"], keys.get("sessionToken"))
    body = each["body"].encode() if "body" in each else None
    request = AWSRequest(each["method"], each["url"], each.get("headers"), body)
    signer = SigV4QueryAuth if each.get("presigned") else SigV4Auth
    signer(credentials, service, region).add_auth(request)
    url = urlsplit(request.url)
    connection = http.client.HTTPConnection(url.netloc)
    target = url.path + ("?" + url.query if url.query else "")
    connection.request(each["method"], target, body, dict(request.headers))
    answer = connection.getresponse()
    answers.append({"status": answer.status, "body": answer.read().decode()})
json.dump(answers, sys.stdout)
`;

/** Host and raw target of a URL, which `URL` would normalize. */
function parts(url: string): { readonly host: string; readonly path: string } {
  const [, host = "", path = "/"] = /^http:\/\/([^/]*)(.*)$/.exec(url) ?? [];
  return { host, path };
}

async function send(url: string, request: RawRequest): Promise<ClientAnswer> {
  const { status, body } = await exchange(url, request);
  return { status, body: body.toString() };
}

function utf8(bytes: string): string {
  return Buffer.from(bytes, "latin1").toString("utf8");
}

/** curl's version as a number (7.88 is 788), 0 where there is no curl. */
function curlVersion(): number {
  try {
    const [, major, minor] =
      /^curl (\d+)\.(\d+)/.exec(execFileSync("curl", ["--version"], { encoding: "utf8" })) ?? [];
    return Number(major) * 100 + Number(minor);
  } catch {
    return 0;
  }
}

function succeeds(program: string, args: readonly string[]): boolean {
  try {
    execFileSync(program, args, { stdio: "ignore" });
    return true;
  } catch {
    return false;
  }
}
