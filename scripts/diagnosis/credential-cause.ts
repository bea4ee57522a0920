import { headerValue } from "#sigv4/request";
import type { SignatureFault } from "./diagnosis";
import type { Refused } from "./refused";
import { readingOfRegion } from "./region-reading";
import { accessKeyOf, credentialOf } from "./signer";

/** A signature for another region, service or day. The newer texts leave out what was got: the request has it. */
export function wrongScope({ message, observed }: Refused): SignatureFault {
  const { request, lookedUp } = observed;
  const host = request && headerValue(request.headers, "host");
  const region = /\.execute-api\.([a-z0-9-]+)\.amazonaws\./.exec(host ?? "")?.[1] ?? lookedUp?.region;
  const scope = request && credentialOf(request);
  const regionSet = request && headerValue(request.headers, "x-amz-region-set");
  const got = scope
    ? ` The request's scope is ${[scope.date, scope.region, scope.service, scope.terminator].filter(Boolean).join("/")}${regionSet ? `, for the regions ${regionSet}` : ""}.`
    : "";
  const faults = [
    [/valid region/, "region", `region ${region ?? "of the API"}`],
    [/correct service/, "service", `service ${/service: '([^']*)'/.exec(message)?.[1] ?? "execute-api"}`],
    [/valid terminator/, "terminator", "terminator aws4_request"],
    [/^.*Date in Credential scope/, "date", "date that X-Amz-Date begins with, in UTC"],
  ] as const;
  const found = faults.filter(([pattern]) => pattern.test(message));
  const isRegionWrong = found.some(([, what]) => what === "region");
  const named = /valid region, not '([^']*)'/.exec(message)?.[1];
  const reading = [
    named !== undefined && readingOfRegion(named),
    /service: 'execute-api'/.test(message) &&
      " It was signed for another name, such as 'apigateway', which is the control plane (the management API), or the API's id: an SDK of the control plane was pointed at a deployed API, or the client guessed the service.",
  ].filter(Boolean);
  return {
    fault: "wrong-scope",
    cause: `The signature is for another ${found.map(([, what]) => what).join(" and ")} than this API's.${got}${reading.join("")}`,
    advice: `Sign for the ${found.map(([, , expected]) => expected).join(" and the ")}.${region || !isRegionWrong ? "" : " A custom domain does not show its region: it has to be configured."}`,
  };
}

/** AWS says the same of a key that does not exist and of a token that does not go with it; the request tells them apart. */
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
    cause: `The session of ${keyName(refused)} has ended: its token is expired.`,
    advice:
      "Get new temporary credentials (aws sso login, or assume the role again), and let the client renew them before they end.",
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
