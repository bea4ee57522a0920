/**
 * Stands in a Lambda's bundle for `@smithy/core/event-streams`, which every SDK client would load for an operation that
 * streams events, such as those of Kinesis. DynamoDB has none.
 */
throw new Error(
  "this bundle has no event streams: take their stand-in out of modules/bundle/bundle-options.ts",
);

export {};
