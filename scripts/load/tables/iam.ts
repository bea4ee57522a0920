import {
  blocks,
  ignored,
  listOf,
  mapOf,
  matching,
  oneOf,
  optional,
  otherwise,
  refused,
  required,
  text,
} from "../properties";

const GROUPS = "groups are not supported: attach the policy to a user or a role";
const NAME = matching(/^[\w+=,.@-]{1,128}$/, "a name of letters, digits and _+=,.@-");
const PATH = otherwise(matching(/^\/(?:[\x21-\x7e]+\/)?$/, "a path such as / or /clients/"), "/");
const NAMED = { name: optional(NAME), name_prefix: optional(NAME) };

const IDENTIFIERS = { type: required(text), identifiers: required(listOf(text)) };

/** @see https://registry.terraform.io/providers/hashicorp/aws/latest/docs/resources/iam_role */
export const IAM_TABLES = {
  aws_iam_role: {
    ...NAMED,
    path: PATH,
    assume_role_policy: required(text),
    permissions_boundary: optional(text),
    inline_policy: blocks({ name: optional(NAME), policy: optional(text) }),
    managed_policy_arns: otherwise(listOf(text), []),
    tags: otherwise(mapOf(text), {}),
    tags_all: ignored,
    description: ignored,
    force_detach_policies: ignored,
    max_session_duration: ignored,
    id: ignored,
  },
  aws_iam_user: {
    name: required(NAME),
    path: PATH,
    permissions_boundary: optional(text),
    tags: otherwise(mapOf(text), {}),
    tags_all: ignored,
    force_destroy: ignored,
    id: ignored,
  },
  aws_iam_policy: {
    ...NAMED,
    path: PATH,
    policy: required(text),
    delay_after_policy_creation_in_ms: ignored,
    description: ignored,
    tags: ignored,
    tags_all: ignored,
    id: ignored,
  },
  aws_iam_role_policy: { ...NAMED, role: required(text), policy: required(text), id: ignored },
  aws_iam_user_policy: { ...NAMED, user: required(text), policy: required(text), id: ignored },
  aws_iam_role_policy_attachment: { role: required(text), policy_arn: required(text), id: ignored },
  aws_iam_user_policy_attachment: { user: required(text), policy_arn: required(text), id: ignored },
  aws_iam_policy_attachment: {
    name: required(text),
    policy_arn: required(text),
    roles: otherwise(listOf(text), []),
    users: otherwise(listOf(text), []),
    groups: refused(GROUPS),
    id: ignored,
  },
  aws_iam_access_key: {
    user: required(text),
    status: otherwise(oneOf(["Active", "Inactive"]), "Active"),
    pgp_key: refused("the secret would be available only encrypted: remove it"),
    id: ignored,
  },
  "data.aws_iam_policy": {
    arn: optional(text),
    name: optional(text),
    path_prefix: refused("name the policy, or its arn"),
    tags: refused("name the policy, or its arn"),
    id: ignored,
  },
  "data.aws_iam_policy_document": {
    version: otherwise(oneOf(["2012-10-17", "2008-10-17"]), "2012-10-17"),
    policy_id: optional(text),
    statement: blocks({
      sid: optional(text),
      effect: otherwise(oneOf(["Allow", "Deny"]), "Allow"),
      actions: otherwise(listOf(text), []),
      not_actions: otherwise(listOf(text), []),
      resources: otherwise(listOf(text), []),
      not_resources: otherwise(listOf(text), []),
      principals: blocks(IDENTIFIERS),
      not_principals: blocks(IDENTIFIERS),
      condition: blocks({ test: required(text), variable: required(text), values: required(listOf(text)) }),
    }),
    source_policy_documents: otherwise(listOf(text), []),
    override_policy_documents: otherwise(listOf(text), []),
    source_json: refused("write source_policy_documents"),
    override_json: refused("write override_policy_documents"),
    id: ignored,
  },
} as const;
