import {
  GetPolicyCommand,
  GetPolicyVersionCommand,
  GetRolePolicyCommand,
  type IAMClient,
  ListAttachedRolePoliciesCommand,
  ListRolePoliciesCommand,
} from "@aws-sdk/client-iam";

/** A statement of a role's policies. */
interface RoleStatement {
  readonly Sid: string;
  readonly Action: string | string[];
}

/** The actions that the policies of a deployed role allow. @param without - a statement that is left out, by its id */
export async function allowedActions(iam: IAMClient, role: string, without?: string): Promise<string[]> {
  const { PolicyNames = [] } = await iam.send(new ListRolePoliciesCommand({ RoleName: role }));
  const inline = PolicyNames.map(async (name) => {
    const { PolicyDocument } = await iam.send(new GetRolePolicyCommand({ RoleName: role, PolicyName: name }));
    return statementsOf(PolicyDocument);
  });
  return [...(await Promise.all(inline)).flat(), ...(await attachedStatements(iam, role))]
    .filter(({ Sid }) => Sid !== without)
    .flatMap(({ Action }) => Action);
}

/** The statements of the managed policies that a role has. */
export async function attachedStatements(iam: IAMClient, role: string): Promise<RoleStatement[]> {
  const { AttachedPolicies = [] } = await iam.send(new ListAttachedRolePoliciesCommand({ RoleName: role }));
  const all = AttachedPolicies.map(async ({ PolicyArn }) => {
    const { Policy } = await iam.send(new GetPolicyCommand({ PolicyArn }));
    const version = { PolicyArn, VersionId: Policy?.DefaultVersionId };
    const { PolicyVersion } = await iam.send(new GetPolicyVersionCommand(version));
    return statementsOf(PolicyVersion?.Document);
  });
  return (await Promise.all(all)).flat();
}

function statementsOf(document = ""): RoleStatement[] {
  return JSON.parse(decodeURIComponent(document)).Statement;
}
