import { IamOpenidConnectProvider } from "@cdktf/provider-aws/lib/iam-openid-connect-provider";
import { IamPolicy } from "@cdktf/provider-aws/lib/iam-policy";
import { IamRole } from "@cdktf/provider-aws/lib/iam-role";
import { IamRolePolicy } from "@cdktf/provider-aws/lib/iam-role-policy";
import { IamRolePolicyAttachment } from "@cdktf/provider-aws/lib/iam-role-policy-attachment";
import { Construct } from "constructs";
import { physicalName } from "../physical-name";
import { policyDocument, type Statement } from "../policy";

const ISSUER = "token.actions.githubusercontent.com";
const AUDIENCE = "sts.amazonaws.com";

export interface GithubActionsProps {
  /** `OWNER/NAME`, as the subjects of its tokens have it. */
  readonly repository: string;
}

/** Some jobs of the repository, and what they may do. */
export interface GithubRoleProps {
  readonly description: string;
  /** The part after the repository in the subjects of the jobs' tokens: `pull_request`, `environment:prod`. */
  readonly subjects: readonly string[];
  /** The Git ref that the workflow has to run for as well. @default any */
  readonly ref?: string;
  readonly statements: readonly Statement[];
  /** In a policy of their own: a role's inline policies are limited to 10,240 characters together. @default none */
  readonly furtherStatements?: readonly Statement[];
}

/**
 * Lets GitHub Actions into the account without a stored secret: jobs of one repository show a token that GitHub signs,
 * and get a role for it. An account has one such provider for all repositories; if it is there already, import it first
 * (`terraform import`).
 * Source: https://docs.github.com/en/actions/reference/security/oidc
 */
export class GithubActions extends Construct {
  private readonly provider: IamOpenidConnectProvider;
  private readonly repository: string;

  constructor(scope: Construct, id: string, { repository }: GithubActionsProps) {
    super(scope, id);
    this.repository = repository;
    this.provider = new IamOpenidConnectProvider(this, "provider", {
      url: `https://${ISSUER}`,
      clientIdList: [AUDIENCE],
    });
  }

  /** Makes a role that only the jobs with these subjects can take. @returns its ARN */
  addRole(
    id: string,
    { description, subjects, ref, statements, furtherStatements = [] }: GithubRoleProps,
  ): string {
    const scope = new Construct(this, id);
    const role = new IamRole(scope, "role", {
      name: physicalName(this, id),
      description,
      assumeRolePolicy: policyDocument([
        {
          sid: "AssumeFromGithubActions",
          actions: ["sts:AssumeRoleWithWebIdentity"],
          principal: { Federated: this.provider.arn },
          condition: {
            StringEquals: {
              [`${ISSUER}:aud`]: AUDIENCE,
              [`${ISSUER}:sub`]: subjects.map((subject) => `repo:${this.repository}:${subject}`),
              ...(ref && { [`${ISSUER}:ref`]: ref }),
            },
          },
        },
      ]),
    });
    new IamRolePolicy(scope, "policy", { name: id, role: role.name, policy: policyDocument(statements) });
    if (furtherStatements.length > 0) {
      const further = new IamPolicy(scope, "services", {
        name: physicalName(this, `${id}-services`),
        description: `${description}: the services of the stages`,
        policy: policyDocument(furtherStatements),
      });
      new IamRolePolicyAttachment(scope, "services-attachment", { role: role.name, policyArn: further.arn });
    }
    return role.arn;
  }
}
