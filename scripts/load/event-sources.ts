import type { EventSource } from "#model/event-source";
import type { NamedResource } from "#model/model";
import { flag, listOf, optional, otherwise, text, whole } from "./properties";
import type { Beside, Stack } from "./stack";

/** The resources of a type that is not run here, by name and ARN; those of which either is not known are left out. */
export function namedResources(stack: Stack, type: string): readonly NamedResource[] {
  return stack.besides(type, {}).flatMap((resource) => {
    const [name, arn] = [resource.text("name"), resource.text("arn")];
    return name === undefined || arn === undefined ? [] : [{ address: resource.address, name, arn }];
  });
}

/**
 * The event source mappings of the stack that are enabled and belong to its functions.
 * Source: https://registry.terraform.io/providers/hashicorp/aws/latest/docs/resources/lambda_event_source_mapping
 */
export function loadEventSources(stack: Stack): readonly EventSource[] {
  return stack.besides(TYPE, PROPERTIES).flatMap((mapping) => toEventSource(stack, mapping) ?? []);
}

// ---------------------------------------------------------------------------------------------------- internal

const TYPE = "aws_lambda_event_source_mapping";

const PROPERTIES = {
  event_source_arn: optional(text),
  function_name: optional(text),
  batch_size: optional(whole(1, 10_000)),
  enabled: otherwise(flag, true),
  function_response_types: otherwise(listOf(text), []),
} as const;

/** What decides which messages the function gets, or where they go, and is not followed. */
const NOT_FOLLOWED = [
  "filter_criteria",
  "amazon_managed_kafka_event_source_config",
  "self_managed_event_source",
  "self_managed_kafka_event_source_config",
  "topics",
  "queues",
  "document_db_event_source_config",
  "kms_key_arn",
];

function toEventSource(stack: Stack, mapping: Beside<typeof PROPERTIES>): EventSource | undefined {
  const { address, values } = mapping;
  const named = values?.function_name;
  if (!values?.enabled || named === undefined || values.event_source_arn === undefined) return undefined;
  const attribute = named.startsWith("arn:") ? "arn" : "function_name";
  const unqualified = /^((?:[^:]*:){6}[^:]*)(?::.+)?$/.exec(named)?.[1] ?? named;
  const fn = stack.findOptional("aws_lambda_function", attribute, unqualified);
  if (!fn) return undefined;
  const set = NOT_FOLLOWED.filter((name) => mapping.has(name));
  const isQueue = /^arn:[\w-]+:sqs:/.test(values.event_source_arn);
  const notFollowed = isQueue
    ? set.map((name) => `${name} is not followed`).join(", ")
    : "only queues are polled here";
  return {
    address,
    sourceArn: values.event_source_arn,
    functionArn: fn.text("arn"),
    batchSize: values.batch_size ?? 10,
    reportsFailures: values.function_response_types.includes("ReportBatchItemFailures"),
    ...(notFollowed !== "" && { notFollowed }),
  };
}
