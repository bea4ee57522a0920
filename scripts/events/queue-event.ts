import { parseJson } from "#text/parse-json";

/** A message as `ReceiveMessage` answers it. */
export interface QueueMessage {
  readonly MessageId: string;
  readonly ReceiptHandle: string;
  readonly Body: string;
  readonly MD5OfBody?: string;
  readonly MD5OfMessageAttributes?: string;
  readonly Attributes?: Readonly<Record<string, string>>;
  readonly MessageAttributes?: Readonly<Record<string, MessageAttribute>>;
}

interface MessageAttribute {
  readonly DataType: string;
  readonly StringValue?: string;
  /** In base64. */
  readonly BinaryValue?: string;
}

/**
 * The event of a batch of messages.
 * Source: https://docs.aws.amazon.com/lambda/latest/dg/with-sqs.html#example-standard-queue-message-event
 */
export function queueEvent(messages: readonly QueueMessage[], queueArn: string): object {
  const Records = messages.map((message) => ({
    messageId: message.MessageId,
    receiptHandle: message.ReceiptHandle,
    body: message.Body,
    attributes: message.Attributes ?? {},
    messageAttributes: Object.fromEntries(
      Object.entries(message.MessageAttributes ?? {}).map(([name, attribute]) => [name, toEvent(attribute)]),
    ),
    ...(message.MD5OfMessageAttributes !== undefined && {
      md5OfMessageAttributes: message.MD5OfMessageAttributes,
    }),
    md5OfBody: message.MD5OfBody,
    eventSource: "aws:sqs",
    eventSourceARN: queueArn,
    awsRegion: queueArn.split(":")[3],
  }));
  return { Records };
}

/**
 * The messages that the function answers to have failed, by id; `all` if the answer is not well-formed, or names a message that
 * was not in the batch.
 * Source: https://docs.aws.amazon.com/lambda/latest/dg/services-sqs-errorhandling.html#sqs-batchfailurereporting-conditions
 */
export function failuresIn(payload: string, messages: readonly QueueMessage[]): ReadonlySet<string> | "all" {
  const answer = parseJson(payload);
  if (answer === undefined) return "all";
  const list = (answer as { readonly batchItemFailures?: unknown } | null)?.batchItemFailures ?? [];
  if (!Array.isArray(list)) return "all";
  const ids = list.map((item: unknown) => (item as { itemIdentifier?: unknown } | null)?.itemIdentifier);
  const isKnown = (id: unknown): id is string => messages.some(({ MessageId }) => MessageId === id);
  return ids.every(isKnown) ? new Set(ids) : "all";
}

// ---------------------------------------------------------------------------------------------------- internal

function toEvent({ DataType, StringValue, BinaryValue }: MessageAttribute): object {
  return {
    ...(StringValue !== undefined && { stringValue: StringValue }),
    ...(BinaryValue !== undefined && { binaryValue: BinaryValue }),
    stringListValues: [],
    binaryListValues: [],
    dataType: DataType,
  };
}
