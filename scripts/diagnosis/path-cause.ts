import { percentEncode } from "#sigv4/percent-encoding";
import type { MismatchCause } from "./diagnosis";

/**
 * Why two canonical URIs differ. The gateway encodes the path as it arrived once more, so that `%20` on the wire is
 * signed as `%2520`; most signers' mistakes are one encoding too few or too many.
 */
export function pathCause(client: string, gateway: string): MismatchCause {
  if (encodeAgain(client) === gateway) {
    return {
      fault: "path-encoded-once",
      cause:
        "The path was signed as it was sent, encoded once: execute-api encodes it once more (%20 as %2520).",
      advice:
        "Percent-encode each segment of the path that is sent once more before signing; only S3 signs it as it is.",
    };
  }
  if (encodeAgain(encodeAgain(client)) === gateway) {
    return {
      fault: "path-not-encoded",
      cause:
        "The path was signed unencoded; it is sent encoded, and execute-api encodes it once more (%20 as %2520).",
      advice: "Encode the path for sending, send that, and sign its segments encoded once more.",
    };
  }
  if (encodeAgain(gateway) === client) {
    return {
      fault: "path-encoded-thrice",
      cause:
        "The path was signed with one encoding more than it arrived with: the signer encoded a path that was encoded for signing already, or a proxy decoded it on the way.",
      advice:
        "Hand the signer the path as it is sent, let it encode once more, and keep proxies from decoding it.",
    };
  }
  if (normalize(client) === gateway) {
    return {
      fault: "path-not-normalized",
      cause:
        "The path was signed with its dot segments or repeated slashes, which are taken out before signing.",
      advice: "Remove '.', '..' and empty segments from the path before signing and sending.",
    };
  }
  const stage = /^\/[^/]+/.exec(gateway)?.[0] ?? "";
  if (client === gateway.slice(stage.length) || (client === "/" && gateway === stage)) {
    return {
      fault: "stage-not-signed",
      cause: `The path was signed without '${stage}', which it begins with on the wire: the stage, or a base path.`,
      advice: "Sign the path as it is sent to the gateway, stage included.",
    };
  }
  return {
    fault: "path-changed",
    cause:
      /^(.*?)\/?$/.exec(client)?.[1] === /^(.*?)\/?$/.exec(gateway)?.[1]
        ? "A slash at the end of the path was signed and did not arrive, or arrived and was not signed."
        : "Another path was signed than arrived: a proxy rewrites it, or the client signs another URL than it calls.",
    advice: "Sign the path exactly as it reaches the gateway, or let the proxy pass it on unchanged.",
  };
}

function encodeAgain(uri: string): string {
  return uri.split("/").map(percentEncode).join("/");
}

function normalize(uri: string): string {
  // Resolves dot segments; what is percent-encoded stays as it is.
  return new URL(uri.replace(/\/{2,}/g, "/"), "http://host").pathname;
}
