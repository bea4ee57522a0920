import { headerValue } from "#sigv4/request";
import type { SignatureFault } from "./diagnosis";
import type { Refused } from "./refused";
import { credentialOf } from "./signer";

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
  return {
    fault: "wrong-scope",
    cause: `The signature is for another ${found.map(([, what]) => what).join(" and ")} than this API's.${got}`,
    advice: `Sign for the ${found.map(([, , expected]) => expected).join(" and the ")}.${region || !isRegionWrong ? "" : " A custom domain does not show its region: it has to be configured."}`,
  };
}
