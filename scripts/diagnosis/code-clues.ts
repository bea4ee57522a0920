import { type Clue, clueIf } from "./clue";
import type { Context } from "./context";

/** What in the code that signs is a usual mistake. */
export function codeClues({ text, path = "" }: Context): Clue[] {
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
  const bare = /\bpath(?:name)?["']?\s*[:=]\s*(["'])([a-z][\w.-]*(?:\/[\w.-]*)*)\1/i.exec(signer)?.[2];
  const incoming =
    /\b(?:req(?:uest)?|r|ctx|ngx|event)\b[\w.]{0,30}(?:\.host(?:name)?\b|\bheaders?[.[(]["']?host\b)|\$http_host\b/i.exec(
      text,
    )?.[0];
  const wholeUrl = /\b(host(?:name)?|path(?:name)?)["']?\s*[:=]\s*["'`]https?:\/\//i.exec(signer)?.[1];
  const takesBody = /\b(?:method|type|verb)["']?\s*[:=]\s*["'](POST|PUT|PATCH)["']/i.exec(signer)?.[1];
  const namesBody = /\b(?:body|data|payload|json|content)\b["']?\s*[:=,)]/i.test(text);
  const objectBody =
    /\b(?:body|data|payload)["']?\s*[:=]\s*\{\s*["'\w]/.test(signer) &&
    !/stringify|dumps|to_json|toJson|json_encode|JsonConvert|marshal|encode\(/i.test(text);
  return [
    ...clueIf(
      Boolean(signCall) && wholeUrl !== undefined,
      93,
      `The signer is given a whole URL, with its scheme, as ${wholeUrl}: it signs that text as it is.`,
      "Give it the host name alone as host, and as path what follows it, stage included.",
      `The code: ${wholeUrl} 'https://…'`,
    ),
    ...clueIf(
      Boolean(signCall) && takesBody !== undefined && !namesBody,
      80,
      `The code signs a ${takesBody} without a body: if one is sent, the signer has to be given it, since its hash is signed.`,
      "Give the signer the body as the very bytes that are sent, before it signs.",
      `The code has ${takesBody}, and no body.`,
    ),
    ...clueIf(
      Boolean(signCall) && objectBody,
      86,
      "The body is given to the signer as an object, and the HTTP client serializes it in a way of its own (jQuery as a form, others as JSON): the bytes that are sent are not those that were signed.",
      "Serialize the body once (JSON.stringify), and give that same text to the signer and to the HTTP client.",
      "The code has the body as an object.",
    ),
    ...clueIf(
      Boolean(signCall) && bare !== undefined,
      85,
      `The path that is given to the signer does not begin with a slash ('${bare}'), and the one that is sent does.`,
      `Give it '/${bare}'.`,
      `The code: path '${bare}'`,
    ),
    ...clueIf(
      incoming !== undefined,
      62,
      `The code signs the Host of the request that comes in (${incoming}), and sends on to another one, which is what AWS verifies.`,
      "Set the Host to the one of AWS's address before signing, or sign that one.",
      "The code passes a request on.",
    ),
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
