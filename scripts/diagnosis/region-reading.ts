/**
 * What the region says that a signature was made for and the service does not accept.
 *
 * @param region - as AWS quotes it
 * @returns a sentence, with a space before it
 */
export function readingOfRegion(region: string): string {
  if (region === "") return " The region is empty: AWS_REGION or the client's setting has no value.";
  if (region === "execute-api") {
    return " 'execute-api' was taken for the region: the client took the host name apart wrongly, so the region has to be set.";
  }
  const named = ` It was signed for the region '${region}'`;
  const zone = /^([a-z]{2}(?:-[a-z]+)+-\d)[a-z]$/.exec(region)?.[1];
  if (zone !== undefined) return `${named}, which is an availability zone: the region is ${zone}.`;
  if (/^(undefined|null|none|false|true|auto)$/i.test(region))
    return `${named}, which is not a region: the variable that holds it has no value.`;
  if (/(^|-)global$/.test(region)) {
    return `${named}, which is not a region but the SDK's name for the global endpoint of a partition: the region has to be set, or the SDK updated.`;
  }
  if (OPT_IN.has(region)) {
    return `${named}, which is opt-in: an account has to enable it first, and until then no service accepts signatures for it. Enable it, or set the region that is meant.`;
  }
  if (!/^[a-z]{2}(-[a-z]+)+-\d$/.test(region))
    return `${named}, which does not have the form of one (us-east-1).`;
  return `${named}.`;
}

// ---------------------------------------------------------------------------------------------------- internal

/** Source: https://docs.aws.amazon.com/accounts/latest/reference/manage-acct-regions.html */
const OPT_IN: ReadonlySet<string> = new Set([
  "af-south-1",
  "ap-east-1",
  "ap-east-2",
  "ap-south-2",
  "ap-southeast-3",
  "ap-southeast-4",
  "ap-southeast-5",
  "ap-southeast-6",
  "ap-southeast-7",
  "ca-west-1",
  "eu-central-2",
  "eu-south-1",
  "eu-south-2",
  "il-central-1",
  "me-central-1",
  "me-south-1",
  "mx-central-1",
]);
