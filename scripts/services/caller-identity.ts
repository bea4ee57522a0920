import { toCaller } from "#iam/caller";
import type { LocalCredentials } from "#iam/identity";
import type { AwsCall } from "#upstream/aws-call";
import { answer, type ServiceAnswer } from "./service-answer";

/**
 * The answer to `sts:GetCallerIdentity`, which no policy can forbid; undefined for any other call.
 * Source: https://docs.aws.amazon.com/STS/latest/APIReference/API_GetCallerIdentity.html
 */
export function callerIdentity(
  { service, method, path, body }: Pick<AwsCall, "service" | "method" | "path" | "body">,
  { principal, sessionName }: LocalCredentials,
): ServiceAnswer | undefined {
  const action = new URLSearchParams(Buffer.from(body).toString()).getAll("Action").join();
  if (service !== "sts" || method !== "POST" || path !== "/" || action !== "GetCallerIdentity")
    return undefined;
  const caller = toCaller(principal, sessionName);
  const id = caller.kind === "user" ? caller.uniqueId : `${caller.uniqueId}:${caller.sessionName}`;
  return answer(
    200,
    [["Content-Type", "text/xml"]],
    `<GetCallerIdentityResponse xmlns="https://sts.amazonaws.com/doc/2011-06-15/"><GetCallerIdentityResult><Arn>${caller.arn}</Arn><UserId>${id}</UserId><Account>${caller.accountId}</Account></GetCallerIdentityResult></GetCallerIdentityResponse>`,
  );
}
