import { headerValue } from "#sigv4/request";
import { type Clue, clueIf } from "./clue";
import { parseCutCanonicalRequest } from "./compare-canonical";
import type { Context } from "./context";
import { isSigned } from "./signer";

/** What makes the host that is signed another one than the host that arrives. */
export function hostClues(context: Context): Clue[] {
  const { host, right, text, observed } = context;
  const isSignedByClient = observed.request !== undefined && isSigned(observed.request);
  const shown = headerValue(right?.headers ?? [], "host") ?? host ?? "";
  // A variable's name in code is not a host.
  const arrived = /[.:<*…]|^localhost$/.test(shown) ? shown : "";
  const called = /^[a-z]+:\/\/([^/?#]+)/i.exec(observed.seen?.url ?? "")?.[1];
  const requested = /(?:for url|fetching|GET|requesting):? (https?:\/\/([^/\s"']+))/i.exec(text)?.[2];
  const isOther =
    called !== undefined &&
    arrived !== "" &&
    (!isMasked(called + arrived) || (isLocal(called) && !isLocal(arrived))) &&
    called.toLowerCase() !== arrived.toLowerCase();
  const client = parseCutCanonicalRequest(observed.canonicalRequest ?? "");
  const signedHost = headerValue(client?.headers ?? [], "host") ?? "";
  const isRewritten = client !== undefined && context.path !== undefined && client.uri !== context.path;
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
      isLocal(signedHost) && !context.isFromAws,
      isRewritten ? 91 : 58,
      `The host that was signed is '${signedHost}', a name of this machine: the proxy signs the Host of the request that it got${/:\d+$/.test(signedHost) ? ", with its port" : ""}, and AWS verifies the one of its own address.`,
      "Let the proxy set Host to the address that it calls before it signs (host_rewrite in Envoy).",
      `The client's canonical request: host:${signedHost}`,
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
      /\.cloudfront\.net$/.test(arrived) && !isOther,
      70,
      `The request goes through CloudFront ('${arrived}'), which sends its origin's name as Host unless it is told to pass on the caller's, so another host is verified than was signed.`,
      "Sign for the host name that the origin is called by (API.execute-api.REGION.amazonaws.com) and send to the distribution, or let a policy of the distribution pass on Host to an origin that takes it.",
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

// ---------------------------------------------------------------------------------------------------- internal

function isLocal(host: string): boolean {
  return /^(localhost|127\.0\.0\.1|\[::1\])(:\d+)?$/.test(host);
}

function isMasked(text: string): boolean {
  return /[<>$*{]|X{3}|REDACTED|snip|EDITED|…|\[/i.test(text);
}
