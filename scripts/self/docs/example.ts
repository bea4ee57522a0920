import type { Credentials } from "#functions/lib/sigv4";
import type { LocalCredentials } from "#iam/identity";
import type { Model } from "#model/model";

/**
 * The values of the example. The keys are those of AWS's own documentation: they open nothing, and tools that look for
 * leaked secrets know them. The time is the one of AWS's signing examples.
 */
export const EXAMPLE = {
  date: new Date("2015-08-30T12:36:00Z"),
  region: "us-east-1",
  stage: "dev",
  /** Where `make dev` serves. */
  host: "127.0.0.1:3000",
  credentials: {
    accessKeyId: "ASIAIOSFODNN7EXAMPLE",
    secretAccessKey: "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY",
    sessionToken: "AQoEXAMPLE/session+token==",
  },
  apiKey: "EXAMPLE-key-of-the-client-demo",
} as const;

/** Credentials of somebody who has no permission. */
export const STRANGER = {
  ...EXAMPLE.credentials,
  accessKeyId: "ASIAI44QH8DHBEXAMPLE",
} as const satisfies Credentials;

/** The stage with the example's API key in place of the one that was made up for its first client. */
export function exampleModel(model: Model): Model {
  const [key, ...others] = model.apiKeys;
  if (!key) throw new Error("the walk shows an API key, and no client has one");
  return { ...model, apiKeys: [{ ...key, value: EXAMPLE.apiKey }, ...others] };
}

/** Who may sign: the example's credentials stand for the role reader, the others for nobody in particular. */
export function exampleCredentials({ principals, outputs }: Model): readonly LocalCredentials[] {
  const reader = principals.find(({ arn }) => arn === outputs.reader_role_arn?.value);
  if (!reader)
    throw new Error("the walk is signed by the role of the output reader_role_arn, and there is none");
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
