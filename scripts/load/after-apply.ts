import { notFollowed } from "#terraform/problem";
import { isList, isObject, type Value } from "#terraform/value";

/**
 * Stands in a plan for a value that is known only after the apply. Read as a block, it has a property that no table has, so that
 * it is refused as well.
 */
export const AFTER_APPLY: Value = Object.freeze({ "(known after apply)": true });

/** The same for a policy, which is then one that is not understood. */
export const AFTER_APPLY_POLICY = "(known after apply)";

/** The value itself. @throws Unsupported if it, or an item of it, is known only after the apply */
export function knownValue(raw: Value, address: string): Value {
  const items = isList(raw) ? raw : isObject(raw) ? Object.values(raw) : [];
  if (raw !== AFTER_APPLY && !items.includes(AFTER_APPLY)) return raw;
  const action = "apply the plan and serve the state, or write a value that the plan knows";
  throw notFollowed(address, "a value that is known only after apply", "a value of the plan", action);
}

/** Stands in a plan for an attribute of another resource that AWS will assign. */
export function referenceTo(address: string, attribute: string): Value {
  return { [REFERENCE]: address, attribute };
}

/** The address and the attribute of a reference; undefined for any other value. */
export function readReference(raw: Value): readonly [address: string, attribute: string] | undefined {
  if (!isObject(raw)) return undefined;
  const { [REFERENCE]: address, attribute } = raw;
  return typeof address === "string" && typeof attribute === "string" ? [address, attribute] : undefined;
}

// ---------------------------------------------------------------------------------------------------- internal

/** No argument has such a name. */
const REFERENCE = "(reference)";
