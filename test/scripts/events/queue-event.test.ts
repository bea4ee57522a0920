import { failuresIn, type QueueMessage, queueEvent } from "#events/queue-event";

const ARN = "arn:aws:sqs:us-east-2:123456789012:my-queue";
const MESSAGE: QueueMessage = {
  MessageId: "059f36b4-87a3-44ab-83d2-661975830a7d",
  ReceiptHandle: "AQEBwJnKyrHigUMZj6rYigCgxlaS3SLy0a...",
  Body: "Test message.",
  MD5OfBody: "e4e68fb7bd0e697a0ae8f1bb342846b3",
  Attributes: { ApproximateReceiveCount: "1", SentTimestamp: "1545082649183" },
  MessageAttributes: { kind: { DataType: "String", StringValue: "test" } },
};

/** Source: https://docs.aws.amazon.com/lambda/latest/dg/with-sqs.html#example-standard-queue-message-event */
test("the event has the form that AWS documents", () => {
  expect(queueEvent([MESSAGE], ARN)).toEqual({
    Records: [
      {
        messageId: "059f36b4-87a3-44ab-83d2-661975830a7d",
        receiptHandle: "AQEBwJnKyrHigUMZj6rYigCgxlaS3SLy0a...",
        body: "Test message.",
        attributes: { ApproximateReceiveCount: "1", SentTimestamp: "1545082649183" },
        messageAttributes: {
          kind: { stringValue: "test", stringListValues: [], binaryListValues: [], dataType: "String" },
        },
        md5OfBody: "e4e68fb7bd0e697a0ae8f1bb342846b3",
        eventSource: "aws:sqs",
        eventSourceARN: ARN,
        awsRegion: "us-east-2",
      },
    ],
  });
});

const BATCH = ["a", "b"].map((MessageId) => ({ ...MESSAGE, MessageId }));

test.each([
  ["null", []],
  ["{}", []],
  ['{"batchItemFailures": null}', []],
  ['{"batchItemFailures": []}', []],
  ['{"batchItemFailures": [{"itemIdentifier": "b"}]}', ["b"]],
])("the answer %s: these have failed: %j", (payload, ids) => {
  expect(failuresIn(payload, BATCH)).toEqual(new Set(ids));
});

/** Source: https://docs.aws.amazon.com/lambda/latest/dg/services-sqs-errorhandling.html#sqs-batchfailurereporting-conditions */
test.each([
  "not JSON",
  '{"batchItemFailures": "b"}',
  '{"batchItemFailures": [{"itemIdentifier": ""}]}',
  '{"batchItemFailures": [{"itemIdentifier": null}]}',
  '{"batchItemFailures": [{"id": "b"}]}',
  '{"batchItemFailures": [null]}',
  '{"batchItemFailures": [{"itemIdentifier": "of another batch"}]}',
])("the answer %s: all have failed", (payload) => {
  expect(failuresIn(payload, BATCH)).toBe("all");
});
