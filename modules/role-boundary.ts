import { isDeepStrictEqual } from "node:util";
import { IamPolicy } from "@cdktf/provider-aws/lib/iam-policy";
import { IamRole } from "@cdktf/provider-aws/lib/iam-role";
import { IamRolePolicy } from "@cdktf/provider-aws/lib/iam-role-policy";
import { Aspects, type IAspect, TerraformStack } from "cdktf";
import { Construct, type IConstruct } from "constructs";
import type { Account } from "./account";
import { receiveShares } from "./boundary-share";
import { policyDocument, type Statement } from "./policy";
import { UserError } from "./project";
import { boundaryName } from "./settings";
import { TABLE_ACTIONS } from "./table";

export interface RoleBoundaryProps {
  readonly account: Account;
  readonly region: string;
  readonly stageName: string;
}

/**
 * The maximum permissions of a stage's roles, whatever their own policies say: the permissions boundary of every role
 * in the stack. The deploying role can write those policies, but cannot change a boundary or create a role without one
 * (`stack-permissions.ts`), so no change of the program can create an administrator. Permissions for a new kind of
 * resource are added here, and deployed once by a person.
 *
 * Source: https://docs.aws.amazon.com/IAM/latest/UserGuide/access_policies_boundaries.html
 */
export class RoleBoundary extends Construct {
  private readonly policy: IamPolicy;
  private readonly statements: Statement[] = [];

  constructor(scope: Construct, id: string, { account, region, stageName }: RoleBoundaryProps) {
    super(scope, id);
    const stack = TerraformStack.of(this);
    this.policy = new IamPolicy(this, "policy", {
      name: boundaryName(stageName),
      description: `What roles of the stage ${stageName} may do at most`,
      policy: "",
    });
    const { accountId, partition } = account;
    const own = (service: string, resource: string) =>
      `arn:${partition}:${service}:${region}:${accountId}:${resource}`;
    // The wildcards stand for the stage's functions and tables, whose names begin with the stack's id.
    this.allow({
      sid: "WriteLogs",
      actions: ["logs:CreateLogStream", "logs:PutLogEvents"],
      resources: [own("logs", `log-group:/aws/lambda/${stack.node.id}-*`)],
    });
    this.allow({
      sid: "SendTraces",
      actions: ["xray:PutTraceSegments", "xray:PutTelemetryRecords"],
      // X-Ray's write actions do not support resource-level permissions.
      resources: ["*"],
    });
    this.allow({
      sid: "UseTables",
      actions: TABLE_ACTIONS.map((action) => `dynamodb:${action}`),
      resources: [own("dynamodb", `table/${stack.node.id}-*`)],
    });
    Aspects.of(stack).add(boundRoles(this.policy.arn));
    receiveShares(stack, ({ sid, actions, resource, condition }) => {
      const resources =
        resource === "*" ? ["*"] : [own(resource[0], resource[1].replace("{stack}", stack.node.id))];
      this.allow({ sid, actions, resources, condition });
    });
    this.node.addValidation({ validate: () => this.beyond() });
  }

  /** Lets the stage's roles be given something more. */
  allow(statement: Statement): void {
    const known = this.statements.find(({ sid }) => sid === statement.sid);
    if (known !== undefined) {
      if (isDeepStrictEqual(known, statement)) return;
      throw new UserError(
        `${this.node.path}: got two statements ${statement.sid}, expected one: give them names`,
      );
    }
    this.statements.push(statement);
    this.policy.policy = policyDocument(this.statements);
  }

  /** The actions that a policy of the stack allows, and that the boundary would silently take away. */
  private beyond(): string[] {
    const within = new Set(this.statements.flatMap(({ actions }) => actions));
    return TerraformStack.of(this)
      .node.findAll()
      .filter((node) => node !== this.policy)
      .flatMap((node) =>
        allowedActions(node)
          .filter((action) => !within.has(action))
          .map(
            (action) =>
              `${node.node.path} allows ${action}, expected an action within the boundary of the stage's roles: bind a construct that brings it, or add it with allowAtMost() of the stack`,
          ),
      );
  }
}

/** The actions that an identity policy allows. */
function allowedActions(node: IConstruct): string[] {
  if (!(node instanceof IamRolePolicy) && !(node instanceof IamPolicy)) return [];
  const { policyInput: text } = node;
  // A document that only Terraform knows cannot be looked into.
  if (text === undefined || !text.startsWith("{")) return [];
  const { Statement: statements }: { Statement: { Effect: string; Action?: string | string[] }[] } =
    JSON.parse(text);
  return statements.filter(({ Effect }) => Effect === "Allow").flatMap(({ Action = [] }) => Action);
}

/** Gives every role a boundary. */
function boundRoles(arn: string): IAspect {
  return {
    visit(node: IConstruct): void {
      if (node instanceof IamRole) node.permissionsBoundary = arn;
    },
  };
}
