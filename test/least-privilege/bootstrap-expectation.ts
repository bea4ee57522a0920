/**
 * What the workflows' roles need, written down by hand: what Terraform's AWS provider asks of AWS to compare a stage
 * with its program (plan) and to make it so (deploy), and what the workflows do beside it.
 */

export const ACCOUNT = "123456789012";
export const REGION = "eu-west-1";
export const REPOSITORY = "octo-org/octo-repo";
export const PROVIDER = `arn:aws:iam::${ACCOUNT}:oidc-provider/token.actions.githubusercontent.com`;
export const BUCKET = `arn:aws:s3:::signed-inventory-bootstrap-state-${ACCOUNT}-${REGION}`;

/** Work on one kind of resource. */
export interface ExpectedWork {
  readonly service: string;
  /** For each stage and its stack, whose names stand for `STAGE` and `STACK`; a `{placeholder}` may be anything. */
  readonly on: readonly string[];
  /** Names of actions, parted by spaces. */
  readonly plan?: string;
  /** Beside those of a plan. */
  readonly deploy?: string;
  /** What the request has to carry, by key. */
  readonly context?: Readonly<Record<string, string>>;
}

const arn = (service: string, resource: string): string =>
  `arn:aws:${service}:${REGION}:${ACCOUNT}:${resource}`;
const iamArn = (resource: string): string => `arn:aws:iam::${ACCOUNT}:${resource}`;
const gatewayArn = (path: string): string => `arn:aws:apigateway:${REGION}::${path}`;

export const STACKS = ["signed-inventory-dev", "signed-inventory-prod"];

/** What holds the roles of a stage. */
const BOUNDARY = iamArn("policy/signed-inventory-boundary-STAGE");

/** The bucket is the account's own, and no other's that has its name. */
export const IN_OWN_BUCKET = { "aws:ResourceAccount": ACCOUNT };

export const WORK: readonly ExpectedWork[] = [
  { service: "s3", on: [BUCKET], plan: "ListBucket", context: IN_OWN_BUCKET },
  {
    service: "s3",
    on: [`${BUCKET}/STACK.tfstate`],
    plan: "GetObject",
    deploy: "PutObject",
    context: IN_OWN_BUCKET,
  },
  {
    service: "s3",
    on: [`${BUCKET}/STACK.tfstate.tflock`],
    deploy: "DeleteObject GetObject PutObject",
    context: IN_OWN_BUCKET,
  },
  {
    service: "s3",
    on: [`${BUCKET}/plans/STACK/{run}`],
    deploy: "GetObject PutObject",
    context: IN_OWN_BUCKET,
  },
  {
    service: "apigateway",
    on: [
      "/restapis",
      "/restapis/{path}",
      "/apikeys",
      "/apikeys/{path}",
      "/usageplans",
      "/usageplans/{path}",
      "/tags/{path}",
    ].map(gatewayArn),
    plan: "GET",
    deploy: "DELETE PATCH POST PUT",
  },
  {
    service: "lambda",
    on: [arn("lambda", "function:STACK-{name}")],
    plan: "GetFunction GetFunctionCodeSigningConfig GetPolicy ListTags ListVersionsByFunction",
    deploy:
      "AddPermission CreateFunction DeleteFunction GetFunctionConfiguration PublishVersion RemovePermission " +
      "TagResource UntagResource UpdateFunctionCode UpdateFunctionConfiguration",
  },
  {
    service: "dynamodb",
    on: [arn("dynamodb", "table/STACK-{name}")],
    plan: "DescribeContinuousBackups DescribeTable DescribeTimeToLive ListTagsOfResource",
    deploy: "CreateTable DeleteTable TagResource UntagResource UpdateContinuousBackups UpdateTable",
  },
  {
    service: "iam",
    on: [iamArn("role/STACK-{name}")],
    plan: "GetRole GetRolePolicy ListAttachedRolePolicies ListRolePolicies",
    deploy:
      "DeleteRole DeleteRolePolicy ListInstanceProfilesForRole TagRole UntagRole UpdateAssumeRolePolicy " +
      "UpdateRoleDescription",
  },
  {
    service: "iam",
    on: [iamArn("role/STACK-{name}")],
    deploy: "CreateRole PutRolePolicy",
    context: { "iam:PermissionsBoundary": BOUNDARY },
  },
  {
    service: "iam",
    on: [iamArn("role/STACK-{name}")],
    deploy: "AttachRolePolicy",
    context: { "iam:PermissionsBoundary": BOUNDARY, "iam:PolicyARN": iamArn("policy/STACK-{name}") },
  },
  {
    service: "iam",
    on: [iamArn("role/STACK-{name}")],
    deploy: "DetachRolePolicy",
    context: { "iam:PolicyARN": iamArn("policy/STACK-{name}") },
  },
  { service: "iam", on: [BOUNDARY], plan: "GetPolicy GetPolicyVersion", deploy: "CreatePolicy TagPolicy" },
  {
    service: "iam",
    on: [iamArn("role/STACK-{name}")],
    deploy: "PassRole",
    context: { "iam:PassedToService": "lambda.amazonaws.com" },
  },
  {
    service: "sts",
    on: ["reader", "writer"].map((name) => iamArn(`role/STACK-${name}`)),
    deploy: "AssumeRole",
  },
  {
    service: "iam",
    on: [iamArn("policy/STACK-{name}")],
    plan: "GetPolicy GetPolicyVersion",
    deploy:
      "CreatePolicy CreatePolicyVersion DeletePolicy DeletePolicyVersion ListPolicyVersions TagPolicy UntagPolicy",
  },
  // IAM knows no part of a list.
  { service: "logs", on: [arn("logs", "log-group:{group}")], plan: "DescribeLogGroups" },
  { service: "cloudwatch", on: [arn("cloudwatch", "alarm:{name}")], plan: "DescribeAlarms" },
  {
    service: "logs",
    on: [
      arn("logs", "log-group:/aws/lambda/STACK-{name}"),
      arn("logs", "log-group:/aws/apigateway/STACK-{name}"),
    ],
    plan: "DescribeMetricFilters ListTagsForResource",
    deploy:
      "CreateLogGroup DeleteLogGroup DeleteMetricFilter PutMetricFilter PutRetentionPolicy TagResource UntagResource",
  },
  {
    service: "cloudwatch",
    on: [arn("cloudwatch", "alarm:STACK-{name}")],
    plan: "ListTagsForResource",
    deploy: "DeleteAlarms PutMetricAlarm TagResource UntagResource",
  },
  {
    service: "sns",
    on: [arn("sns", "STACK-{name}")],
    plan: "GetTopicAttributes ListTagsForResource",
    deploy: "CreateTopic DeleteTopic SetTopicAttributes Subscribe TagResource UntagResource",
  },
  // IAM knows no resources for these.
  {
    service: "sns",
    on: ["*"],
    plan: "GetSubscriptionAttributes",
    deploy: "SetSubscriptionAttributes Unsubscribe",
  },
];

const ISSUER = "token.actions.githubusercontent.com";

/** What the tokens of the jobs say that may take a role, key by key; a key that is not named may be anything. */
export const JOBS: Readonly<Record<"plan" | "deploy", readonly Readonly<Record<string, string>>[]>> = {
  plan: ["pull_request", "ref:refs/heads/main"].map((subject) => ({
    [`${ISSUER}:aud`]: "sts.amazonaws.com",
    [`${ISSUER}:sub`]: `repo:${REPOSITORY}:${subject}`,
  })),
  deploy: ["ref:refs/heads/main", "environment:dev", "environment:prod"].map((subject) => ({
    [`${ISSUER}:aud`]: "sts.amazonaws.com",
    [`${ISSUER}:sub`]: `repo:${REPOSITORY}:${subject}`,
    [`${ISSUER}:ref`]: "refs/heads/main",
  })),
};
