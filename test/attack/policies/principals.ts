import { toCaller } from "#iam/caller";
import { evaluate } from "#iam/evaluate";
import { createContext } from "#iam/request-context";
import type { Random } from "../../support/random";

const ACCOUNT = "111122223333";
const ROLE = `arn:aws:iam::${ACCOUNT}:role/team/app`;
const SESSION = `arn:aws:sts::${ACCOUNT}:assumed-role/app/s1`;

/** Whether the role `app` gets through a policy of a resource in which a statement names it by this text. */
export type GetsThrough = (effect: "Allow" | "Deny", name: string) => boolean;

/** The evaluator. */
export const getsThrough: GetsThrough = (effect, name) => {
  const all = { Action: "*", Resource: "*" } as const;
  const named = { ...all, Effect: effect, Principal: { AWS: name } };
  const everyone = { ...all, Effect: "Allow", Principal: "*" } as const;
  const role = {
    address: "aws_iam_role.app",
    kind: "role",
    name: "app",
    arn: ROLE,
    uniqueId: "AROAAPP",
  } as const;
  const { decision } = evaluate(
    {
      caller: toCaller({ ...role, identityPolicies: [], tags: {} }, "s1"),
      action: "execute-api:Invoke",
      resource: "*",
      resourceAccountId: ACCOUNT,
      context: createContext({}),
    },
    {
      identity: [],
      resource: {
        address: "r",
        name: "r",
        document: { Version: "2012-10-17", Statement: effect === "Deny" ? [everyone, named] : [named] },
      },
    },
  );
  return decision === "Allowed";
};

/** An evaluator to which names in another case are other names. */
export const getsThroughByCase: GetsThrough = (effect, name) =>
  (effect === "Allow") === [ROLE, SESSION].includes(name);

/** A name for the role, as it is or in another case; or one for another role. */
export function drawName(random: Random): {
  readonly name: string;
  readonly is: "exact" | "in another case" | "other";
} {
  const exact = random.pick([ROLE, SESSION]);
  if (random.fraction() < 0.2) return { name: exact, is: "exact" };
  if (random.fraction() < 0.3)
    return { name: exact.replace("app", random.pick(["apps", "ap", "App2"])), is: "other" };
  const name = exact.replace(/[a-z](?=[^:]*$)/g, (letter) =>
    random.fraction() < 0.3 ? letter.toUpperCase() : letter,
  );
  return { name, is: name === exact ? "exact" : "in another case" };
}
