import { execFileSync, spawnSync } from "node:child_process";
import { join } from "node:path";
import type { HeaderLine, RawRequest } from "#sigv4/request";
import { REGION } from "../../support/api-terraform";
import type { BaseRequest } from "./base-request";

/** Whether Python has botocore, the signer of boto3 and of the AWS CLI. */
export function hasBotocore(): boolean {
  return spawnSync("python3", ["-c", "import botocore.auth"]).status === 0;
}

/**
 * Signs requests with botocore, all of them in one process, at the time that it is. Bodies are sent as text, headers once
 * each, and queries in their canonical spelling, since botocore signs no other.
 */
export function signWithBotocore(bases: readonly BaseRequest[]): readonly RawRequest[] {
  const host = (request: RawRequest): string => request.headers.find(([name]) => name === "Host")?.[1] ?? "";
  const input = bases.map(({ request, caller }) => ({
    method: request.method,
    url: `http://${host(request)}${inCanonicalSpelling(request.target)}`,
    headers: Object.fromEntries(
      request.headers
        .filter(([name]) => name !== "Host")
        .map(([name, value]) => [name, Buffer.from(value, "latin1").toString()]),
    ),
    body: Buffer.from(request.body).toString("base64"),
    form: "header",
    region: REGION,
    credentials: {
      access_key: caller.accessKeyId,
      secret_key: caller.secretAccessKey,
      token: caller.sessionToken,
    },
  }));
  const output = execFileSync("python3", [join(__dirname, "../../support/sign-with-botocore.py")], {
    input: JSON.stringify(input),
    maxBuffer: 100_000_000,
    stdio: ["pipe", "pipe", "inherit"],
  });
  const signed: readonly { url: string; headers: readonly HeaderLine[]; body: string }[] = JSON.parse(
    output.toString(),
  );
  return signed.map(({ url, headers, body }, index) => {
    const { request } = bases[index] as BaseRequest;
    return {
      method: request.method,
      target: url.slice(`http://${host(request)}`.length),
      headers: [["Host", host(request)], ...headers].map(
        ([name = "", value = ""]): HeaderLine => [name, Buffer.from(value).toString("latin1")],
      ),
      body: Buffer.from(body),
    };
  });
}

// ---------------------------------------------------------------------------------------------------- internal

function inCanonicalSpelling(target: string): string {
  const [path = "", query] = target.split(/\?(.*)/s);
  if (query === undefined) return path;
  const parameters = query.split("&").map((pair) => {
    const [name = "", value = ""] = pair
      .split(/=(.*)/s)
      .map((text) => text.replace(/%(?![0-9A-F]{2})|[^\w.~%-]/gi, percent));
    return `${name}=${value}`;
  });
  return `${path}?${parameters.join("&").replaceAll("%2f", "%2F")}`;
}

function percent(character: string): string {
  return `%${character.charCodeAt(0).toString(16).toUpperCase()}`;
}
