import { requestAws, xmlText } from "#aws/aws-request";
import { chainCredentials } from "#aws/credentials";
import { UserError } from "#modules/project";

/** An object in S3, by its `s3://BUCKET/KEY`. */
interface S3Object {
  readonly bucket: string;
  readonly key: string;
}

const TIMEOUT_MILLISECONDS = 60_000;

/** Whether a place is an S3 URL and not a path. */
export function isS3Url(place: string): boolean {
  return place.startsWith("s3://");
}

/** Checks the form of an S3 URL, without a call to S3. @throws UserError if it is not well-formed */
export function assertS3Url(url: string): void {
  parseS3Url(url);
}

/** Reads an object. @throws UserError if it is not available */
export async function readS3Object(url: string, region: string, env: NodeJS.ProcessEnv): Promise<Uint8Array> {
  const answer = await request("GET", url, region, env);
  return new Uint8Array(await answer.arrayBuffer());
}

/** Writes an object, and replaces an existing one. @throws UserError if that is not possible */
export async function writeS3Object(
  url: string,
  content: Uint8Array<ArrayBuffer>,
  region: string,
  env: NodeJS.ProcessEnv,
): Promise<void> {
  await request("PUT", url, region, env, content);
}

async function request(
  method: "GET" | "PUT",
  url: string,
  region: string,
  env: NodeJS.ProcessEnv,
  body?: Uint8Array<ArrayBuffer>,
): Promise<Response> {
  const { bucket, key } = parseS3Url(url);
  const answer = await requestAws(
    {
      service: "s3",
      region,
      credentials: await chainCredentials(),
      method,
      path: `/${bucket}/${key}`,
      body,
      timeoutMilliseconds: TIMEOUT_MILLISECONDS,
    },
    env,
  );
  if (answer.ok) return answer;
  const code = xmlText(await answer.text(), "Code") ?? "no reason given";
  throw new UserError(
    `${url}: S3 answered ${answer.status} (${code}); expected an object that these credentials can ${method === "GET" ? "read" : "write"}, in ${region}`,
  );
}

function parseS3Url(url: string): S3Object {
  const [, bucket, key] = /^s3:\/\/([a-z0-9][a-z0-9.-]{1,61}[a-z0-9])\/([A-Za-z0-9._/-]+)$/.exec(url) ?? [];
  if (bucket === undefined || key === undefined) {
    throw new UserError(
      `got '${url}', expected s3://BUCKET/KEY with a key of letters, digits and any of . _ - /`,
    );
  }
  return { bucket, key };
}
