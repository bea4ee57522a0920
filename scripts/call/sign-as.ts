import { assumeRole } from "#aws/assume-role";
import { chainCredentials } from "#aws/credentials";
import type { Credentials } from "#functions/lib/sigv4";
import { outputText } from "#stage/outputs";
import { findCaller } from "./caller";
import type { Target } from "./target";

/** Roles that anybody of the account can take on, and one who has no permission. */
export type CallerName = "reader" | "writer" | "stranger";

/** What the session of a stranger is left with of the reader's permissions: nothing. */
const NO_PERMISSION = JSON.stringify({
  Version: "2012-10-17",
  Statement: [{ Effect: "Allow", Action: "sts:GetCallerIdentity", Resource: "*" }],
});

/**
 * Credentials of a caller: locally a profile of the gateway, of a deployed stage a session of the role. AWS has no role
 * that may do nothing, so the stranger is the reader with a session policy that leaves nothing.
 * @throws UserError where they cannot be had
 */
export async function signAs(name: CallerName, target: Target, env: NodeJS.ProcessEnv): Promise<Credentials> {
  if (target.kind !== "stage") return (await findCaller(target, name)).credentials;
  const isStranger = name === "stranger";
  const role = {
    roleArn: outputText(target.outputs, isStranger ? "reader_role_arn" : `${name}_role_arn`),
    region: target.region,
    credentials: await chainCredentials(),
    policy: isStranger ? NO_PERMISSION : undefined,
  };
  return assumeRole(role, env);
}
