/** What Terraform calls for resources of some types. */
export interface ServicePermission {
  readonly sid: string;
  /**
   * The types of Terraform's AWS provider, or one argument of a type, `aws_lambda_function.vpc_config`, if the calls are
   * made only if it is set.
   */
  readonly of: readonly string[];
  /** To compare what is there with what is declared. */
  readonly reads: readonly string[];
  /** To bring about what is declared. */
  readonly writes?: readonly string[];
  /**
   * The service and the resources of its ARNs, in the stack's region and account if the service's ARNs have them; `{stack}`
   * stands for each stack's id, which the names begin with, and `{zone}` for the hosted zone of the stages' domains. `*` if
   * IAM knows no resources for the actions.
   */
  readonly resources: readonly (readonly [service: string, resource: string])[] | "*";
  /** The condition key that holds the ARN of a function of the stack, if that bounds what no name bounds. */
  readonly functionKey?: "lambda:FunctionArn";
}

/**
 * The resource types whose permissions every pair of roles has (`stack-permissions.ts`): those of an API with tables, alarms
 * and clients.
 */
const BASE_TYPES: ReadonlySet<string> = new Set([
  "aws_api_gateway_api_key",
  "aws_api_gateway_authorizer",
  "aws_api_gateway_deployment",
  "aws_api_gateway_gateway_response",
  "aws_api_gateway_integration",
  "aws_api_gateway_integration_response",
  "aws_api_gateway_method",
  "aws_api_gateway_method_response",
  "aws_api_gateway_method_settings",
  "aws_api_gateway_model",
  "aws_api_gateway_request_validator",
  "aws_api_gateway_resource",
  "aws_api_gateway_rest_api",
  "aws_api_gateway_stage",
  "aws_api_gateway_usage_plan",
  "aws_api_gateway_usage_plan_key",
  "aws_cloudwatch_log_group",
  "aws_cloudwatch_log_metric_filter",
  "aws_cloudwatch_metric_alarm",
  "aws_dynamodb_table",
  "aws_iam_policy",
  "aws_iam_role",
  "aws_iam_role_policy",
  "aws_iam_role_policy_attachment",
  "aws_lambda_function",
  "aws_lambda_permission",
  "aws_sns_topic",
  "aws_sns_topic_subscription",
]);

/**
 * The permissions that a stack needs for resources beyond these. test/deploy/deep/services.test.ts compares them with the calls
 * that Terraform makes.
 *
 * Sources: https://docs.aws.amazon.com/service-authorization/latest/reference/reference_policies_actions-resources-contextkeys.html
 * (a page for each service) and the provider's own calls, https://github.com/hashicorp/terraform-provider-aws/tree/main/internal/service
 */
const SERVICE_PERMISSIONS: readonly ServicePermission[] = [
  {
    sid: "Queues",
    of: ["aws_sqs_queue", "aws_sqs_queue_policy", "aws_sqs_queue_redrive_policy"],
    reads: ["sqs:GetQueueAttributes", "sqs:GetQueueUrl", "sqs:ListQueueTags"],
    writes: [
      "sqs:CreateQueue",
      "sqs:DeleteQueue",
      "sqs:SetQueueAttributes",
      "sqs:TagQueue",
      "sqs:UntagQueue",
    ],
    resources: [["sqs", "{stack}-*"]],
  },
  {
    sid: "EventSourceMappings",
    of: ["aws_lambda_event_source_mapping"],
    reads: ["lambda:GetEventSourceMapping"],
    // To create one, or to read it, IAM takes the wildcard alone.
    writes: [
      "lambda:CreateEventSourceMapping",
      "lambda:DeleteEventSourceMapping",
      "lambda:UpdateEventSourceMapping",
    ],
    resources: "*",
    functionKey: "lambda:FunctionArn",
  },
  {
    sid: "EventSourceMappingTags",
    of: ["aws_lambda_event_source_mapping"],
    reads: ["lambda:ListTags"],
    writes: ["lambda:TagResource", "lambda:UntagResource"],
    // Lambda chooses their ids.
    resources: [["lambda", "event-source-mapping:*"]],
  },
  {
    sid: "Schedules",
    of: ["aws_cloudwatch_event_rule", "aws_cloudwatch_event_target"],
    reads: ["events:DescribeRule", "events:ListTagsForResource", "events:ListTargetsByRule"],
    writes: [
      "events:DeleteRule",
      "events:DisableRule",
      "events:EnableRule",
      "events:PutRule",
      "events:PutTargets",
      "events:RemoveTargets",
      "events:TagResource",
      "events:UntagResource",
    ],
    resources: [["events", "rule/{stack}-*"]],
  },
  {
    sid: "Parameters",
    of: ["aws_ssm_parameter"],
    reads: ["ssm:GetParameter", "ssm:GetParameters", "ssm:ListTagsForResource"],
    writes: [
      "ssm:AddTagsToResource",
      "ssm:DeleteParameter",
      "ssm:PutParameter",
      "ssm:RemoveTagsFromResource",
    ],
    resources: [["ssm", "parameter/{stack}-*"]],
  },
  {
    sid: "FindParameters",
    of: ["aws_ssm_parameter"],
    reads: ["ssm:DescribeParameters"],
    resources: [["ssm", "*"]],
  },
  {
    sid: "Secrets",
    of: ["aws_secretsmanager_secret"],
    reads: ["secretsmanager:DescribeSecret", "secretsmanager:GetResourcePolicy"],
    writes: [
      "secretsmanager:CreateSecret",
      "secretsmanager:DeleteSecret",
      "secretsmanager:TagResource",
      "secretsmanager:UntagResource",
      "secretsmanager:UpdateSecret",
    ],
    resources: [["secretsmanager", "secret:{stack}-*"]],
  },
  {
    sid: "TopicSubscriptions",
    of: ["aws_sns_topic_subscription"],
    // Not called for a subscription by mail, which waits for its owner.
    reads: ["sns:ListSubscriptionsByTopic"],
    resources: [["sns", "{stack}-*"]],
  },
  {
    sid: "TableTimeToLive",
    of: ["aws_dynamodb_table.ttl"],
    reads: [],
    writes: ["dynamodb:UpdateTimeToLive"],
    resources: [["dynamodb", "table/{stack}-*"]],
  },
  {
    sid: "TablePolicies",
    of: ["aws_dynamodb_resource_policy"],
    reads: ["dynamodb:GetResourcePolicy"],
    writes: ["dynamodb:DeleteResourcePolicy", "dynamodb:PutResourcePolicy"],
    resources: [["dynamodb", "table/{stack}-*"]],
  },
  {
    sid: "Domains",
    of: ["aws_api_gateway_base_path_mapping", "aws_api_gateway_domain_name"],
    reads: ["apigateway:GET"],
    writes: ["apigateway:DELETE", "apigateway:PATCH", "apigateway:POST", "apigateway:PUT"],
    // No name of a domain begins with a stack's id.
    resources: [
      ["apigateway", "/domainnames"],
      ["apigateway", "/domainnames/*"],
    ],
  },
  {
    sid: "Certificates",
    of: ["aws_acm_certificate", "aws_acm_certificate_validation"],
    reads: ["acm:DescribeCertificate", "acm:ListTagsForCertificate"],
    writes: [
      "acm:AddTagsToCertificate",
      "acm:DeleteCertificate",
      "acm:RemoveTagsFromCertificate",
      "acm:RequestCertificate",
    ],
    // AWS chooses their ids.
    resources: [["acm", "certificate/*"]],
  },
  {
    sid: "Records",
    of: ["aws_route53_record"],
    reads: ["route53:GetHostedZone", "route53:ListResourceRecordSets"],
    writes: ["route53:ChangeResourceRecordSets"],
    resources: [["route53", "hostedzone/{zone}"]],
  },
  {
    sid: "RecordChanges",
    of: ["aws_route53_record"],
    reads: [],
    // Route 53 chooses the ids of changes.
    writes: ["route53:GetChange"],
    resources: [["route53", "change/*"]],
  },
  {
    sid: "FunctionConcurrency",
    of: ["aws_lambda_function.reserved_concurrent_executions"],
    reads: [],
    writes: ["lambda:DeleteFunctionConcurrency", "lambda:PutFunctionConcurrency"],
    resources: [["lambda", "function:{stack}-*"]],
  },
  {
    sid: "FunctionLayers",
    of: ["aws_lambda_function.layers"],
    reads: [],
    // Layers belong to other stacks, and their names are theirs.
    writes: ["lambda:GetLayerVersion"],
    resources: [["lambda", "layer:*"]],
  },
  {
    sid: "FunctionNetworks",
    of: ["aws_lambda_function.vpc_config"],
    reads: [],
    // Lambda checks that its caller may see the network. IAM knows no resources for these.
    writes: ["ec2:DescribeSecurityGroups", "ec2:DescribeSubnets", "ec2:DescribeVpcs"],
    resources: "*",
  },
];

/**
 * The permissions for some resources.
 * @param types - their types, and `type.argument` for each argument that is set
 * @returns also the types that no permission is known for
 */
export function permissionsFor(types: Iterable<string>): {
  readonly permissions: readonly ServicePermission[];
  readonly unknown: readonly string[];
} {
  const wanted = new Set(types);
  const known = new Set(SERVICE_PERMISSIONS.flatMap(({ of }) => of));
  return {
    permissions: SERVICE_PERMISSIONS.filter(({ of }) => of.some((type) => wanted.has(type))),
    unknown: [...wanted]
      .filter((type) => !type.includes(".") && !BASE_TYPES.has(type) && !known.has(type))
      .sort(),
  };
}
