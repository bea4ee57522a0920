import type { LocalCredentials, Principal } from "#iam/identity";
import { issueCredentials } from "#local/credentials";
import type { Model } from "#model/model";
import { stageStacks } from "#modules/settings";

/** The gateway that does not know an access key. */
interface Gateway {
  /** The stack that the gateway serves. */
  readonly stack: string;
  /** The credentials of all stages are derived from it. */
  readonly seed: string;
  /** The folder of its credentials, as commands name it: `.local`. */
  readonly folder: string;
}

/**
 * Explains, for the log, an access key that a gateway does not know: whether it belongs to another stage, and where this
 * gateway's credentials are. The answer on the wire is AWS's, and says only that the token is invalid.
 */
export function createKeyExplainer(gateway: Gateway): (accessKeyId: string, model: Model) => string {
  const issued = new WeakMap<Model, ReadonlyMap<string, string>>();
  const own = `${gateway.folder}/credentials`;
  return (accessKeyId, model) => {
    const owners = issued.get(model) ?? ownersElsewhere(model, gateway);
    issued.set(model, owners);
    const owner = owners.get(accessKeyId);
    return owner === undefined
      ? `this gateway accepts the credentials in ${own}, and no others: not those of another folder or of AWS, and not those from before ${gateway.folder}/seed was created`
      : `it is ${owner}, but this gateway serves ${gateway.stack} and accepts the credentials in ${own}`;
  };
}

// ---------------------------------------------------------------------------------------------------- internal

/** The access keys that the stack's principals have in the other stages, with their owners. */
function ownersElsewhere(model: Model, { stack, seed }: Gateway): ReadonlyMap<string, string> {
  const owners = new Map<string, string>();
  for (const other of stageStacks().filter((each) => each !== stack)) {
    const principals = model.principals.map((each) => renamed(each, `${stack}-`, `${other}-`));
    const issued: readonly LocalCredentials[] = issueCredentials({ ...model, principals }, seed, `${other}-`);
    for (const { accessKeyId, profile } of issued)
      owners.set(accessKeyId, `the key of the profile ${profile} of ${other}`);
  }
  return owners;
}

function renamed(principal: Principal, prefix: string, other: string): Principal {
  const rename = (text: string): string => text.replace(prefix, other);
  return { ...principal, name: rename(principal.name), arn: rename(principal.arn) };
}
