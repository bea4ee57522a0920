import type { LocalCredentials, Principal } from "#iam/identity";
import { issueCredentials } from "#local/credentials";
import type { Model } from "#model/model";
import { STAGE_STACKS } from "#modules/settings";

/** The gateway that does not know a key. */
interface Gateway {
  /** The stack that it serves. */
  readonly stack: string;
  /** What credentials are derived from, those of all stages. */
  readonly seed: string;
  /** Where its credentials are, as commands name it: `.local`. */
  readonly folder: string;
}

/**
 * Prepares what the log says of an access key that a gateway does not know, since AWS's answer is only that the token is
 * invalid: whether it is that of another stage, and where this gateway's credentials are.
 */
export function createKeyExplainer(gateway: Gateway): (accessKeyId: string, model: Model) => string {
  const issued = new WeakMap<Model, ReadonlyMap<string, string>>();
  const own = `${gateway.folder}/credentials`;
  return (accessKeyId, model) => {
    const owners = issued.get(model) ?? ownersElsewhere(model, gateway);
    issued.set(model, owners);
    const owner = owners.get(accessKeyId);
    return owner === undefined
      ? `this gateway takes the credentials of ${own}, and none of another folder, of AWS, or from before ${gateway.folder}/seed was made`
      : `it is ${owner}, and this is ${gateway.stack}, which takes the credentials of ${own}`;
  };
}

// ---------------------------------------------------------------------------------------------------- internal

/** The access keys that the stack's principals have in the other stages, and whose they are. */
function ownersElsewhere(model: Model, { stack, seed }: Gateway): ReadonlyMap<string, string> {
  const owners = new Map<string, string>();
  for (const other of STAGE_STACKS.filter((each) => each !== stack)) {
    const principals = model.principals.map((each) => renamed(each, `${stack}-`, `${other}-`));
    const issued: readonly LocalCredentials[] = issueCredentials({ ...model, principals }, seed, `${other}-`);
    for (const { accessKeyId, profile } of issued)
      owners.set(accessKeyId, `that of the profile ${profile} of ${other}`);
  }
  return owners;
}

function renamed(principal: Principal, prefix: string, other: string): Principal {
  const rename = (text: string): string => text.replace(prefix, other);
  return { ...principal, name: rename(principal.name), arn: rename(principal.arn) };
}
