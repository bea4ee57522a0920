import type { Credentials } from "#functions/lib/sigv4";
import type { LocalCredentials } from "#iam/identity";
import type { Model } from "#model/model";

/**
 * The values of the example. The keys are those of AWS's documentation: they are not valid anywhere, and tools that
 * look for leaked secrets know them. The time is the one of AWS's signing examples.
 */
export const EXAMPLE = {
  date: new Date("2015-08-30T12:36:00Z"),
  region: "us-east-1",
  stage: "dev",
  /** The address of `make dev`. */
  host: "127.0.0.1:3000",
  credentials: {
    accessKeyId: "ASIAIOSFODNN7EXAMPLE",
    secretAccessKey: "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY",
    sessionToken: "AQoEXAMPLE/session+token==",
  },
  apiKey: "EXAMPLE-key-of-the-client-demo",
} as const;

/** Credentials of a caller without permissions. */
export const STRANGER = {
  ...EXAMPLE.credentials,
  accessKeyId: "ASIAI44QH8DHBEXAMPLE",
} as const satisfies Credentials;

/** The stage with the example's API key instead of the generated key of its first client. */
export function exampleModel(model: Model): Model {
  const [key, ...others] = model.apiKeys;
  if (!key) throw new Error("the page shows an API key, but no client has one");
  return { ...model, apiKeys: [{ ...key, value: EXAMPLE.apiKey }, ...others] };
}

/**
 * The signers: the example's credentials belong to the role reader, the other credentials to a caller without
 * permissions.
 */
export function exampleCredentials({ principals, outputs }: Model): readonly LocalCredentials[] {
  const reader = principals.find(({ arn }) => arn === outputs.reader_role_arn?.value);
  if (!reader)
    throw new Error(
      "the page is signed by the role of the output reader_role_arn, but there is no such output",
    );
  const stranger = {
    ...reader,
    name: "stranger",
    arn: reader.arn.replace(/[^/]*$/, "stranger"),
    identityPolicies: [],
  };
  const session = { sessionName: "example" };
  return [
    { ...session, ...EXAMPLE.credentials, profile: "example", principal: reader },
    { ...session, ...STRANGER, profile: "example-stranger", principal: stranger },
  ];
}
