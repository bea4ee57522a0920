import { unsupported } from "#terraform/problem";
import { describe } from "#terraform/value";
import {
  block,
  flag,
  ignored,
  listOf,
  mapOf,
  matching,
  oneOf,
  only,
  optional,
  otherwise,
  type Reader,
  refused,
  required,
  text,
  whole,
} from "../properties";

const ZIP_ONLY = "deploy the function as a local zip file (filename)";

const oneArchitecture: Reader<string> = (value, at) => {
  const [architecture, ...more] = listOf(oneOf(["x86_64", "arm64"]))(value, at);
  if (architecture !== undefined && more.length === 0) return architecture;
  throw unsupported(at.address, describe(value), "a list of one architecture", "name one");
};

/** AWS names its runtimes so; anything else is a mistake. What is not Node.js runs as `local.json` says. */
const anyRuntime: Reader<string> = (value, at) => {
  const runtime = text(value, at);
  if (/^[a-z]+[\d.]*[\w.]*$/.test(runtime)) return runtime;
  throw unsupported(at.address, describe(runtime), "a Node.js runtime such as nodejs24.x", "correct it");
};

/** A limit makes AWS refuse what is beyond it, as the account's own limit does; none at all makes it refuse everything. */
const concurrency: Reader<number> = (value, at) => {
  const reserved = whole(-1)(value, at);
  if (reserved === 0)
    throw unsupported(at.address, "0", "-1, or from 1", "with 0 the function never runs on AWS");
  if (reserved > 0) at.ignore(at.kind);
  return reserved;
};

/** @see https://registry.terraform.io/providers/hashicorp/aws/latest/docs/resources/lambda_function */
export const LAMBDA_TABLES = {
  aws_lambda_function: {
    region: optional(text),
    function_name: required(matching(/^[A-Za-z0-9_-]{1,64}$/, "a name of letters, digits, _ and -")),
    role: required(text),
    filename: optional(text),
    handler: optional(text),
    runtime: optional(anyRuntime),
    architectures: otherwise(oneArchitecture, "x86_64"),
    memory_size: otherwise(whole(128, 10_240), 128),
    timeout: otherwise(whole(1, 900), 3),
    publish: otherwise(flag, false),
    environment: block({ variables: otherwise(mapOf(text), {}) }),
    logging_config: block({
      log_group: optional(text),
      log_format: ignored,
      application_log_level: ignored,
      system_log_level: ignored,
    }),
    reserved_concurrent_executions: optional(concurrency),
    package_type: only(text, "Zip", ZIP_ONLY),
    image_uri: refused(ZIP_ONLY),
    image_config: refused(ZIP_ONLY),
    s3_bucket: refused(ZIP_ONLY),
    s3_key: refused(ZIP_ONLY),
    s3_object_version: refused(ZIP_ONLY),
    layers: refused("layers do not run locally: bundle what the function needs"),
    file_system_config: refused("file systems are not mounted locally"),
    // What it reaches in a VPC cannot be reached here; its own code runs, and says so.
    vpc_config: ignored,
    publish_to: refused("take it away"),
    capacity_provider_config: refused("take it away"),
    durable_config: refused("durable functions do not run locally"),
    tenancy_config: refused("tenant isolation does not run locally"),
    code_signing_config_arn: ignored,
    dead_letter_config: ignored,
    description: ignored,
    ephemeral_storage: ignored,
    kms_key_arn: ignored,
    replace_security_groups_on_destroy: ignored,
    replacement_security_group_ids: ignored,
    skip_destroy: ignored,
    snap_start: ignored,
    source_code_hash: ignored,
    source_kms_key_arn: ignored,
    tags: ignored,
    tags_all: ignored,
    timeouts: ignored,
    tracing_config: ignored,
    id: ignored,
  },
  aws_lambda_permission: {
    region: optional(text),
    function_name: required(text),
    action: required(text),
    principal: required(text),
    source_arn: optional(text),
    source_account: optional(text),
    qualifier: optional(text),
    event_source_token: refused("it belongs to Alexa skills, which do not run locally"),
    function_url_auth_type: refused("function URLs do not run locally"),
    principal_org_id: refused("the organization of a caller is not known locally: name principals instead"),
    statement_id: ignored,
    statement_id_prefix: ignored,
    id: ignored,
  },
} as const;
