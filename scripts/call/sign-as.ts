import { assumeRole } from "#aws/assume-role";
import { chainCredentials } from "#aws/credentials";
import type { Credentials } from "#functions/lib/sigv4";
import { outputText } from "#stage/outputs";
import { findCaller } from "./caller";
import type { Target } from "./target";

/** Roles that principals of the account can assume, and a caller without permissions. */
export type CallerName = "reader" | "writer" | "stranger";

/** A session policy that leaves the stranger none of the reader's permissions on the API. */
const NO_PERMISSION = JSON.stringify({
  Version: "2012-10-17",
  Statement: [{ Effect: "Allow", Action: "sts:GetCallerIdentity", Resource: "*" }],
});

/**
 * Credentials of a caller: for the local gateway those of a profile, for a deployed stage those of a session of the
 * role. The stage has no role without permissions, so the stranger is the reader with a session policy that allows no
 * calls.
 * @throws UserError if they are not available
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
