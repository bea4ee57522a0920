import type { Matched } from "#gateway/gates/match";
import { compileRoutes } from "#gateway/gates/match";
import { isRefusal } from "#gateway/refusal";
import { keyStanding } from "#model/key-standing";
import { headerValue, type RawRequest } from "#sigv4/request";
import { splitTarget } from "#sigv4/target";
import type { Diagnosis } from "./diagnosis";
import type { KeyDirectory, LookedUp } from "./observed";
import type { Refused } from "./refused";

/**
 * `Forbidden`, which API Gateway says of every fault of an API key alike, and of a stage that does not exist: what may be
 * looked up tells which it is.
 */
export function diagnoseForbidden({ message, errorType, observed }: Refused): Diagnosis | undefined {
  if (message !== "Forbidden" && errorType !== "ForbiddenException") return undefined;
  const { request, lookedUp } = observed;
  const match = request && lookedUp?.api && compileRoutes(lookedUp.api)(request);
  if (lookedUp && isRefusal(match) && match.stage === undefined) {
    return {
      gate: "route",
      fault: "no-such-stage",
      cause: `The path does not begin with a stage of ${lookedUp.source}, which are ${lookedUp.api?.stages.map(({ name }) => name).join(", ")}.`,
      advice: "Put the stage in front of the path: https://API.execute-api.REGION.amazonaws.com/STAGE/path.",
    };
  }
  const matched = isRefusal(match) ? undefined : match;
  if (lookedUp && matched && !matched.route.apiKeyRequired) return notAKey(matched);
  if (!request) return UNSEEN;
  return keyDiagnosis(request, lookedUp, matched?.stage.name);
}

// ---------------------------------------------------------------------------------------------------- internal

function keyDiagnosis(
  request: RawRequest,
  lookedUp: LookedUp | undefined,
  stage: string | undefined,
): Diagnosis {
  const value = headerValue(request.headers, "x-api-key");
  if (!value) {
    const [, first = ""] = splitTarget(request.target).path.split("/");
    const isStageKnown = stage !== undefined;
    return {
      gate: "api-key",
      fault: "key-missing",
      cause: `The route needs an API key, and the request has ${value === undefined ? "no x-api-key header" : "an empty x-api-key header"}${isStageKnown ? "" : `; or '${first}', which the path begins with, is not a stage of the API`}.`,
      advice: `Send the key in the header x-api-key (--api-key CLIENT), beside a signature where the route needs one${isStageKnown ? "" : "; or put the stage in front of the path (--local and --stage NAME know the stages)"}.`,
    };
  }
  if (!lookedUp?.keys) {
    return {
      gate: "api-key",
      fault: "forbidden",
      cause:
        "The API key is unknown, disabled, or in no usage plan that holds this stage; or the path begins with no stage. API Gateway says the same of all.",
      advice:
        "Compare the key with the one of the stage (make api-key), and look at its plans: aws apigateway get-usage-plans --key-id ID.",
    };
  }
  return { gate: "api-key", ...standing(value, lookedUp.keys, stage, lookedUp.source) };
}

/** Where the chain key, plan, stage is broken. */
function standing(
  value: string,
  { keys, plans }: KeyDirectory,
  stage: string | undefined,
  source: string,
): Pick<Diagnosis, "fault" | "cause" | "advice"> {
  const key = keys.find((each) => each.value === value);
  if (!key) {
    const known = keys.map(({ name }) => name).join(", ");
    return {
      fault: "key-unknown",
      cause: `No key of ${source} has the value that was sent${known ? ` (there are ${known})` : ""}.`,
      advice: "Send a key's value, not its name or id, whole and without spaces: make api-key prints it.",
    };
  }
  const access = keyStanding(key, plans, stage);
  const names = access.plans.map(({ name }) => name).join(", ");
  if (access.admitted) {
    return {
      fault: "forbidden",
      cause: `The key '${key.name}' is good for this stage by ${source} (plan ${names}), and was refused all the same: a change that has not arrived yet, a WAF, or a private endpoint.`,
      advice: "Wait some minutes after a change of keys or plans, deploy again, and look at the stage's WAF.",
    };
  }
  switch (access.fault) {
    case "disabled":
      return {
        fault: "key-disabled",
        cause: `The key '${key.name}' is disabled.`,
        advice: "Enable it (enabled = true on aws_api_gateway_api_key), or use another key.",
      };
    case "in-no-plan":
      return {
        fault: "key-in-no-plan",
        cause: `The key '${key.name}' is in no usage plan, and a key counts only through one.`,
        advice: "Add it to a plan that holds this stage (aws_api_gateway_usage_plan_key).",
      };
    case "not-for-stage":
      return {
        fault: "key-not-for-stage",
        cause: `The key '${key.name}' is in ${names}, which does not hold stage ${stage} of this API.`,
        advice: `Add the stage to the plan (api_stages of aws_api_gateway_usage_plan), or use a key of a plan that holds it.`,
      };
  }
}

function notAKey({ route }: Matched): Diagnosis {
  return {
    gate: "unknown",
    fault: "forbidden",
    cause: `${route.httpMethod} ${route.resourcePath} needs no API key, so something before the API refused: a WAF, a private endpoint, a custom domain without a mapping for this path, or a deployment that is older.`,
    advice: "Look at the stage's WAF and at the domain's mappings, and deploy again after a change.",
  };
}

const UNSEEN: Diagnosis = {
  gate: "api-key",
  fault: "forbidden",
  cause:
    "API Gateway says Forbidden, and no more, of several faults: an API key that is missing, unknown, disabled or in no usage plan of the stage; a path that begins with no stage; a custom domain without a mapping; an HTTP API that refuses a role or a signature; a VPC endpoint; a WAF.",
  advice:
    "Hand over the request, and the answer's headers (curl -i): apigw-requestid is an HTTP API's, x-amzn-ErrorType: ForbiddenException a REST API's.",
};
