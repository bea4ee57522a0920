/**
 * The domain of AWS's host names in a region: China has a separate one.
 * Source: https://docs.amazonaws.cn/en_us/aws/latest/userguide/endpoints-arns.html
 */
export function dnsSuffix(region: string): string {
  return region.startsWith("cn-") ? "amazonaws.com.cn" : "amazonaws.com";
}
