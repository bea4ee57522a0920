import { evaluate } from "#iam/evaluate";
import type { PolicyStatement } from "#iam/policy";
import { createContext } from "#iam/request-context";
import type { Random } from "../../support/random";

/** What a request carries under the key of a condition: a value or several, or nothing. */
export type Carried = string | readonly string[] | undefined;

/** A condition on one key, and what a request carries. */
export interface Question {
  readonly operator: string;
  readonly wanted: string;
  readonly carried: Carried;
}

/** Whether an Allow, or a Deny, with the condition applies. */
export type Applies = (effect: "Allow" | "Deny", question: Question) => boolean;

const KEY = "test:Key";

/** The evaluator. */
export const applies: Applies = (effect, { operator, wanted, carried }) => {
  const all = { Action: "*", Resource: "*" } as const;
  const asked: PolicyStatement = { ...all, Effect: effect, Condition: { [operator]: { [KEY]: wanted } } };
  const Statement: PolicyStatement[] = effect === "Deny" ? [{ ...all, Effect: "Allow" }, asked] : [asked];
  const { decision } = evaluate(
    {
      caller: {
        kind: "user",
        accountId: "111122223333",
        arn: "arn:aws:iam::111122223333:user/carlos",
        uniqueId: "AIDACARLOS",
        name: "carlos",
        tags: {},
      },
      action: "sqs:ListQueues",
      resource: "*",
      resourceAccountId: "111122223333",
      context: createContext({ [KEY]: carried }),
    },
    { identity: [{ address: "p", name: "p", document: { Version: "2012-10-17", Statement } }] },
  );
  return effect === "Deny" ? decision === "ExplicitlyDenied" : decision === "Allowed";
};

/** An evaluator that takes what does not compare for unequal, and `IfExists` for an answer to every absent key. */
export const appliesNaively: Applies = (_, { operator, wanted, carried }) => {
  const [, quantifier, name = "", ifExists] = PARTS.exec(operator) ?? [];
  if (carried === undefined)
    return ifExists !== undefined || quantifier === "ForAllValues" || /Not/.test(name);
  return /Not/.test(name) !== [carried].flat().includes(wanted);
};

/** A value of each kind that operators compare, and operators of that kind. */
const KINDS = [
  {
    operators: ["StringEquals", "StringNotEquals", "StringLike", "StringNotLike"],
    value: "blue",
    other: "red",
  },
  { operators: ["NumericEquals", "NumericNotEquals"], value: "10", other: "11" },
  { operators: ["DateEquals", "DateNotEquals"], value: "2026-11-22", other: "2026-11-23" },
  { operators: ["Bool"], value: "true", other: "false" },
  { operators: ["IpAddress", "NotIpAddress"], value: "203.0.113.7", other: "203.0.113.8" },
  {
    operators: ["ArnEquals", "ArnLike", "ArnNotEquals", "ArnNotLike"],
    value: "arn:aws:sns:us-east-1:111122223333:orders",
    other: "arn:aws:sns:us-east-1:111122223333:x",
  },
] as const;

/** Draws a question, and what AWS's pages say of it: whether the condition holds, or `open` if they say nothing. */
export function drawQuestion(random: Random): {
  readonly question: Question;
  readonly holds: boolean | "open";
} {
  const kind = random.pick(KINDS);
  const name = random.pick(kind.operators);
  const quantifier = random.pick(["", "", "ForAnyValue:", "ForAllValues:"]);
  const ifExists = random.pick(["", "IfExists"]);
  const isText = name.startsWith("String");
  const carried = random.pick<Carried>([
    undefined,
    undefined,
    kind.value,
    kind.other,
    isText ? kind.other : "not one",
  ]);
  const isNegated = name.includes("Not");
  const question = { operator: `${quantifier}${name}${ifExists}`, wanted: kind.value, carried };
  if (carried === "not one") return { question, holds: "open" };
  if (carried !== undefined) return { question, holds: (carried === kind.value) !== isNegated };
  const withoutQuantifier = isNegated || ifExists !== "";
  return { question, holds: quantifier === "" ? withoutQuantifier : quantifier === "ForAllValues:" };
}

// ---------------------------------------------------------------------------------------------------- internal

const PARTS = /^(?:(ForAllValues|ForAnyValue):)?([A-Za-z]+?)(IfExists)?$/;
