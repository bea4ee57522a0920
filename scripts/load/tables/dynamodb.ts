import {
  blocks,
  flag,
  ignored,
  listOf,
  oneOf,
  optional,
  otherwise,
  refused,
  required,
  text,
} from "../properties";

const EMPTY_AT_FIRST = "a local table starts empty: remove it";

const PROJECTION = {
  projection_type: required(oneOf(["ALL", "KEYS_ONLY", "INCLUDE"])),
  non_key_attributes: otherwise(listOf(text), []),
};

/** @see https://registry.terraform.io/providers/hashicorp/aws/latest/docs/resources/dynamodb_table */
export const DYNAMODB_TABLES = {
  aws_dynamodb_table: {
    region: optional(text),
    name: required(text),
    hash_key: required(text),
    range_key: optional(text),
    attribute: blocks({ name: required(text), type: required(oneOf(["S", "N", "B"])) }),
    global_secondary_index: blocks({
      ...PROJECTION,
      name: required(text),
      hash_key: required(text),
      range_key: optional(text),
      read_capacity: ignored,
      write_capacity: ignored,
      on_demand_throughput: ignored,
      warm_throughput: ignored,
    }),
    local_secondary_index: blocks({ ...PROJECTION, name: required(text), range_key: required(text) }),
    import_table: refused(EMPTY_AT_FIRST),
    restore_date_time: refused(EMPTY_AT_FIRST),
    restore_source_name: refused(EMPTY_AT_FIRST),
    restore_source_table_arn: refused(EMPTY_AT_FIRST),
    restore_to_latest_time: refused(EMPTY_AT_FIRST),
    billing_mode: ignored,
    deletion_protection_enabled: ignored,
    global_table_witness: ignored,
    on_demand_throughput: ignored,
    point_in_time_recovery: ignored,
    read_capacity: ignored,
    replica: ignored,
    server_side_encryption: ignored,
    stream_enabled: otherwise(flag, false),
    stream_view_type: optional(text),
    table_class: ignored,
    tags: ignored,
    tags_all: ignored,
    timeouts: ignored,
    ttl: blocks({ attribute_name: optional(text), enabled: otherwise(flag, false) }),
    warm_throughput: ignored,
    write_capacity: ignored,
    id: ignored,
  },
} as const;
