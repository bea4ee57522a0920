import * as messages from "./messages";
import type { Authorization } from "./parse-authorization";
import { quote, refuse, type SignatureRefusal } from "./refusal";
import { ALGORITHM_V4A } from "./string-to-sign";

/** SigV4A needs the regions that it is for, and has to sign them; parameters of a query are always signed. */
export function checkRegionSet({
  algorithm,
  form,
  regionSet,
  signedHeaders,
}: Authorization): SignatureRefusal | undefined {
  if (algorithm !== ALGORITHM_V4A) return undefined;
  if (!regionSet) {
    return refuse(
      "IncompleteSignatureException",
      messages.REGION_SET_MISSING[form],
      `${ALGORITHM_V4A} without X-Amz-Region-Set: send it as a ${form === "header" ? "header" : "query parameter"} and sign it`,
    );
  }
  if (form === "query" || signedHeaders.includes("x-amz-region-set")) return undefined;
  return refuse(
    "InvalidSignatureException",
    messages.REGION_SET_NOT_SIGNED,
    `x-amz-region-set is not among the signed headers ${quote(signedHeaders.join(";"))}: sign it`,
  );
}

/**
 * Whether a region set covers a region: a comma-separated list of regions, in which `*` is any run of characters
 * (`us-*`). Entries are compared whole; the space of `us-east-1, eu-west-1` is part of its entry, and covers nothing.
 * So S3 was measured to do; that it also takes `US-*` is left out, since API Gateway compares regions with their case.
 * Source: https://github.com/brekkylab/backlot (backlot/sigv4a.py)
 *
 * @param regionSet - the value of `X-Amz-Region-Set`
 */
export function coversRegion(regionSet: string, region: string): boolean {
  return regionSet.split(",").some((pattern) => matches(pattern, region));
}

/** Takes each piece between two `*` at its first place, which leaves the most to those behind it: no backtracking. */
function matches(pattern: string, region: string): boolean {
  const [start = "", ...rest] = pattern.split("*");
  const end = rest.pop();
  if (end === undefined) return pattern === region;
  if (!region.startsWith(start)) return false;
  let position = start.length;
  for (const piece of rest) {
    const found = region.indexOf(piece, position);
    if (found < 0) return false;
    position = found + piece.length;
  }
  return region.length - end.length >= position && region.endsWith(end);
}
