import { EMPTY_PAYLOAD_HASH } from "#sigv4/canonical-request";
import { isChangedHeader } from "#sigv4/changed-headers";
import { headerValue } from "#sigv4/request";
import { type Clue, clueIf } from "./clue";
import { type Context, shownBy } from "./context";
import { isMismatch } from "./mismatch";
import { queryClues } from "./query-clues";

/** What in a request is easily signed wrongly, if its signature does not match. */
export function mismatchClues(context: Context): Clue[] {
  if (!isMismatch(context)) return [];
  return [
    ...listClues(context),
    ...pathClues(context),
    ...queryClues(context),
    ...bodyClues(context),
    ...typeClues(context),
    ...hostClues(context),
    ...codeClues(context),
    ...secretClues(context),
  ];
}

// ---------------------------------------------------------------------------------------------------- internal

/** Headers that tools write anew for each request, though they are signed. */
const WRITTEN_ANEW = /^(postman-token|amz-sdk-request|x-real-ip|x-request-id|traceparent|x-forwarded-.*)$/;

function listClues(context: Context): Clue[] {
  const { signedHeaders, headers, text } = context;
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

/** What AWS percent-encodes and many signers leave as it is. */
const RESERVED = /%(2[1478ABC9]|3A|3B|3D|40|5B|5D)/gi;

function pathClues(context: Context): Clue[] {
  const { right, path = "" } = context;
  if (right === undefined) return [];
  const { uri } = right;
  // What a person wrote in place of a value is not what was sent.
  const sent = uri.replace(/%(?:5B|7B|3C)[\w-]*%(?:5D|7D|3E)/gi, "");
  const raw = [...new Set([...sent.matchAll(RESERVED)].map(([each]) => each))];
  const doubly = /%25[0-9A-Fa-f]{2}/.exec(uri)?.[0];
  const characters = raw.map((each) => `'${decodeURIComponent(each)}' as ${each.toUpperCase()}`).join(", ");
  return [
    ...clueIf(
      /%2525/.test(uri),
      87,
      "The path arrived with one encoding too many (%25 before an encoding that was there): it was encoded twice or three times before it was sent.",
      "Encode the path once when the URL is built, and let the signer encode it once more for what is signed.",
      shownBy(context, uri),
    ),
    ...clueIf(
      /\/\//.test(path),
      88,
      "The path holds a double slash (//): the signer made one of it, or AWS does, so another path is signed than arrives.",
      "Join base URL and path with one slash: take the slash at the end of the endpoint off.",
      `The path that was sent is ${path}`,
    ),
    ...clueIf(
      raw.length > 0,
      82,
      `The path holds reserved characters that AWS encodes when it calculates the signature (${characters}); the signer left them as they are, or encoded them twice (${raw[0]?.replace("%", "%25")}).`,
      "Percent-encode each segment of the path (all but A-Z a-z 0-9 - . _ ~), send that, and see that the signer encodes what is sent exactly once more.",
      shownBy(context, uri),
    ),
    ...clueIf(
      doubly !== undefined && !/%2525/.test(uri),
      80,
      `The path arrived with an encoding (${doubly?.replace("%25", "%")}), which AWS signs encoded once more (${doubly}): the signer encoded it once, or decoded it.`,
      "Sign the path that is sent encoded once more; only S3 signs it as it is.",
      shownBy(context, uri),
    ),
  ];
}

function bodyClues(context: Context): Clue[] {
  const {
    right,
    headers,
    text,
    method = right?.method ?? "",
  } = { ...context, method: context.right?.method };
  const takesBody = /^(POST|PUT|PATCH|DELETE)$/.test(method);
  const isEmpty = right?.payloadHash === EMPTY_PAYLOAD_HASH;
  const isKnown = right !== undefined && right.payloadHash !== "" && context.isFromAws;
  const hasBody = (context.observed.request?.body.length ?? 0) > 0;
  const encoding =
    headerValue(right?.headers ?? [], "content-encoding") ?? headerValue(headers, "content-encoding");
  const compresses =
    /setCompressionEnabled|compression\w*["']?\s*[:=(]\s*(true|["']?gzip)|http_compress|RequestCompression/i.test(
      text,
    );
  return [
    ...clueIf(
      encoding !== undefined && encoding !== "identity" && encoding !== "aws-chunked",
      85,
      `The body is sent compressed (Content-Encoding: ${encoding}): the bytes that were signed are not the compressed ones that arrived.`,
      "Compress first and sign the compressed bytes, or switch compression off.",
      `Content-Encoding: ${encoding}`,
    ),
    ...clueIf(
      compresses,
      84,
      COMPRESSED,
      "Compress first and sign the compressed bytes, or switch compression off.",
      "The text speaks of compression.",
    ),
    ...clueIf(
      takesBody && isKnown && !isEmpty,
      57,
      `The body that arrived (payload hash ${right?.payloadHash.slice(0, 8)}…) may not be the one that was signed: it was added after signing, was not given to the signer, or was serialized again.`,
      "Give the signer the body as the very bytes that are sent, before it signs.",
      shownBy(context, `${method} with the hash of a body`),
    ),
    ...clueIf(
      takesBody && isKnown && isEmpty && method !== "DELETE",
      72,
      `The ${method} arrived without a body (the payload hash is that of nothing): the body was signed and not sent, or dropped by a redirect or proxy.`,
      "See that the body is sent with its Content-Length, and sign what is sent.",
      shownBy(context, `${method} with the payload hash of nothing`),
    ),
    ...clueIf(
      !isKnown && (hasBody || (takesBody && method !== "DELETE" && right !== undefined)),
      56,
      "The body may not be what was signed: many signers are not given the body, or hash it before it is serialized.",
      "Give the signer the body as the very bytes that are sent, before it signs.",
      `The request is a ${method}${hasBody ? " with a body" : ""}.`,
    ),
  ];
}

const COMPRESSED =
  "The client compresses the body after it was signed: the bytes that arrive (gzip) are not those that were hashed.";

function typeClues(context: Context): Clue[] {
  const { right, headers, signedHeaders } = context;
  const type = headerValue(right?.headers ?? [], "content-type") ?? headerValue(headers, "content-type");
  const isSigned = signedHeaders.includes("content-type");
  if (type === undefined) return [];
  return [
    ...clueIf(
      /^multipart\//i.test(type),
      84,
      "The body is multipart: its boundary is made when it is sent, so neither the Content-Type nor the body is what was signed.",
      "Build the multipart body first, and sign its bytes and its Content-Type with the boundary; or upload to S3 with a presigned URL.",
      `Content-Type: ${type.split(";")[0]}`,
    ),
    ...clueIf(
      isSigned && /charset/i.test(type),
      66,
      `Content-Type is signed and arrived with a charset (${type}): HTTP clients add one, or change its case, after signing.`,
      "Set Content-Type before signing to exactly what is sent, or do not sign it.",
      `Content-Type: ${type}`,
    ),
    ...clueIf(
      isSigned && !/charset|^multipart/i.test(type),
      50,
      "Content-Type is signed, and HTTP clients like to set it themselves or to add a charset.",
      "Set Content-Type before signing to exactly what is sent, or do not sign it.",
      `Content-Type: ${type}`,
    ),
  ];
}

function hostClues(context: Context): Clue[] {
  const { host, right, text, observed } = context;
  const arrived = headerValue(right?.headers ?? [], "host") ?? host ?? "";
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
      isLocal(called ?? "") && context.isFromAws ? 57 : 88,
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

function codeClues({ text, path = "" }: Context): Clue[] {
  const urlPath = /\burl["']?\s*[:=]\s*[`"']https?:\/\/[^/`"']+(\/[^`"'?]*)/.exec(text)?.[1];
  const ownPath = /\bpath["']?\s*[:=]\s*[`"'](\/[^`"'?]*)/.exec(text)?.[1];
  const lost =
    urlPath !== undefined && ownPath !== undefined && urlPath !== ownPath && urlPath.endsWith(ownPath);
  const signCall = /\bsign\w*\(/.exec(text);
  const afterwards = signCall && /\.(?:body|data|content)\s*=/.exec(text.slice(signCall.index));
  const signer = text.slice(Math.max(0, (signCall?.index ?? 0) - 2_000), (signCall?.index ?? 0) + 2_000);
  const givesUrl =
    /\burl["']?\s*:/.test(signer) &&
    !/\bpath(name)?["']?\s*[:,=]/.test(signer) &&
    /\bhost(name)?["']?\s*[:,=]/.test(signer);
  const queryInPath =
    /PATH\s*=\s*["']?\/[^\s"']*\?/.test(text) ||
    (/\bpath(?:name)?["']?\s*[:=]\s*[`"'][^`"'\n]*\?[^`"'\n]*[`"']/.test(text) && !/aws4\b/.test(text));
  return [
    ...clueIf(
      lost,
      89,
      `The path that is signed ('${ownPath}') lacks the stage '${urlPath?.slice(0, -(ownPath?.length ?? 0))}', which the URL has.`,
      "Sign the path as it is sent, stage included.",
      `The code: url …${urlPath}, path ${ownPath}`,
    ),
    ...clueIf(
      Boolean(afterwards),
      91,
      "The body is added to the request after it was signed, so it was signed as a request without a body (the hash of nothing).",
      "Put the body into what is given to the signer, and sign then.",
      "The code sets the body after the call that signs.",
    ),
    ...clueIf(
      Boolean(signCall) && givesUrl && !lost,
      86,
      "The signer is given a URL (and data), but no path and body under the names that it reads: it signed '/' and no body.",
      "Give it path (with the query) and body by the names of its own documentation.",
      "The code has url, and no path.",
    ),
    ...clueIf(
      queryInPath,
      83,
      "The query is a part of the path that is given to the signer, which encodes its ? and & as parts of the path.",
      "Give path and query to the signer separately.",
      "The code has a ? in its path.",
    ),
    ...clueIf(
      /\bfetch\(\s*[a-zA-Z_]/.test(text) && /request\.(method|headers|body)/.test(text) && path === "",
      60,
      "The code passes a request on: a redirect that its HTTP client follows keeps the old signature, and headers that it copies (host, connection, content-length) are signed as they came.",
      "Do not follow redirects with a signed request (redirect: 'manual'), and copy only the headers that the API needs.",
      "The code passes method, headers and body of another request on.",
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
