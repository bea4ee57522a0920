import type { Construct } from "constructs";
import { Account } from "../account";
import { physicalName } from "../physical-name";
import { UserError } from "../project";
import { ProjectStack } from "../project-stack";
import { type BootstrapSettings, boundaryName, stageNames, stageStacks } from "../settings";
import { AccountLogging } from "./account-logging";
import { GithubActions } from "./github-actions";
import { permissionsFor } from "./service-permissions";
import { deployStatements, planStatements, type StackLocation, serviceStatements } from "./stack-permissions";
import { StateBucket } from "./state-bucket";

/**
 * What a team deploys once per account and region before its stages: a bucket for their state, roles for the workflows
 * on GitHub, and the role for API Gateway's logs.
 */
export class BootstrapStack extends ProjectStack {
  /**
   * @param resourceTypes - the types of the stages' resources, and `type.argument` for arguments that are set; from these the
   *   roles get their permissions. @default those of an API with tables, alarms and clients
   * @throws UserError if Terraform's calls for a type are not known
   */
  constructor(
    scope: Construct,
    id: string,
    settings: BootstrapSettings,
    resourceTypes: Iterable<string> = [],
  ) {
    super(scope, id, settings, { stack: "bootstrap" });
    const { region } = settings;
    const { accountId, partition } = new Account(this, "account");
    const state = new StateBucket(this, "state", {
      bucketName: `${physicalName(this, "state")}-${accountId}-${region}`,
      isProtected: settings.isStateProtected,
    });
    new AccountLogging(this, "api-logs");

    const location: StackLocation = {
      partition,
      region,
      accountId,
      stacks: stageStacks(),
      boundaries: stageNames().map(boundaryName),
      hostedZoneId: settings.hostedZoneId,
      stateBucketArn: state.arn,
    };
    const { permissions, unknown } = permissionsFor(resourceTypes);
    if (unknown.length > 0) {
      throw new UserError(
        `got ${unknown.join(", ")} in the stages, whose permissions are not known: add them to modules/bootstrap/service-permissions.ts, and to the boundary what roles may do with them`,
      );
    }
    const github = new GithubActions(this, "github", { repository: settings.repository });
    const planRole = github.addRole("plan", {
      description: "Plans pull requests and main, and changes nothing",
      // Main's jobs look each night for what was changed without a deployment.
      subjects: ["pull_request", "ref:refs/heads/main"],
      statements: planStatements(location),
      furtherStatements: serviceStatements(location, permissions, "plan"),
    });
    const deployRole = github.addRole("deploy", {
      description: "Deploys the main branch",
      subjects: ["ref:refs/heads/main", ...stageNames().map((stage) => `environment:${stage}`)],
      // A job's subject names its environment or its branch, never both. Without this, only a setting on GitHub would
      // keep other branches out of an environment.
      ref: "refs/heads/main",
      statements: deployStatements(location),
      furtherStatements: serviceStatements(location, permissions, "deploy"),
    });

    this.output("state_bucket", state.bucketName, "Bucket for the state: TF_STATE_BUCKET");
    this.output("plan_role_arn", planRole, "Role that plans pull requests: AWS_PLAN_ROLE_ARN on GitHub");
    this.output("deploy_role_arn", deployRole, "Role that deploys: AWS_DEPLOY_ROLE_ARN on GitHub");
    this.output("region", region, "Region of the bucket and of the stages");
  }
}
