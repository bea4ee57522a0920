import { createHmac, randomBytes } from "node:crypto";
import type { Model } from "#model/model";
import type { ApiKey, PlanStage, UsagePlan } from "#model/usage-plan";
import type { HeaderLine } from "#sigv4/request";
import { headerValue } from "#sigv4/request";
import type { Refusal } from "../refusal";
import type { Matched } from "./match";

/** The API key that a request showed, and the plan that lets it into this stage. */
export interface PlanMember {
  readonly key: ApiKey;
  readonly plan: UsagePlan;
  readonly planStage: PlanStage;
}

/** Gives nothing if the method needs no key: then a key that is sent all the same is ignored. */
export type ApiKeyGate = (match: Matched, headers: readonly HeaderLine[]) => PlanMember | Refusal | undefined;

/**
 * Prepares the API key gate of a model: the key comes from the `x-api-key` header (key source `HEADER`), must be enabled
 * and belong to a usage plan that holds this API's stage. Every failure answers `Forbidden` alike; the refusal's reason
 * says which link is missing and never shows what was sent.
 *
 * Keys are looked up by their HMAC under a key of this process, so that the time of a look-up tells nothing about how
 * much of a guess is right.
 *
 * @throws Error where two keys have one value, or two plans claim one key for the same stage, which AWS refuses too
 * Source: https://docs.aws.amazon.com/apigateway/latest/developerguide/api-gateway-api-key-source.html
 */
export function compileApiKeys(model: Pick<Model, "api" | "apiKeys" | "usagePlans">): ApiKeyGate {
  const secret = randomBytes(32);
  const digest = (value: string) => createHmac("sha256", secret).update(value).digest("base64");

  const holders = new Map<string, KeyHolder>();
  for (const key of model.apiKeys) {
    const value = digest(key.value);
    const other = holders.get(value);
    if (other)
      throw new Error(`${key.address} has the value of ${other.key.address}; each API key needs its own`);
    holders.set(value, holderOf(key, model));
  }

  return ({ route, stage }, headers) => {
    if (!route.apiKeyRequired) return undefined;
    const refuse = (missing: string): Refusal => ({
      ...FORBIDDEN,
      reason: `${route.httpMethod} ${route.resourcePath} needs an API key: ${missing}`,
    });

    const value = headerValue(headers, "x-api-key");
    if (value === undefined) return refuse("there is no x-api-key header");
    if (value === "") return refuse("the x-api-key header is empty");
    const holder = holders.get(digest(value));
    if (!holder) return refuse("no key has the value of the x-api-key header");

    const { key } = holder;
    const named = `key '${key.name}' (${key.address})`;
    if (!key.enabled) return refuse(`${named} is disabled`);
    if (holder.plans.length === 0) return refuse(`${named} is in no usage plan`);
    const member = holder.byStage.get(stage.name);
    if (!member) {
      const plans = holder.plans.map((plan) => plan.address).join(", ");
      return refuse(`no usage plan of ${named} holds stage '${stage.name}' (its plans: ${plans})`);
    }
    return member;
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
  readonly plans: readonly UsagePlan[];
  /** By the stages of this API that the key's plans hold. */
  readonly byStage: ReadonlyMap<string, PlanMember>;
}

function holderOf(key: ApiKey, { api, usagePlans }: Pick<Model, "api" | "usagePlans">): KeyHolder {
  const plans = usagePlans.filter((plan) => plan.apiKeyIds.includes(key.id));
  const byStage = new Map<string, PlanMember>();
  for (const plan of plans) {
    for (const planStage of plan.apiStages.filter(({ apiId }) => apiId === api.id)) {
      const other = byStage.get(planStage.stage);
      if (other) {
        throw new Error(
          `${plan.address} and ${other.plan.address} both give ${key.address} stage '${planStage.stage}'; ` +
            "a key may have one usage plan for each stage",
        );
      }
      byStage.set(planStage.stage, { key, plan, planStage });
    }
  }
  return { key, plans, byStage };
}
