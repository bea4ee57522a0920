import { isChangedHeader } from "#sigv4/changed-headers";
import { headerValue } from "#sigv4/request";
import { bodyClues } from "./body-clues";
import { type Clue, clueIf } from "./clue";
import { codeClues } from "./code-clues";
import { type Context, shownBy } from "./context";
import { isMismatch } from "./mismatch";
import { pathClues } from "./path-clues";
import { queryClues } from "./query-clues";
import { isSigned } from "./signer";

/** What in a request is easily signed wrongly, if its signature does not match. */
export function mismatchClues(context: Context): Clue[] {
  if (!isMismatch(context)) return [];
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
  const volatile = signedHeaders.filter((name) => /^(content-length|accept-encoding|user-agent)$/.test(name));
  const doubled = (right?.headers ?? []).filter(([, value]) => /^([^,]{3,}), ?\1$/.test(value));
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
      volatile.length > 0,
      42,
      `${volatile.map((name) => `'${name}'`).join(", ")} is signed, and HTTP clients set it as they see fit.`,
      `Do not sign ${volatile.join(", ")}.`,
      `SignedHeaders=${signedHeaders.join(";")}`,
    ),
  ];
}

function hostClues(context: Context): Clue[] {
  const { host, right, text, observed } = context;
  const isSignedByClient = observed.request !== undefined && isSigned(observed.request);
  const shown = headerValue(right?.headers ?? [], "host") ?? host ?? "";
  // A variable's name in code is no host.
  const arrived = /[.:<*…]|^localhost$/.test(shown) ? shown : "";
  const called = /^[a-z]+:\/\/([^/?#]+)/i.exec(observed.seen?.url ?? "")?.[1];
  const requested = /(?:for url|fetching|GET|requesting):? (https?:\/\/([^/\s"']+))/i.exec(text)?.[2];
  const isOther =
    called !== undefined &&
    arrived !== "" &&
    (!isMasked(called + arrived) || (isLocal(called) && !isLocal(arrived))) &&
    called.toLowerCase() !== arrived.toLowerCase();
  const endpoint = /\bvpce-[\w.-]+/.exec(text)?.[0];
  const isRedirected =
    requested !== undefined && called !== undefined && !isMasked(requested) && requested !== called;
  return [
    ...clueIf(
      isRedirected,
      90,
      `A redirect was followed with the old signature: ${called} was called, and ${requested} refused.`,
      "Do not follow redirects with a signed request: sign each one for its own address, or send none to presigned URLs.",
      `The answer came from ${requested}`,
    ),
    ...clueIf(
      isOther && !isRedirected,
      // A proxy on this machine signs by itself, as a rule, for the host that it calls.
      isLocal(called ?? "") && (context.isFromAws || !isSignedByClient) ? 57 : 88,
      `The URL's host is '${called}' and the host that AWS verifies is '${arrived}': most signers sign the URL's host, whatever Host header is sent.`,
      `Sign for the host '${arrived}', or let the tunnel or proxy pass on the name of the URL.`,
      `URL ${called}, Host ${arrived}`,
    ),
    ...clueIf(
      endpoint !== undefined && !isOther,
      78,
      "The API is called through a VPC endpoint: its own name and the API's are two hosts, and one was signed while the other is sent as Host.",
      "Sign for the name that is sent in the Host header (or use x-apigw-api-id with the endpoint's name).",
      `The text names ${endpoint}`,
    ),
    ...clueIf(
      arrived !== "" && !isMasked(arrived) && isLocal(arrived) && !isOther,
      54,
      `The host is '${arrived}': a tunnel or proxy is in between, and the host that is signed there is not the one that arrives.`,
      "Sign for the host that AWS gets, or let the proxy sign.",
      `Host: ${arrived}`,
    ),
    ...clueIf(
      arrived !== "" &&
        !isMasked(arrived) &&
        !/amazonaws\.com|\.on\.aws|localhost|127\.0\.0\.1/.test(arrived),
      48,
      `The host is '${arrived}', a name of one's own: a CDN or proxy behind it may send another Host, which is what AWS verifies.`,
      "Sign for the host that API Gateway gets, or let what is in between pass the Host header on.",
      `Host: ${arrived}`,
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

function isLocal(host: string): boolean {
  return /^(localhost|127\.0\.0\.1|\[::1\])(:\d+)?$/.test(host);
}

function isMasked(text: string): boolean {
  return /[<>$*{]|X{3}|REDACTED|snip|EDITED|…|\[/i.test(text);
}
