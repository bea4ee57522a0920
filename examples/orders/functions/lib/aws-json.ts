import { readCredentials, requireEnv, signedFetch } from "#kit/lambda";

/**
 * Calls an AWS service that takes JSON, with the function's own role.
 * @param target - `AmazonSQS.SendMessage`
 * @throws Error with the service's answer if it is not a success
 */
export async function callAws(service: string, target: string, input: object): Promise<unknown> {
  const region = requireEnv("AWS_REGION");
  const { env } = process;
  const url =
    env[`AWS_ENDPOINT_URL_${service.toUpperCase()}`] ||
    env["AWS_ENDPOINT_URL"] ||
    `https://${service}.${region}.amazonaws.com`;
  const send = signedFetch(fetch, { credentials: readCredentials(), region, service });
  const answer = await send(url, {
    method: "POST",
    headers: {
      "content-type": target.startsWith("AmazonSQS")
        ? "application/x-amz-json-1.0"
        : "application/x-amz-json-1.1",
      "x-amz-target": target,
    },
    body: JSON.stringify(input),
    signal: AbortSignal.timeout(3_000),
  });
  const text = await answer.text();
  if (!answer.ok) throw new Error(`${target} was answered ${answer.status}: ${text.slice(0, 500)}`);
  return JSON.parse(text);
}
