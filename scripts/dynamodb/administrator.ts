import { randomBytes } from "node:crypto";
import type { LocalCredentials } from "#iam/identity";
import { ALPHANUMERIC, BASE32, deriveText } from "#model/derive";
import type { TableLocation } from "./table-access";

/** A long-term access key. */
export interface AccessKeyPair {
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
}

/** Generates a random access key that is not written to any file. */
export function drawKeys(): AccessKeyPair {
  const seed = randomBytes(32).toString("hex");
  return {
    accessKeyId: `AKIA${deriveText(seed, ["access key id"], BASE32, 16)}`,
    secretAccessKey: deriveText(seed, ["secret access key"], ALPHANUMERIC, 40),
  };
}

/** The user that creates and fills the tables: it is not part of the stack, and has every action on every table. */
export function administrator(
  { partition, accountId }: TableLocation,
  keys: AccessKeyPair,
): LocalCredentials {
  const name = "local-administrator";
  return {
    ...keys,
    profile: name,
    principal: {
      address: name,
      kind: "user",
      name,
      arn: `arn:${partition}:iam::${accountId}:user/${name}`,
      uniqueId: "AIDALOCALADMINISTRATE",
      identityPolicies: [{ address: name, name, document: EVERYTHING }],
      tags: {},
    },
  };
}

const EVERYTHING = {
  Version: "2012-10-17",
  Statement: { Effect: "Allow", Action: "dynamodb:*", Resource: "*" },
} as const;
