import type { AccountLocation, AskedCall, RequiredAccess } from "./aws-call";

/**
 * What a request to S3 asks for: an object by its path, or the list of a bucket's objects. Sub-resources such as `?acl`, copies,
 * and headers that ask for further actions are not known here.
 * Source: https://docs.aws.amazon.com/AmazonS3/latest/userguide/using-with-s3-policy-actions.html
 */
export function s3Access(
  { method, path, query, headers }: AskedCall,
  { partition }: Pick<AccountLocation, "partition">,
): readonly RequiredAccess[] | undefined {
  if (!headers.every(([name]) => !/^x-amz-/i.test(name) || PLAIN_HEADERS.test(name))) return undefined;
  const [, bucket, rawKey = ""] = /^\/([a-z0-9.-]{3,63})(?:\/(.*))?$/s.exec(path) ?? [];
  if (bucket === undefined) return undefined;
  const key = decodeKey(rawKey);
  if (key === undefined) return undefined;
  if (key === "") {
    const lists = method === "GET" && query.some(([name, value]) => name === "list-type" && value === "2");
    const isPlain = query.every(([name]) => LIST_PARAMETERS.has(name));
    const isHead = method === "HEAD" && query.length === 0;
    if (!isPlain || !(lists || isHead)) return undefined;
    return [{ action: "s3:ListBucket", resource: `arn:${partition}:s3:::${bucket}` }];
  }
  const action = ACTIONS.get(method);
  if (action === undefined || !query.every(([name]) => PLAIN_PARAMETERS.test(name))) return undefined;
  return [{ action, resource: `arn:${partition}:s3:::${bucket}/${key}` }];
}

// ---------------------------------------------------------------------------------------------------- internal

const ACTIONS: ReadonlyMap<string, string> = new Map([
  ["GET", "s3:GetObject"],
  ["HEAD", "s3:GetObject"],
  ["PUT", "s3:PutObject"],
  ["DELETE", "s3:DeleteObject"],
]);

const PLAIN_HEADERS =
  /^x-amz-(?:content-sha256|date|security-token|user-agent|meta-.*|checksum-.*|sdk-checksum-algorithm)$/i;

/** `x-id` repeats the operation's name for the SDK. */
const PLAIN_PARAMETERS = /^(?:response-.*|x-id)$/;

const LIST_PARAMETERS: ReadonlySet<string> = new Set([
  "list-type",
  "prefix",
  "delimiter",
  "max-keys",
  "continuation-token",
  "start-after",
  "encoding-type",
  "fetch-owner",
  "x-id",
]);

/** The key as policies see it; undefined if a server on the way could read it as another one. */
function decodeKey(raw: string): string | undefined {
  if (/%2f|%5c|%00/i.test(raw)) return undefined;
  try {
    const key = decodeURIComponent(raw);
    return /(?:^|\/)\.{1,2}(?:\/|$)|%|\\/.test(key) ? undefined : key;
  } catch {
    return undefined;
  }
}
