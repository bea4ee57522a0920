import { type Caller, callerKeys } from "#iam/caller";
import type { NamedPolicy } from "#iam/identity";
import type { PolicyStatement } from "#iam/policy";
import { type ContextKeys, createContext } from "#iam/request-context";
import type { AccessRequest } from "#iam/statement";

/** What policies are asked, and what they have to answer. */
export interface Question {
  readonly request: AccessRequest;
  /** The asker's own policies, beside those that are proven. */
  readonly brings: readonly NamedPolicy[];
  readonly allowed: boolean;
  /** The needed action that it is next to. */
  readonly near?: string;
}

/** A caller: its own policies, and the circumstances of the request. */
export interface Asker {
  readonly caller: Caller;
  readonly brings?: readonly NamedPolicy[];
  readonly context?: ContextKeys;
}

export type Ask = (allowed: boolean, action: string, resource: string, near?: string) => Question;

/**
 * Asks as one caller, in the same circumstances each time.
 * @param accountId - whose the resources are taken to be: where that is the asker's, they need no policy of their own
 */
export function askAs({ caller, brings = [], context = {} }: Asker, accountId: string): Ask {
  const keys = createContext(() => callerKeys(caller), context);
  return (allowed, action, resource, near) => ({
    request: { caller, action, resource, resourceAccountId: accountId, context: keys },
    brings,
    allowed,
    near,
  });
}

/** A policy of an identity that allows an action on everything. */
export function allowing(action: string): NamedPolicy {
  const statement: PolicyStatement = { Effect: "Allow", Action: action, Resource: "*" };
  return {
    address: `allows ${action}`,
    name: "own",
    document: { Version: "2012-10-17", Statement: [statement] },
  };
}
