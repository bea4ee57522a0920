import type { NamedResource } from "#model/model";
import { parseJson } from "#text/parse-json";
import type { AwsCall } from "#upstream/aws-call";

type Call = Omit<AwsCall, "roleArn" | "timeoutMilliseconds" | "signal">;

/** A call as it is sent, and as policies see it. */
export interface NamedCall extends Call {
  readonly asked: Call;
}

/**
 * A secret's ARN ends with six characters that AWS assigns, and the emulator assigns others: it is asked by the secret's name.
 * Policies see the ARN of the stack, also if the function names the secret by its name.
 */
export function nameSecret(call: Call, secrets: readonly NamedResource[]): NamedCall {
  const input = call.service === "secretsmanager" ? parseJson(Buffer.from(call.body).toString()) : undefined;
  const members = (typeof input === "object" && input !== null ? input : {}) as Readonly<
    Record<string, unknown>
  >;
  const id = members["SecretId"];
  const secret = secrets.find(({ name, arn }) => id === arn || id === name);
  if (!secret) return { ...call, asked: call };
  const withId = (SecretId: string): Call => ({
    ...call,
    body: Buffer.from(JSON.stringify({ ...members, SecretId })),
  });
  return { ...withId(secret.name), asked: withId(secret.arn) };
}
