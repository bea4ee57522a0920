import {
  LambdaEventSourceMapping,
  type LambdaEventSourceMappingConfig,
} from "@cdktf/provider-aws/lib/lambda-event-source-mapping";
import type { Construct } from "constructs";
import type { NodejsFunction } from "./nodejs-function";

/** How a function gets what a queue or a stream holds. */
export interface Consumption {
  /** How many messages or records one event has at most. @default 10 of a queue, 100 of a stream */
  readonly batchSize?: number;
  /** How long to wait for a batch to fill, in seconds. @default 0 */
  readonly batchingWindowInSeconds?: number;
  /** How many invocations of the function work on a queue at once, from 2. @default as many as there are */
  readonly maximumConcurrency?: number;
}

/**
 * Has Lambda hand batches from a source to a function. The function answers which of them failed
 * (`{ batchItemFailures: [{ itemIdentifier }] }`), and these alone come again; an answer without that list is one without
 * failures.
 *
 * Source: https://docs.aws.amazon.com/lambda/latest/dg/services-sqs-errorhandling.html#services-sqs-batchfailurereporting
 */
export function consume(
  scope: Construct,
  consumer: NodejsFunction,
  eventSourceArn: string,
  {
    batchSize,
    batchingWindowInSeconds,
    maximumConcurrency,
    ...source
  }: Consumption & Partial<LambdaEventSourceMappingConfig>,
): void {
  new LambdaEventSourceMapping(scope, `to-${consumer.node.id}`, {
    eventSourceArn,
    functionName: consumer.functionName,
    batchSize,
    maximumBatchingWindowInSeconds: batchingWindowInSeconds,
    scalingConfig: maximumConcurrency === undefined ? undefined : { maximumConcurrency },
    functionResponseTypes: ["ReportBatchItemFailures"],
    ...source,
    // Lambda checks that the role may read the source.
    dependsOn: [consumer.permissions],
  });
}
