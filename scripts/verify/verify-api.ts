import { randomUUID } from "node:crypto";
import { authorizationMatrix, type RouteAccess } from "#access/authorization-matrix";
import { findApiKey } from "#call/api-key";
import { checkedApi } from "#call/api-request";
import { type CallerName, signAs } from "#call/sign-as";
import type { Target } from "#call/target";
import type { Io } from "#cli/command";
import { paintFor } from "#cli/table";
import type { Credentials } from "#functions/lib/sigv4";
import { STRANGER } from "#local/credentials";
import type { Model } from "#model/model";
import { defaultClient } from "#modules/config/load-config";
import { UserError } from "#modules/project";
import type { CallerRoles } from "./expected";
import { routesBeyond } from "./read-matrix";
import { renderVerification } from "./render";
import { type CheckedRoute, type VerifiedApi, verifyStage } from "./verify-stage";

/**
 * Calls every route of a running API, and prints the differences between its protection and that of the model.
 * @param expected - another matrix than that of the model
 * @returns 0 if there is no difference, else 1
 * @throws UserError if credentials or the key are not available, or there is no answer
 */
export async function verifyApi(
  target: Target,
  model: Model,
  env: NodeJS.ProcessEnv,
  { out }: Io,
  expected?: readonly RouteAccess[],
): Promise<number> {
  const synthesized = authorizationMatrix(model);
  const matrix = expected ?? synthesized;
  const api = await prepare(target, matrix, model, env);
  const checked: CheckedRoute[] = [];
  for await (const route of verifyStage(matrix, api)) checked.push(route);
  out.write(`${target.baseUrl}\n\n${renderVerification(checked, paintFor(out, env))}`);
  const unexpected = routesBeyond(synthesized, matrix);
  if (unexpected.length > 0) out.write(`not expected, and not called: ${unexpected.join(", ")}\n`);
  const agree = checked.every(({ checks }) => checks.every(({ agrees }) => agrees));
  return agree && unexpected.length === 0 ? 0 : 1;
}

// ---------------------------------------------------------------------------------------------------- internal

async function prepare(
  target: Target,
  matrix: readonly RouteAccess[],
  model: Model,
  env: NodeJS.ProcessEnv,
): Promise<VerifiedApi> {
  const roles: CallerRoles = {
    reader: roleName(model, "reader"),
    writer: roleName(model, "writer"),
    stranger: STRANGER,
  };
  const signers = Object.entries(roles) as [CallerName, string][];
  const credentials = await Promise.all(
    signers.map(
      async ([name, role]): Promise<[string, Credentials]> => [role, await signAs(name, target, env)],
    ),
  );
  const needsKey = matrix.some(({ apiKeyRequired }) => apiKeyRequired);
  const id = `verify-${randomUUID()}`;
  return {
    ...checkedApi(target),
    roles,
    credentials: new Map(credentials),
    apiKeys: {
      right: needsKey ? (await findApiKey("", defaultClient(), target, undefined)).value : undefined,
      wrong: id,
    },
    id,
  };
}

/** The name of a role, by the output with its ARN. */
function roleName({ outputs, principals }: Model, name: string): string {
  const arn = outputs[`${name}_role_arn`]?.value;
  const role = principals.find((principal) => principal.arn === arn);
  if (!role)
    throw new UserError(
      `the stack has no output '${name}_role_arn' with the ARN of one of its roles; verify signs as that role`,
    );
  return role.name;
}
