import type { NamedPolicy } from "#iam/identity";
import { PolicyError, type PolicyUse, parsePolicy } from "#iam/parse-policy";
import { DENY_ALL, type PolicyDocument } from "#iam/policy";
import { unsupported } from "#terraform/problem";
import { describe } from "#terraform/value";
import { awsManagedPolicies, KNOWN_AWS_POLICIES } from "./aws-managed-policies";
import type { Resource, Stack } from "./stack";

/** Finds a managed policy by its ARN. @throws Unsupported if it is neither in the stack nor known */
export type FindManagedPolicy = (arn: string, address: string) => NamedPolicy;

/** Reads the managed policies of the stack. Of the AWS managed policies, only the common ones are known. */
export function loadManagedPolicies(stack: Stack): FindManagedPolicy {
  const { partition } = stack.attributes.account;
  // Read here too, so that a fault in a policy that is attached to nothing is reported.
  stack.problems.attemptEach(stack.all("aws_iam_policy"), (policy) => readManagedPolicy(stack, policy));
  return (arn, address) => {
    const own = stack.findOptional("aws_iam_policy", "arn", arn);
    if (own) return readManagedPolicy(stack, own);
    const ofAws = arn.includes(":iam::aws:policy/") ? awsManagedPolicies(partition).get(arn) : undefined;
    if (ofAws) return { address, name: ofAws.name, document: ofAws.document };
    if (stack.isApplied) return unknownPolicy(arn, address);
    throw stack.missing("aws_iam_policy", {
      address,
      got: describe(arn),
      supported: `the arn of an aws_iam_policy of this stack, or ${KNOWN_AWS_POLICIES}`,
      action: "write what the policy grants as an aws_iam_policy, or serve the applied stack with --state",
    });
  };
}

/**
 * A policy of an applied stack whose text is not here. One of AWS's own grants nothing then, which is less than on AWS, and
 * as a permissions boundary it allows nothing. Those that deny, and any other policy, deny all.
 */
function unknownPolicy(arn: string, address: string): NamedPolicy {
  const name = /^arn:[\w-]+:iam::aws:policy\/(?:[\w-]+\/)*([\w+=,.@-]+)$/.exec(arn)?.[1];
  const denies = name === undefined || /^AWSDenyAll$|^AWSCompromisedKeyQuarantine/.test(name);
  return { address, name: name ?? arn, document: denies ? DENY_ALL : NOTHING };
}

const NOTHING: PolicyDocument = { Version: "2012-10-17", Statement: [] };

/**
 * Reads the text of a policy document. Of an applied stack, one that is not understood takes all permissions away: nothing
 * passes for what it may deny.
 * @throws Unsupported
 */
export function readPolicyOf(
  stack: Stack,
  text: string,
  address: string,
  use: "identity" | "trust",
): PolicyDocument {
  if (!stack.isApplied) return readPolicy(text, address, use);
  return (
    stack.attemptApplied(() => readPolicy(text, address, use)) ?? (use === "identity" ? DENY_ALL : NOTHING)
  );
}

/** Reads the text of a policy document. @throws Unsupported */
export function readPolicy(text: string, address: string, use: PolicyUse): PolicyDocument {
  try {
    return parsePolicy(text, address, use);
  } catch (error) {
    // A document that is nested too deeply is not a policy document either.
    if (!(error instanceof PolicyError || error instanceof RangeError)) throw error;
    const detail = error.message.replace(`${address}: `, "");
    throw unsupported(
      address,
      `a policy document that is not understood (${detail})`,
      "IAM's policy grammar",
      "correct it",
    );
  }
}

function readManagedPolicy(stack: Stack, policy: Resource<"aws_iam_policy">): NamedPolicy {
  const document = readPolicyOf(stack, policy.values.policy, `${policy.address}.policy`, "identity");
  return { address: policy.address, name: policy.text("name"), document };
}
