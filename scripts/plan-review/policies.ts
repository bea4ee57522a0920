import type { NamedPolicy } from "#iam/identity";
import { PolicyError, type PolicyUse, parsePolicy } from "#iam/parse-policy";
import type { PolicyDocument } from "#iam/policy";
import { SECRET } from "./secrets";
import type { PlannedResource } from "./snapshot";

/** A policy as a plan has it: its document, or why that cannot be told. */
export interface PlannedPolicy {
  readonly address: string;
  /** The name in AWS; an inline policy's with its owner's: `get-index/function`. */
  readonly name: string;
  readonly document?: PolicyDocument;
  /** Why there is no document: `known after apply` */
  readonly opaque?: string;
  /** What is there in place of a document, to tell one from another; never to be shown. */
  readonly text?: string;
  /** Whether the document is what the configuration says, since the policy itself is known after apply. */
  readonly isForeseen?: boolean;
}

/** Reads the policy that an attribute of a resource holds. */
export function readPolicy(
  resource: PlannedResource,
  attribute: string,
  name: string,
  use: PolicyUse,
): PlannedPolicy {
  const text = resource.text(attribute);
  const address = `${resource.address}.${attribute}`;
  if (text === undefined) return { address, name, opaque: "known after apply" };
  return { ...parseText(text, address, name, use), isForeseen: resource.isUnknown(attribute) };
}

/**
 * How many characters are read. The longest policies of AWS, those of keys, have half as many.
 * Source: https://docs.aws.amazon.com/kms/latest/developerguide/resource-limits.html
 */
const LONGEST = 65_536;

/** Reads the text of a policy. */
export function parseText(text: string, address: string, name: string, use: PolicyUse): PlannedPolicy {
  if (text.length > LONGEST) return { address, name, opaque: "longer than AWS takes", text };
  try {
    return { address, name, document: parsePolicy(text, address, use) };
  } catch (error) {
    // A document that is nested without end is none either.
    if (!(error instanceof PolicyError || error instanceof RangeError)) throw error;
    const opaque = text.startsWith(SECRET.slice(0, -1)) ? "sensitive" : "not understood";
    return { address, name, opaque, text };
  }
}

/** The policies whose documents are known, for evaluation. */
export function understood(policies: readonly PlannedPolicy[]): NamedPolicy[] {
  return policies.flatMap(({ address, name, document }) => (document ? [{ address, name, document }] : []));
}
