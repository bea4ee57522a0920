import { ANONYMOUS, type Caller } from "#iam/caller";
import type { ContextKeys } from "#iam/request-context";
import { type Asker, allowing } from "./question";

export const OTHER_ACCOUNT = "444455556666";

/** Identity providers: GitHub's in the account and in another, and one that is built in. */
const providers = (accountId: string): readonly string[] => [
  `arn:aws:iam::${accountId}:oidc-provider/token.actions.githubusercontent.com`,
  `arn:aws:iam::${OTHER_ACCOUNT}:oidc-provider/token.actions.githubusercontent.com`,
  "cognito-identity.amazonaws.com",
];

const SERVICES = [
  "apigateway",
  "cloudformation",
  "codebuild",
  "ec2",
  "ecs-tasks",
  "edgelambda",
  "events",
  "lambda",
  "s3",
  "sns",
  "states",
];

/** @param name - `lambda`, of `lambda.amazonaws.com` */
export function service(name: string, context: ContextKeys = {}): Asker {
  return { caller: { kind: "service", service: `${name}.amazonaws.com` }, context };
}

function user(accountId: string): Caller {
  const arn = `arn:aws:iam::${accountId}:user/carlos`;
  return { kind: "user", accountId, arn, uniqueId: "AIDACARLOS", name: "carlos", tags: {} };
}

/** A principal of the account whose own policies allow everything. */
export function administrator(accountId: string): Asker {
  return { caller: user(accountId), brings: [allowing("*")] };
}

/**
 * All principals that a policy of a resource should not let in without naming them: other services, a user without
 * policies, an administrator of another account, federated identities, and who does not sign. They come in the
 * circumstances of those who may.
 * @param rightful - the services and identity providers that are no strangers
 */
export function strangers(
  accountId: string,
  rightful: readonly string[],
  context: ContextKeys,
): readonly Asker[] {
  return [
    ...SERVICES.filter((name) => !rightful.includes(name)).map((name) => service(name, context)),
    { caller: user(accountId), context },
    { ...administrator(OTHER_ACCOUNT), context },
    ...providers(accountId)
      .filter((provider) => !rightful.includes(provider))
      .map((provider): Asker => ({ caller: { kind: "federated", provider }, context })),
    { caller: ANONYMOUS, context },
  ];
}
