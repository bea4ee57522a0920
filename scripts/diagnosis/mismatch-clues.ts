import { isChangedHeader } from "#sigv4/changed-headers";
import { parseJson } from "#text/parse-json";
import { bodyClues } from "./body-clues";
import { type Clue, clueIf } from "./clue";
import { codeClues } from "./code-clues";
import { type Context, shownBy } from "./context";
import { hostClues } from "./host-clues";
import { isMismatch } from "./mismatch";
import { pathClues } from "./path-clues";
import { queryClues } from "./query-clues";

/** What in a request is easily signed wrongly, if its signature does not match. */
export function mismatchClues(context: Context): Clue[] {
  if (!isMismatch(context) && !isNamedAlone(context)) return [];
  return [
    ...listClues(context),
    ...pathClues(context),
    ...queryClues(context),
    ...bodyClues(context),
    ...hostClues(context),
    ...codeClues(context),
    ...secretClues(context),
  ];
}

// ---------------------------------------------------------------------------------------------------- internal

/** Only the error's name is at hand, which covers clock and scope too, and the request or its code is. */
function isNamedAlone({ errorType, message, observed }: Context): boolean {
  const isSentence = /expired|not yet current|scoped|Credential|SignedHeader/i.test(message);
  return (
    errorType === "InvalidSignatureException" &&
    !isSentence &&
    typeof parseJson(observed.response.body) !== "object"
  );
}

/** Headers that tools write anew for each request, though they are signed. */
const WRITTEN_ANEW = /^(postman-token|amz-sdk-request|x-real-ip|x-request-id|traceparent|x-forwarded-.*)$/;

function listClues(context: Context): Clue[] {
  const { signedHeaders, headers, right, text } = context;
  const twice = signedHeaders.filter((name, index) => signedHeaders.indexOf(name) !== index);
  const changed = signedHeaders.filter((name) => isChangedHeader(name) || WRITTEN_ANEW.test(name));
  const sentTwice = signedHeaders.filter(
    (name) => headers.filter(([each]) => each.toLowerCase() === name).length > 1,
  );
  // In code, a header that is set by name.
  const set = [
    ...text.matchAll(
      /headers?\b[^\n]{0,20}[{[(][^\n]{0,40}?["'](connection|via|transfer-encoding|x-forwarded-\w+|te|upgrade)["']\s*[:,]/gi,
    ),
  ].map(([, name = ""]) => name.toLowerCase());
  // An answer that was cut shows the signed headers with their values, and not their list.
  const listed =
    signedHeaders.length > 0 || !context.isFromAws
      ? signedHeaders
      : (right?.headers ?? []).map(([name]) => name);
  const volatile = listed.filter((name) => /^(content-length|accept-encoding)$/.test(name));
  const doubled = (right?.headers ?? []).filter(([, value]) => /^([^,]{3,}), ?\1$/.test(value));
  const joined = (right?.headers ?? []).filter(
    ([name, value]) => /^(content-type|host|x-amz-date)$/.test(name) && /,/.test(value),
  );
  const names = [...new Set([...changed, ...(signedHeaders.length > 0 ? [] : set)])];
  return [
    ...clueIf(
      twice.length > 0,
      96,
      `'${twice[0]}' stands twice in SignedHeaders: the signer and the HTTP client both set it, in two spellings or as two values.`,
      "Set each header once before signing, and list it once.",
      `SignedHeaders=${signedHeaders.join(";")}`,
    ),
    ...clueIf(
      doubled.length > 0,
      94,
      `${doubled.map(([name]) => `'${name}'`).join(" and ")} arrived twice with the same value, which AWS joins with a comma: the signer and the HTTP client both added it, and one was signed.`,
      "Set each header once: leave those that the HTTP client sets by itself (Host) out of what is handed to it.",
      shownBy(context, `${doubled[0]?.[0]}:${doubled[0]?.[1]}`),
    ),
    ...clueIf(
      joined.length > 0 && doubled.length === 0,
      93,
      `'${joined[0]?.[0]}' arrived with two values, which AWS joins with a comma: two layers of the client each set one, and signed one of them, or each on a line of its own.`,
      `Set ${joined[0]?.[0]} once, before signing.`,
      shownBy(context, `${joined[0]?.[0]}:${joined[0]?.[1]}`),
    ),
    ...clueIf(
      names.length > 0,
      90,
      `The header ${names.map((name) => `'${name}'`).join(", ")} is signed, and HTTP clients, proxies or AWS's front end set or remove it after signing (hop-by-hop and forwarded headers).`,
      `Do not sign ${names.join(", ")}: host and the X-Amz-* headers are enough.`,
      signedHeaders.length > 0 ? `SignedHeaders=${signedHeaders.join(";")}` : "The code sets it.",
    ),
    ...clueIf(
      sentTwice.length > 0,
      89,
      `The header '${sentTwice[0]}' was sent twice, and signed as one: the client and the code that signs both added it.`,
      "Set it once, before signing.",
      "The request has two lines of it.",
    ),
    ...clueIf(
      listed.includes("user-agent"),
      58,
      "'user-agent' is signed: HTTP clients, proxies and AWS's front end add to it or fill it in after signing, and runs of spaces in it count as one space.",
      "Do not sign user-agent.",
      shownBy(context, "user-agent is among the signed headers"),
    ),
    ...clueIf(
      volatile.length > 0,
      42,
      `${volatile.map((name) => `'${name}'`).join(", ")} is signed, and HTTP clients set it as they see fit.`,
      `Do not sign ${volatile.join(", ")}.`,
      `SignedHeaders=${listed.join(";")}`,
    ),
  ];
}

function secretClues({ text, right, isFromAws }: Context): Clue[] {
  const isOwnClient = /An error occurred \(\w+\) when calling the \w+ operation|aws: error|aws-cli\//.test(
    text,
  );
  return clueIf(
    isOwnClient || right !== undefined,
    isOwnClient ? 76 : isFromAws ? 45 : 35,
    isOwnClient
      ? "AWS's own client signs as it should, so the secret access key is the first suspect: cut, with a character too many, escaped (its / and +), or of another key id."
      : "The secret access key may be another one than the key id's, or have white space or escapes in it.",
    "Load key id and secret together from one profile, and copy the secret anew; --as PROFILE proves whether it is the right one.",
    isOwnClient ? "The error is of AWS's own client." : "Nothing that is shown speaks against it.",
  );
}
