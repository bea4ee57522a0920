import type { Statement } from "../policy";
import { UserError } from "../project";
import type { ServicePermission } from "./service-permissions";
import { SAVED_PLANS } from "./state-bucket";

/** The location of the stacks that a permission is for. */
export interface StackLocation {
  readonly partition: string;
  readonly region: string;
  readonly accountId: string;
  /** The ids of the stacks, which the names of their resources begin with. */
  readonly stacks: readonly string[];
  /** The names of the permissions boundaries that the stacks' roles have. */
  readonly boundaries: readonly string[];
  /** The zone of the stages' domains. @default they have none */
  readonly hostedZoneId?: string;
  /** The ARN of the bucket that keeps their state. */
  readonly stateBucketArn: string;
}

/** Terraform's actions on one kind of resource. */
interface Permission {
  readonly sid: string;
  /** To compare existing resources with the declared ones. */
  readonly reads: readonly string[];
  /** To create, change and delete resources as declared. */
  readonly writes?: readonly string[];
  readonly resources: readonly string[];
  readonly condition?: Statement["condition"];
}

/**
 * The permissions of `terraform plan` on the stacks: it reads their state and every resource, and changes nothing. If
 * it is not allowed to lock the state, plan with `-lock=false`. The state contains the API keys.
 */
export function planStatements(location: StackLocation): Statement[] {
  return permissionsOf(location)
    .filter(({ reads }) => reads.length > 0)
    .map(({ sid, reads, resources, condition }) => ({ sid, actions: reads, resources, condition }));
}

/**
 * The permissions of `terraform apply` on the stacks. It can write the policies of the stacks' roles: people who can
 * change the main branch decide what they say, within the roles' boundaries. It can create boundaries but not change
 * them, cannot create a role without one, and cannot remove one; otherwise it could create an administrator.
 * Source: https://docs.aws.amazon.com/IAM/latest/UserGuide/access_policies_boundaries.html#access_policies_boundaries-delegate
 */
export function deployStatements(location: StackLocation): Statement[] {
  return permissionsOf(location).map(({ sid, reads, writes = [], resources, condition }) => ({
    sid,
    actions: [...reads, ...writes].sort(),
    resources,
    condition,
  }));
}

/** What the ARNs of a service begin with: not every service's have a region and an account. */
function arnStart(service: string, { partition, region, accountId }: StackLocation): string {
  if (service === "apigateway") return `arn:${partition}:apigateway:${region}:`;
  if (service === "route53") return `arn:${partition}:route53::`;
  return `arn:${partition}:${service}:${region}:${accountId}`;
}

/** @throws UserError if stages have records of their own, and no zone is named */
function zoneOf({ hostedZoneId }: StackLocation): string {
  if (hostedZoneId !== undefined) return hostedZoneId;
  throw new UserError(
    "HOSTED_ZONE_ID: got nothing, but stages have records in Route 53: set it to the id of their zone, with DOMAIN_NAME",
  );
}

/** The statements for further services, of `terraform plan` or `terraform apply`. */
export function serviceStatements(
  location: StackLocation,
  permissions: readonly ServicePermission[],
  role: "plan" | "deploy",
): Statement[] {
  const { partition, region, accountId, stacks } = location;
  const arn = (service: string, resource: string) => `${arnStart(service, location)}:${resource}`;
  return permissions
    .map(({ sid, reads, writes = [], resources, functionKey }) => ({
      sid,
      actions: role === "plan" ? reads : [...reads, ...writes].sort(),
      resources:
        resources === "*"
          ? ["*"]
          : resources.flatMap(([service, resource]) => [
              ...new Set(
                stacks.map((stack) =>
                  arn(
                    service,
                    resource.replace("{stack}", stack).replace("{zone}", () => zoneOf(location)),
                  ),
                ),
              ),
            ]),
      condition:
        functionKey === undefined
          ? undefined
          : {
              ArnLike: {
                [functionKey]: stacks.map(
                  (stack) => `arn:${partition}:lambda:${region}:${accountId}:function:${stack}-*`,
                ),
              },
            },
    }))
    .filter(({ actions }) => actions.length > 0);
}

/**
 * A resource's name begins with its stack's id; the wildcard after it stands for the rest. The actions are those that
 * Terraform's AWS provider calls, which test/deploy records.
 * Source: https://docs.aws.amazon.com/service-authorization/latest/reference/reference_policies_actions-resources-contextkeys.html
 */
function permissionsOf(location: StackLocation): readonly Permission[] {
  const { partition, region, accountId, stateBucketArn, stacks, boundaries } = location;
  const arn = (service: string, resource: string) =>
    `arn:${partition}:${service}:${region}:${accountId}:${resource}`;
  const iamArn = (resource: string) => `arn:${partition}:iam::${accountId}:${resource}`;
  const gatewayArn = (path: string) => `arn:${partition}:apigateway:${region}::${path}`;
  const ofEach = (name: (stack: string) => string) => stacks.map(name);
  const boundaryArns = boundaries.map((name) => iamArn(`policy/${name}`));
  const bounded = { StringEquals: { "iam:PermissionsBoundary": boundaryArns } };
  const ofOwnPolicies = { ArnLike: { "iam:PolicyARN": ofEach((stack) => iamArn(`policy/${stack}-*`)) } };
  // An S3 ARN names no account: after the bucket is removed, anyone who takes its name would get the state.
  const inOwnBucket = { StringEquals: { "aws:ResourceAccount": accountId } };

  return [
    {
      sid: "ListState",
      reads: ["s3:ListBucket"],
      resources: [stateBucketArn],
      condition: inOwnBucket,
    },
    {
      sid: "State",
      reads: ["s3:GetObject"],
      writes: ["s3:PutObject"],
      resources: ofEach((stack) => `${stateBucketArn}/${stack}.tfstate`),
      condition: inOwnBucket,
    },
    {
      sid: "StateLock",
      reads: [],
      writes: ["s3:DeleteObject", "s3:GetObject", "s3:PutObject"],
      resources: ofEach((stack) => `${stateBucketArn}/${stack}.tfstate.tflock`),
      condition: inOwnBucket,
    },
    {
      sid: "SavedPlans",
      reads: [],
      writes: ["s3:GetObject", "s3:PutObject"],
      // The wildcard stands for the runs that saved a plan.
      resources: ofEach((stack) => `${stateBucketArn}/${SAVED_PLANS}${stack}/*`),
      condition: inOwnBucket,
    },
    {
      sid: "Api",
      reads: ["apigateway:GET"],
      writes: ["apigateway:DELETE", "apigateway:PATCH", "apigateway:POST", "apigateway:PUT"],
      // AWS chooses the ids of APIs, keys and plans, so they cannot be named in advance: the wildcards also match those
      // of other stacks. To avoid this, use a separate account for the project.
      resources: [
        "/restapis",
        "/restapis/*",
        "/apikeys",
        "/apikeys/*",
        "/usageplans",
        "/usageplans/*",
        "/tags/*",
      ].map(gatewayArn),
    },
    {
      sid: "Functions",
      reads: [
        "lambda:GetFunction",
        "lambda:GetFunctionCodeSigningConfig",
        "lambda:GetPolicy",
        "lambda:ListTags",
        "lambda:ListVersionsByFunction",
      ],
      writes: [
        "lambda:AddPermission",
        "lambda:CreateFunction",
        "lambda:DeleteFunction",
        "lambda:GetFunctionConfiguration",
        "lambda:PublishVersion",
        "lambda:RemovePermission",
        "lambda:TagResource",
        "lambda:UntagResource",
        "lambda:UpdateFunctionCode",
        "lambda:UpdateFunctionConfiguration",
      ],
      resources: ofEach((stack) => arn("lambda", `function:${stack}-*`)),
    },
    {
      sid: "Tables",
      reads: [
        "dynamodb:DescribeContinuousBackups",
        "dynamodb:DescribeTable",
        "dynamodb:DescribeTimeToLive",
        "dynamodb:ListTagsOfResource",
      ],
      writes: [
        "dynamodb:CreateTable",
        "dynamodb:DeleteTable",
        "dynamodb:TagResource",
        "dynamodb:UntagResource",
        "dynamodb:UpdateContinuousBackups",
        "dynamodb:UpdateTable",
      ],
      resources: ofEach((stack) => arn("dynamodb", `table/${stack}-*`)),
    },
    {
      sid: "Roles",
      reads: ["iam:GetRole", "iam:GetRolePolicy", "iam:ListAttachedRolePolicies", "iam:ListRolePolicies"],
      writes: [
        "iam:DeleteRole",
        "iam:DeleteRolePolicy",
        "iam:ListInstanceProfilesForRole",
        "iam:TagRole",
        "iam:UntagRole",
        "iam:UpdateAssumeRolePolicy",
        "iam:UpdateRoleDescription",
      ],
      resources: ofEach((stack) => iamArn(`role/${stack}-*`)),
    },
    {
      sid: "BoundedRoles",
      reads: [],
      writes: ["iam:CreateRole", "iam:PutRolePolicy"],
      resources: ofEach((stack) => iamArn(`role/${stack}-*`)),
      condition: bounded,
    },
    {
      sid: "AttachOwnPolicies",
      reads: [],
      writes: ["iam:AttachRolePolicy"],
      resources: ofEach((stack) => iamArn(`role/${stack}-*`)),
      condition: { ...bounded, ...ofOwnPolicies },
    },
    {
      sid: "DetachOwnPolicies",
      reads: [],
      writes: ["iam:DetachRolePolicy"],
      resources: ofEach((stack) => iamArn(`role/${stack}-*`)),
      condition: ofOwnPolicies,
    },
    {
      sid: "Boundaries",
      reads: ["iam:GetPolicy", "iam:GetPolicyVersion"],
      writes: ["iam:CreatePolicy", "iam:TagPolicy"],
      resources: boundaryArns,
    },
    {
      sid: "PassRolesToLambda",
      reads: [],
      writes: ["iam:PassRole"],
      resources: ofEach((stack) => iamArn(`role/${stack}-*`)),
      condition: { StringEquals: { "iam:PassedToService": "lambda.amazonaws.com" } },
    },
    {
      sid: "AssumeCallers",
      reads: [],
      // `make verify` calls the API as those who may.
      writes: ["sts:AssumeRole"],
      resources: stacks.flatMap((stack) => [iamArn(`role/${stack}-reader`), iamArn(`role/${stack}-writer`)]),
    },
    {
      sid: "Policies",
      reads: ["iam:GetPolicy", "iam:GetPolicyVersion"],
      writes: [
        "iam:CreatePolicy",
        "iam:CreatePolicyVersion",
        "iam:DeletePolicy",
        "iam:DeletePolicyVersion",
        "iam:ListPolicyVersions",
        "iam:TagPolicy",
        "iam:UntagPolicy",
      ],
      resources: ofEach((stack) => iamArn(`policy/${stack}-*`)),
    },
    {
      sid: "FindLogsAndAlarms",
      // Terraform finds groups and alarms by listing, and IAM cannot restrict a list to a part.
      reads: ["cloudwatch:DescribeAlarms", "logs:DescribeLogGroups"],
      resources: [arn("logs", "log-group:*"), arn("cloudwatch", "alarm:*")],
    },
    {
      sid: "Logs",
      reads: ["logs:DescribeMetricFilters", "logs:ListTagsForResource"],
      writes: [
        "logs:CreateLogGroup",
        "logs:DeleteLogGroup",
        "logs:DeleteMetricFilter",
        "logs:PutMetricFilter",
        "logs:PutRetentionPolicy",
        "logs:TagResource",
        "logs:UntagResource",
      ],
      resources: stacks.flatMap((stack) => [
        arn("logs", `log-group:/aws/lambda/${stack}-*`),
        arn("logs", `log-group:/aws/apigateway/${stack}-*`),
      ]),
    },
    {
      sid: "Alarms",
      reads: ["cloudwatch:ListTagsForResource"],
      writes: [
        "cloudwatch:DeleteAlarms",
        "cloudwatch:PutMetricAlarm",
        "cloudwatch:TagResource",
        "cloudwatch:UntagResource",
      ],
      resources: ofEach((stack) => arn("cloudwatch", `alarm:${stack}-*`)),
    },
    {
      sid: "Topics",
      reads: ["sns:GetTopicAttributes", "sns:ListTagsForResource"],
      writes: [
        "sns:CreateTopic",
        "sns:DeleteTopic",
        "sns:SetTopicAttributes",
        "sns:Subscribe",
        "sns:TagResource",
        "sns:UntagResource",
      ],
      resources: ofEach((stack) => arn("sns", `${stack}-*`)),
    },
    {
      sid: "Subscriptions",
      reads: ["sns:GetSubscriptionAttributes"],
      writes: ["sns:SetSubscriptionAttributes", "sns:Unsubscribe"],
      // These actions do not support resource-level permissions: IAM accepts only the wildcard.
      resources: ["*"],
    },
  ];
}
