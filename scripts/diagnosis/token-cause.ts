import { headerValue } from "#sigv4/request";
import type { SignatureFault } from "./diagnosis";
import type { Refused } from "./refused";
import { accessKeyOf, credentialOf } from "./signer";

/** AWS says the same of a key that nobody has and of a token that does not go with it; the request tells them apart. */
export function invalidToken(refused: Refused): SignatureFault {
  const { request } = refused.observed;
  const id = request && credentialOf(request)?.accessKeyId;
  const token = request && sessionToken(request.headers, request.target);
  const name = keyName(refused);
  if (id?.startsWith("ASIA") && token === undefined) {
    return {
      fault: "session-token-missing",
      cause: `No session token came with ${name}, which is a temporary one.`,
      advice:
        "Send the session token in X-Amz-Security-Token (AWS_SESSION_TOKEN, aws_session_token), set before signing.",
    };
  }
  if (id?.startsWith("AKIA") && token !== undefined) {
    return {
      fault: "session-token-not-needed",
      cause: `A session token came with ${name}, which is a long-term one: left over from other credentials, most likely.`,
      advice:
        "Leave X-Amz-Security-Token out (unset AWS_SESSION_TOKEN), or load key, secret and token together.",
    };
  }
  // AWS ends the sentence on a key with a full stop, and the one on a token without.
  if (!refused.message.endsWith(".") && token !== undefined) {
    return {
      fault: "session-token-wrong",
      cause: `The session token is not the one of ${name}.`,
      advice: "Load key, secret and token together from one place, and send the token unchanged.",
    };
  }
  return {
    fault: "unknown-access-key",
    cause: `The gateway does not know ${name}: it was deleted or deactivated, is of another place, or the client loaded none.`,
    advice:
      "Check which credentials the client loads (aws sts get-caller-identity), and that key, secret and token are of one set.",
  };
}

/** A session that has ended. */
export function expiredToken(refused: Refused): SignatureFault {
  return {
    fault: "session-token-expired",
    cause: `The session of ${keyName(refused)} has ended.`,
    advice: "Get new temporary credentials: aws sso login, or assume the role again.",
  };
}

// ---------------------------------------------------------------------------------------------------- internal

/** A token that is there in name only came from a variable without a value. */
function sessionToken(headers: readonly (readonly [string, string])[], target: string): string | undefined {
  const inQuery = /[?&]X-Amz-Security-Token=([^&]*)/.exec(target)?.[1];
  const token = headerValue(headers, "x-amz-security-token") ?? inQuery;
  return token === "" || token === "undefined" ? undefined : token;
}

function keyName({ observed: { request } }: Refused): string {
  const id = request && accessKeyOf(request);
  return id === undefined ? "the access key" : `the access key ${id}`;
}
