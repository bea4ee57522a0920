import { parseJson } from "#text/parse-json";

/**
 * An answer of SQS in which the URLs of queues lead to the gate: SDKs send what is for a queue to its URL, and the emulator's own
 * would lead past the gate.
 */
export function localizeQueues(body: Uint8Array, url: string): Uint8Array {
  const text = Buffer.from(body).toString();
  const json = parseJson(text);
  if (typeof json !== "object" || json === null)
    return Buffer.from(text.replace(/<QueueUrl>https?:\/\/[^/<]+/g, `<QueueUrl>${url}`));
  const { QueueUrl, QueueUrls } = json as Readonly<Record<string, unknown>>;
  if (QueueUrl === undefined && QueueUrls === undefined) return body;
  const localize = (value: unknown): unknown =>
    typeof value === "string" ? value.replace(/^https?:\/\/[^/]+/, url) : value;
  const localized = {
    ...json,
    ...(QueueUrl !== undefined && { QueueUrl: localize(QueueUrl) }),
    ...(Array.isArray(QueueUrls) && { QueueUrls: QueueUrls.map(localize) }),
  };
  return Buffer.from(JSON.stringify(localized));
}
