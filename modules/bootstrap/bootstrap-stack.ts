import type { Construct } from "constructs";
import { Account } from "../account";
import { physicalName } from "../physical-name";
import { ProjectStack } from "../project-stack";
import { type BootstrapSettings, boundaryName, STAGE_STACKS } from "../settings";
import { STAGES } from "../stage-settings";
import { AccountLogging } from "./account-logging";
import { GithubActions } from "./github-actions";
import { deployStatements, planStatements, type StackLocation } from "./stack-permissions";
import { StateBucket } from "./state-bucket";

/**
 * What a team deploys once per account and region before its stages: a bucket for their state, roles for the workflows
 * on GitHub, and the role for API Gateway's logs.
 */
export class BootstrapStack extends ProjectStack {
  constructor(scope: Construct, id: string, settings: BootstrapSettings) {
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
      stacks: STAGE_STACKS,
      boundaries: Object.keys(STAGES).map(boundaryName),
      stateBucketArn: state.arn,
    };
    const github = new GithubActions(this, "github", { repository: settings.repository });
    const planRole = github.addRole("plan", {
      description: "Plans a pull request, and changes nothing",
      subjects: ["pull_request"],
      statements: planStatements(location),
    });
    const deployRole = github.addRole("deploy", {
      description: "Deploys the main branch",
      subjects: ["ref:refs/heads/main", ...Object.keys(STAGES).map((stage) => `environment:${stage}`)],
      // A job's subject names its environment or its branch, never both. Without this, only a setting on GitHub would
      // keep other branches out of an environment.
      ref: "refs/heads/main",
      statements: deployStatements(location),
    });

    this.output("state_bucket", state.bucketName, "Bucket for the state: TF_STATE_BUCKET");
    this.output("plan_role_arn", planRole, "Role that plans pull requests: AWS_PLAN_ROLE_ARN on GitHub");
    this.output("deploy_role_arn", deployRole, "Role that deploys: AWS_DEPLOY_ROLE_ARN on GitHub");
    this.output("region", region, "Region of the bucket and of the stages");
  }
}
