import { createHash } from "node:crypto";
import { InvalidRequest } from "#kit/lambda";
import { isCode } from "./product";

/**
 * Writes where a page ended as a token that callers hand back as it is: the base64url of a small JSON object. It names
 * its version, and carries a checksum, so that a cut, altered or foreign token is refused rather than misread. The
 * checksum is not a secret: a caller that may list the products may start anywhere.
 *
 * @param after - the code of the page's last product
 * @param tableName - the table that the page is from; a token of another table's is foreign
 */
export function encodePageToken(after: string, tableName: string): string {
  const checksum = createHash("sha256").update(`${tableName}\n${after}`).digest("base64url").slice(0, 8);
  return Buffer.from(JSON.stringify({ v: 1, after, checksum })).toString("base64url");
}

/**
 * Reads the code to go on after from a token.
 *
 * @throws InvalidRequest for anything but what {@link encodePageToken} wrote, to the character, for a code that a product
 *   can have: a forged token has the right checksum, and DynamoDB would fail on a key that is not one
 */
export function decodePageToken(token: string, tableName: string): string {
  const after = readAfter(token);
  if (after === undefined || !isCode(after) || encodePageToken(after, tableName) !== token) {
    throw new InvalidRequest("nextToken: expected a token that an earlier page gave, unchanged");
  }
  return after;
}

function readAfter(token: string): string | undefined {
  try {
    const { after } = JSON.parse(Buffer.from(token, "base64url").toString());
    return typeof after === "string" ? after : undefined;
  } catch {
    return undefined;
  }
}
