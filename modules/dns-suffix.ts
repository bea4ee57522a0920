/**
 * What the names of AWS's hosts in a region end with: those in China have a domain of their own.
 * Source: https://docs.amazonaws.cn/en_us/aws/latest/userguide/endpoints-arns.html
 */
export function dnsSuffix(region: string): string {
  return region.startsWith("cn-") ? "amazonaws.com.cn" : "amazonaws.com";
}
