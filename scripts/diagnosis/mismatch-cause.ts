import { bodyCause } from "./body-cause";
import { agrees, type ComparedLine } from "./compare-canonical";
import type { MismatchCause } from "./diagnosis";
import { headerCause } from "./header-cause";
import { pathCause } from "./path-cause";
import { queryCause } from "./query-cause";

/**
 * The cause of the first line that differs, except that a body which is another one explains the headers about it too.
 *
 * @param lines - both canonical requests
 * @param body - the body that was sent, where it is known
 * @returns undefined where no line differs
 */
export function causeOfDifference(
  lines: readonly ComparedLine[],
  body: Uint8Array | undefined,
): MismatchCause | undefined {
  const different = lines.filter((line) => !agrees(line));
  const payload = different.find(({ part }) => part === "HashedPayload");
  const first =
    payload && different.every((line) => line === payload || isAboutBody(line)) ? payload : different[0];
  return first && causeOf(first, body);
}

function isAboutBody({ header }: ComparedLine): boolean {
  return header === "content-length" || header === "content-md5" || header === "x-amz-content-sha256";
}

function causeOf(line: ComparedLine, body: Uint8Array | undefined): MismatchCause {
  const { part, client = "", gateway = "" } = line;
  switch (part) {
    case "HTTPMethod":
      return {
        fault: "method-changed",
        cause: `The request was signed as ${client} and arrived as ${gateway}: a redirect or a proxy changed the method, or it was not in upper case.`,
        advice:
          "Sign the method in upper case as it is sent, and do not follow redirects with a signed request.",
      };
    case "CanonicalURI":
      return pathCause(client, gateway);
    case "CanonicalQueryString":
      return queryCause(client, gateway);
    case "CanonicalHeaders":
      return headerCause(line);
    case "SignedHeaders":
      return {
        fault: "signed-headers-changed",
        cause: "SignedHeaders in the canonical request are not those of the Authorization header.",
        advice: "List the same headers in both: lower case, sorted, ';' between them.",
      };
    case "HashedPayload":
      return bodyCause(client, gateway, body);
  }
}
