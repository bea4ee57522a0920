import { ApiGatewayApiKey } from "@cdktf/provider-aws/lib/api-gateway-api-key";
import { ApiGatewayUsagePlan } from "@cdktf/provider-aws/lib/api-gateway-usage-plan";
import { ApiGatewayUsagePlanKey } from "@cdktf/provider-aws/lib/api-gateway-usage-plan-key";
import { Construct } from "constructs";
import type { UsagePlanSettings } from "./config/limits";
import { physicalName } from "./physical-name";
import { UserError } from "./project";
import type { RestApi } from "./rest-api";

/** A client that calls with an API key. */
export interface ApiClient {
  readonly name: string;
  /** The usage plan's name. */
  readonly plan: string;
  /**
   * The client's keys, oldest first, by a label of your choice. To rotate: add a label, deploy, give the client the new
   * key, remove the old label, deploy. Both keys work in between.
   * @default one key
   */
  readonly keys?: readonly string[];
}

export interface ApiClientsProps {
  readonly api: RestApi;
  readonly plans: Readonly<Record<string, UsagePlanSettings>>;
  readonly clients: readonly ApiClient[];
}

/** An API key: for metering who calls how often, beside a signature; never a proof of who calls. */
export interface ClientKey {
  readonly id: string;
  /** The secret. */
  readonly value: string;
}

/**
 * Named API clients with their own keys, in usage plans that are bound to the API's stage.
 *
 * @example
 * const clients = new ApiClients(this, "clients", {
 *   api,
 *   plans: { standard: { throttle: { rateLimit: 10, burstLimit: 20 }, quota: { limit: 10_000, period: "DAY" } } },
 *   clients: [{ name: "warehouse", plan: "standard" }],
 * });
 */
export class ApiClients extends Construct {
  /**
   * By name: `demo` is the client's newest key; while it is being rotated, `demo-LABEL` is the older one.
   */
  readonly keys: ReadonlyMap<string, ClientKey>;

  constructor(scope: Construct, id: string, props: ApiClientsProps) {
    super(scope, id);
    const keys = new Map<string, ClientKey>();
    const plans = new Map<string, ApiGatewayUsagePlan>();
    for (const [name, settings] of Object.entries(props.plans)) {
      plans.set(name, this.addPlan(name, settings, props.api));
    }
    for (const client of props.clients) {
      const plan = plans.get(client.plan);
      if (!plan) {
        throw new UserError(
          `client '${client.name}': got plan '${client.plan}', expected one of ${[...plans.keys()].join(", ")}: each stage of project.config.ts has its own`,
        );
      }
      for (const [name, key] of this.addClient(client, plan)) keys.set(name, key);
      props.api.registerClient();
    }
    this.keys = keys;
  }

  private addPlan(name: string, settings: UsagePlanSettings, api: RestApi): ApiGatewayUsagePlan {
    return new ApiGatewayUsagePlan(this, `plan-${name}`, {
      name: physicalName(this, name),
      apiStages: [{ apiId: api.restApiId, stage: api.publishedStageName }],
      throttleSettings: settings.throttle,
      quotaSettings: settings.quota,
    });
  }

  private addClient(client: ApiClient, plan: ApiGatewayUsagePlan): [string, ClientKey][] {
    const labels = client.keys ?? ["1"];
    if (labels.length === 0 || labels.length > 2 || new Set(labels).size !== labels.length) {
      throw new UserError(
        `client '${client.name}': got keys [${labels.join(", ")}], expected one label, or two different ones while a key is rotated`,
      );
    }
    const scope = new Construct(this, client.name);
    return labels.map((label, index) => {
      const key = new ApiGatewayApiKey(scope, `key-${label}`, {
        name: physicalName(this, `${client.name}-${label}`),
        description: `API key '${label}' of client '${client.name}'`,
      });
      new ApiGatewayUsagePlanKey(scope, `plan-key-${label}`, {
        keyId: key.id,
        keyType: "API_KEY",
        usagePlanId: plan.id,
      });
      const name = index === labels.length - 1 ? client.name : `${client.name}-${label}`;
      return [name, { id: key.id, value: key.value }];
    });
  }
}
