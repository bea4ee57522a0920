import { createHmac, randomBytes } from "node:crypto";
import { type KeyFault, keyStanding } from "#model/key-standing";
import type { Model } from "#model/model";
import type { ApiKey, UsagePlan } from "#model/usage-plan";
import type { HeaderLine } from "#sigv4/request";
import { headerValue } from "#sigv4/request";
import type { Refusal } from "../refusal";
import type { Matched } from "./match";

/** The API key that a request showed, and the plan that lets it into this stage. */
export interface PlanMember {
  readonly key: ApiKey;
  /** Its stages are those of this API. */
  readonly plan: UsagePlan;
}

/** Returns nothing if the method needs no key; a key that is sent anyway is ignored. */
export type ApiKeyGate = (
  match: Matched,
  headers: readonly HeaderLine[],
  /** The key that the route's authorizer returned. */
  usageIdentifierKey?: string,
) => PlanMember | Refusal | undefined;

/**
 * Prepares the API key gate of a model: the key comes from the `x-api-key` header (key source `HEADER`), must be
 * enabled and belong to a usage plan that includes this API's stage. Every failure answers `Forbidden`; the refusal's
 * reason says which link is missing and never shows what was sent.
 *
 * Keys are looked up by their HMAC under a key of this process, so that the duration of a look-up does not reveal how
 * much of a guess is right.
 *
 * @throws Error if two keys have one value, or two plans claim one key for the same stage, which AWS refuses too
 * Source: https://docs.aws.amazon.com/apigateway/latest/developerguide/api-gateway-api-key-source.html
 */
export function compileApiKeys(model: Pick<Model, "api" | "apiKeys" | "usagePlans">): ApiKeyGate {
  const secret = randomBytes(32);
  const digest = (value: string) => createHmac("sha256", secret).update(value).digest("base64");

  const plans = model.usagePlans.map((plan) => ({
    ...plan,
    apiStages: plan.apiStages.filter(({ apiId }) => apiId === model.api.id),
  }));
  const holders = new Map<string, KeyHolder>();
  for (const key of model.apiKeys) {
    const value = digest(key.value);
    const other = holders.get(value);
    if (other)
      throw new Error(`${key.address} has the value of ${other.key.address}; each API key needs its own`);
    holders.set(value, { key, plans: plansOf(key, plans) });
  }

  const isFromAuthorizer = model.api.apiKeySource === "AUTHORIZER";
  return ({ route, stage }, headers, usageIdentifierKey) => {
    if (!route.apiKeyRequired) return undefined;
    const refuse = (missing: string): Refusal => ({
      ...FORBIDDEN,
      reason: `${route.httpMethod} ${route.resourcePath} needs an API key: ${missing}`,
    });

    const value = isFromAuthorizer ? usageIdentifierKey : headerValue(headers, "x-api-key");
    if (value === undefined && isFromAuthorizer)
      return refuse("the authorizer returned no usageIdentifierKey");
    if (value === undefined) return refuse("there is no x-api-key header");
    if (value === "") return refuse("the x-api-key header is empty");
    const holder = holders.get(digest(value));
    if (!holder) return refuse("no key has the value of the x-api-key header");
    const { key, plans: its } = holder;
    const standing = keyStanding(key, its, stage.name);
    if (standing.admitted) return { key, plan: standing.plan };
    return refuse(describe(standing.fault, holder, stage.name));
  };
}

// ---------------------------------------------------------------------------------------------------- internal

const FORBIDDEN = {
  gate: "api-key",
  response: "INVALID_API_KEY",
  errorType: "ForbiddenException",
  message: "Forbidden",
} as const;

interface KeyHolder {
  readonly key: ApiKey;
  /** The key's usage plans, with their stages of this API. */
  readonly plans: readonly UsagePlan[];
}

function plansOf(key: ApiKey, all: readonly UsagePlan[]): readonly UsagePlan[] {
  const plans = all.filter((plan) => plan.apiKeyIds.includes(key.id));
  const byStage = new Map<string, UsagePlan>();
  for (const plan of plans) {
    for (const { stage } of plan.apiStages) {
      const other = byStage.get(stage);
      if (other) {
        throw new Error(
          `${plan.address} and ${other.address} both give ${key.address} stage '${stage}'; ` +
            "a key may have one usage plan for each stage",
        );
      }
      byStage.set(stage, plan);
    }
  }
  return plans;
}

function describe(fault: KeyFault, { key, plans }: KeyHolder, stage: string): string {
  const named = `key '${key.name}' (${key.address})`;
  switch (fault) {
    case "disabled":
      return `${named} is disabled`;
    case "in-no-plan":
      return `${named} is not in any usage plan`;
    case "not-for-stage":
      return `no usage plan of ${named} includes stage '${stage}' (its plans: ${plans.map(({ address }) => address).join(", ")})`;
  }
}
