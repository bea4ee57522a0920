import type { SecondaryIndex, StreamView, Table } from "#model/table";
import type { Stack } from "./stack";

/** The stack's DynamoDB tables. */
export function loadTables(stack: Stack): readonly Table[] {
  stack.refuseSame("aws_dynamodb_table", "name");
  return stack.problems.attemptEach(stack.all("aws_dynamodb_table"), (table) => {
    const { address, values } = table;
    return {
      address,
      name: values.name,
      arn: table.text("arn"),
      hashKey: values.hash_key,
      rangeKey: values.range_key,
      attributes: values.attribute,
      globalSecondaryIndexes: values.global_secondary_index.map((index) => toIndex(index, index.hash_key)),
      localSecondaryIndexes: values.local_secondary_index.map((index) => toIndex(index, values.hash_key)),
      ...timeToLiveOf(values.ttl),
      ...streamOf(values),
    };
  });
}

function timeToLiveOf(
  blocks: readonly { readonly attribute_name?: string | undefined; readonly enabled: boolean }[],
): Pick<Table, "timeToLive"> {
  const { attribute_name: timeToLive = "" } = blocks.find(({ enabled }) => enabled) ?? {};
  return timeToLive === "" ? {} : { timeToLive };
}

const STREAM_VIEWS: readonly StreamView[] = ["KEYS_ONLY", "NEW_IMAGE", "OLD_IMAGE", "NEW_AND_OLD_IMAGES"];

function streamOf({
  stream_enabled,
  stream_view_type,
}: {
  readonly stream_enabled: boolean;
  readonly stream_view_type?: string | undefined;
}): Pick<Table, "streamView"> {
  const streamView = STREAM_VIEWS.find((view) => stream_enabled && view === stream_view_type);
  return streamView === undefined ? {} : { streamView };
}

interface IndexArguments {
  readonly name: string;
  readonly range_key?: string;
  readonly projection_type: SecondaryIndex["projectionType"];
  readonly non_key_attributes: readonly string[];
}

function toIndex(index: IndexArguments, hashKey: string): SecondaryIndex {
  return {
    name: index.name,
    hashKey,
    rangeKey: index.range_key,
    projectionType: index.projection_type,
    nonKeyAttributes: index.non_key_attributes,
  };
}
