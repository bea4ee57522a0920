import type { Value } from "#terraform/value";
import { provisionedConcurrency } from "../prices";
import {
  always,
  becomes,
  CARE,
  careful,
  DESCRIPTION,
  harmless,
  kept,
  listed,
  paid,
  QUIET,
  shownIn,
  steps,
  type Table,
  TOLD,
} from "../rule";

const PERMISSIONS = shownIn("permissions");
const ELSEWHERE = "its code comes from elsewhere";

/** The host of a value that is a URL. */
function hostIn(value: Value | undefined): string | undefined {
  return typeof value === "string" ? /^[a-z][a-z0-9+.-]*:\/\/([^/?#]*)/i.exec(value)?.[1] : undefined;
}

/** Functions. Source: https://docs.aws.amazon.com/lambda/latest/api/API_FunctionConfiguration.html */
export const LAMBDA: Table = {
  aws_lambda_function: {
    what: "Lambda",
    area: "code",
    made: TOLD,
    gone: TOLD,
    attributes: {
      function_name: listed,
      description: DESCRIPTION,
      source_code_hash: listed,
      filename: harmless("where the machine that applies has the code; the hash says whether it changes"),
      s3_bucket: careful(ELSEWHERE),
      s3_key: careful(ELSEWHERE),
      s3_object_version: careful("it has other code"),
      image_uri: careful(ELSEWHERE),
      image_config: careful("its image starts with another command"),
      package_type: careful(ELSEWHERE),
      code_signing_config_arn: kept("its code may be signed by others, or by no one"),
      handler: listed,
      // Source: https://docs.aws.amazon.com/lambda/latest/dg/lambda-runtimes.html#runtimes-deprecated
      runtime: becomes(
        /^(nodejs(\d|1\d|20)\.|nodejs$|python(2\.\d|3\.\d)$|ruby(2|3\.2)|java8$|dotnetcore|dotnet[567]|go1|provided$)/,
        "its runtime gets no security updates",
      ),
      architectures: listed,
      layers: careful("other layers run with it, with all of its rights"),
      role: shownIn("permissions"),
      memory_size: listed,
      timeout: listed,
      publish: listed,
      reserved_concurrent_executions: {
        is: "care if 0: each call of it fails; care if more: more of it may run at once, or it is not sure of its share",
        judge: ({ before, after, isUnknown, isNew }) => {
          if (after === 0) return CARE("each call of it fails");
          if (isNew) return QUIET;
          const [from, to] = [before, after].map((each) =>
            typeof each === "number" && each >= 0 ? each : Infinity,
          );
          return isUnknown || Number(to) > Number(from)
            ? CARE("more of it may run at once, or it is not sure of its share")
            : TOLD;
        },
      },
      "environment.variables": {
        is: "care if a URL has another host: what it calls, and what it sends there, is elsewhere; else listed",
        judge: (leaf, resource) => {
          const [from, to] = [hostIn(leaf.before), hostIn(leaf.after)];
          if (from === undefined || from === to) return listed.judge(leaf, resource);
          return CARE("what it calls, and what it sends there, is elsewhere");
        },
      },
      "environment.variables.AWS_LAMBDA_EXEC_WRAPPER": always(
        "another program starts it, with all of its rights",
      ),
      "environment.variables.NODE_OPTIONS": always("other code may start with it"),
      "environment.variables.NODE_EXTRA_CA_CERTS": always("it trusts other certificates"),
      "environment.variables.NODE_TLS_REJECT_UNAUTHORIZED": always(
        "it does not check the certificates of servers",
      ),
      "environment.variables.NODE_PATH": always("other code may start with it"),
      "environment.variables.LD_PRELOAD": always("other code may start with it"),
      "environment.variables.LD_LIBRARY_PATH": always("other code may start with it"),
      "environment.variables.PYTHONPATH": always("other code may start with it"),
      "environment.variables.PYTHONSTARTUP": always("other code may start with it"),
      "environment.variables.JAVA_TOOL_OPTIONS": always("other code may start with it"),
      "environment.variables.RUBYOPT": always("other code may start with it"),
      "environment.variables.DOTNET_STARTUP_HOOKS": always("other code may start with it"),
      "environment.variables.HTTPS_PROXY": always("what it sends goes by another server"),
      "environment.variables.HTTP_PROXY": always("what it sends goes by another server"),
      "environment.variables.AWS_ENDPOINT_URL": always("what it sends to AWS goes to another server"),
      kms_key_arn: kept("its variables are encrypted with another key"),
      dead_letter_config: kept("events that fail go elsewhere, or are lost"),
      "ephemeral_storage.size": listed,
      file_system_config: careful("another file system is mounted"),
      logging_config: listed,
      "logging_config.log_group": kept("it logs elsewhere"),
      "logging_config.application_log_level": steps(
        ["TRACE", "DEBUG", "INFO", "WARN", "ERROR", "FATAL"],
        "less is logged",
      ),
      "logging_config.system_log_level": steps(["DEBUG", "INFO", "WARN"], "less is logged"),
      snap_start: listed,
      "tracing_config.mode": steps(["Active", "PassThrough"], "its calls are not traced"),
      vpc_config: careful("it runs in another network"),
      skip_destroy: listed,
      replace_security_groups_on_destroy: listed,
      replacement_security_group_ids: listed,
    },
  },
  aws_lambda_function_url: {
    what: "function URL",
    area: "routes",
    made: CARE("a way to the function beside the API"),
    gone: TOLD,
    attributes: {
      function_name: careful("another function answers"),
      qualifier: careful("another version answers"),
      authorization_type: becomes(/^NONE$/, "anyone can call it without a signature"),
      invoke_mode: listed,
      cors: listed,
      "cors.allow_origins": becomes(/\*/, "any web page may read the answers"),
    },
  },
  aws_lambda_permission: {
    what: "permission of a function",
    area: "permissions",
    made: QUIET,
    gone: QUIET,
    attributes: {
      function_name: PERMISSIONS,
      principal: PERMISSIONS,
      action: PERMISSIONS,
      source_arn: PERMISSIONS,
      source_account: PERMISSIONS,
      qualifier: listed,
      principal_org_id: PERMISSIONS,
      function_url_auth_type: becomes(/^NONE$/, "it lets callers in by the function URL without a signature"),
      event_source_token: listed,
      statement_id: harmless("a name"),
      statement_id_prefix: harmless("a name"),
    },
  },
  aws_lambda_alias: {
    what: "alias of a function",
    area: "code",
    shows: ["name"],
    made: TOLD,
    gone: CARE("what calls it fails"),
    attributes: {
      name: listed,
      function_name: listed,
      description: DESCRIPTION,
      function_version: careful("another version answers"),
      routing_config: careful("another version answers a part of the calls"),
    },
  },
  aws_lambda_layer_version: {
    what: "layer",
    area: "code",
    made: TOLD,
    gone: TOLD,
    attributes: {
      layer_name: listed,
      description: DESCRIPTION,
      license_info: DESCRIPTION,
      compatible_architectures: listed,
      compatible_runtimes: listed,
      filename: harmless("where the machine that applies has the code; the hash says whether it changes"),
      source_code_hash: listed,
      s3_bucket: careful(ELSEWHERE),
      s3_key: careful(ELSEWHERE),
      s3_object_version: careful(ELSEWHERE),
      skip_destroy: listed,
    },
  },
  aws_lambda_layer_version_permission: {
    what: "permission of a layer",
    area: "permissions",
    shows: ["layer_name", "principal"],
    made: TOLD,
    gone: TOLD,
    attributes: {
      layer_name: listed,
      version_number: listed,
      action: listed,
      statement_id: harmless("a name"),
      skip_destroy: listed,
      principal: becomes(/^\*$/, "any account may read the layer"),
      organization_id: kept("accounts of another organization may read the layer"),
    },
  },
  aws_lambda_code_signing_config: {
    what: "code signing",
    area: "code",
    made: TOLD,
    gone: CARE("code needs no signature"),
    attributes: {
      description: DESCRIPTION,
      "allowed_publishers.signing_profile_version_arns": careful("code of other signers runs"),
      "policies.untrusted_artifact_on_deployment": steps(
        ["Enforce", "Warn"],
        "code without a valid signature runs",
      ),
    },
  },
  aws_lambda_event_source_mapping: {
    what: "event source of a function",
    area: "code",
    shows: ["event_source_arn"],
    made: TOLD,
    gone: CARE("the function gets no events from it any more"),
    attributes: {
      event_source_arn: careful("its events come from elsewhere"),
      function_name: careful("another function gets the events"),
      enabled: becomes(/^false$/, "the function gets no events from it any more"),
      batch_size: listed,
      filter_criteria: careful("it takes other events"),
      destination_config: kept("events that fail go elsewhere, or are lost"),
      maximum_batching_window_in_seconds: listed,
      maximum_record_age_in_seconds: listed,
      maximum_retry_attempts: listed,
      bisect_batch_on_function_error: listed,
      parallelization_factor: listed,
      starting_position: listed,
      tumbling_window_in_seconds: listed,
      function_response_types: listed,
      scaling_config: listed,
      queues: listed,
      topics: listed,
    },
  },
  aws_lambda_provisioned_concurrency_config: {
    what: "provisioned concurrency",
    area: "operation",
    made: CARE("it is paid by the hour"),
    gone: TOLD,
    attributes: {
      function_name: listed,
      qualifier: listed,
      skip_destroy: listed,
      provisioned_concurrent_executions: paid("it is paid by the hour", provisionedConcurrency),
    },
  },
  aws_lambda_function_event_invoke_config: {
    what: "asynchronous calls of a function",
    area: "code",
    made: TOLD,
    gone: TOLD,
    attributes: {
      function_name: listed,
      qualifier: listed,
      maximum_event_age_in_seconds: listed,
      maximum_retry_attempts: listed,
      destination_config: careful("what it answers goes elsewhere"),
    },
  },
  aws_lambda_runtime_management_config: {
    what: "runtime updates of a function",
    area: "code",
    made: TOLD,
    gone: TOLD,
    attributes: {
      function_name: listed,
      qualifier: listed,
      runtime_version_arn: careful("its runtime gets no updates by itself"),
      update_runtime_on: becomes(/Manual/, "its runtime gets no updates by itself"),
    },
  },
};
