import { ignored, optional, type PropertyTable, refused, text, type Values } from "../properties";
import { API_GATEWAY_TABLES } from "./api-gateway";
import { DYNAMODB_TABLES } from "./dynamodb";
import { IAM_TABLES } from "./iam";
import { LAMBDA_TABLES } from "./lambda";

/** The resource types and data sources that are understood, each with the table of its properties. */
export const PROPERTY_TABLES = {
  ...API_GATEWAY_TABLES,
  ...LAMBDA_TABLES,
  ...DYNAMODB_TABLES,
  ...IAM_TABLES,
  "data.aws_caller_identity": { id: ignored },
  "data.aws_partition": { id: ignored },
  "data.aws_region": {
    region: optional(text),
    name: refused("the stack has one region, the provider's"),
    endpoint: refused("the stack has one region, the provider's"),
    id: ignored,
  },
} as const;

export type ResourceType = keyof typeof PROPERTY_TABLES;
export type ValuesOf<T extends ResourceType> = Values<(typeof PROPERTY_TABLES)[T]>;

/** Resource types that do not affect who can call and what is answered; they may have any property. */
export const TYPES_WITHOUT_LOCAL_EFFECT: ReadonlySet<string> = new Set([
  "aws_api_gateway_account",
  "aws_api_gateway_client_certificate",
  "aws_api_gateway_documentation_part",
  "aws_api_gateway_documentation_version",
  "aws_cloudwatch_composite_alarm",
  "aws_cloudwatch_dashboard",
  "aws_cloudwatch_log_data_protection_policy",
  "aws_cloudwatch_log_group",
  "aws_cloudwatch_log_metric_filter",
  "aws_cloudwatch_log_resource_policy",
  "aws_cloudwatch_log_stream",
  "aws_cloudwatch_log_subscription_filter",
  "aws_cloudwatch_metric_alarm",
  "aws_cloudwatch_query_definition",
  "aws_dynamodb_contributor_insights",
  "aws_resourcegroups_group",
  "aws_sns_topic",
  "aws_sns_topic_policy",
  "aws_sns_topic_subscription",
  "aws_xray_group",
  "aws_xray_sampling_rule",
]);

/** The table of a type, undefined if the type is not understood. */
export function propertyTable(type: string): PropertyTable | undefined {
  return Object.hasOwn(PROPERTY_TABLES, type) ? PROPERTY_TABLES[type as ResourceType] : undefined;
}
