import { existsSync } from "node:fs";
import { join, relative } from "node:path";
import type { APIGatewayClient } from "@aws-sdk/client-api-gateway";
import { askControlPlane } from "#aws/control-plane";
import type { KeyDirectory, LookedUp, PlanRecord } from "#diagnosis/observed";
import type { LocalIdentity } from "#load/load-model";
import type { Model } from "#model/model";
import type { RestApi } from "#model/rest-api";
import { cdktfOut, terraformFile, UNDEPLOYED } from "#stage/cdktf-out";
import { LOCAL_ACCOUNT_ID, localSeed } from "#stage/local-files";
import type { LocalTarget, StageTarget, Target } from "./target";

/** The subject of a look-up. */
export interface LookUpOptions {
  readonly env: NodeJS.ProcessEnv;
  /** The API key that was sent. Without it, no keys are looked up at the control plane. */
  readonly apiKey?: string;
  /** The profile of `--as`. */
  readonly profile?: string;
}

/**
 * Looks up facts for a diagnosis. For the local gateway, all of them come from the model that it serves. For a
 * deployed stage, the routes come from the Terraform on this machine, and the API key that was sent from the control
 * plane, if that is allowed.
 * @returns undefined if nothing is known about the target; facts that are not available are left out
 */
export async function lookUp(target: Target, options: LookUpOptions): Promise<LookedUp | undefined> {
  switch (target.kind) {
    case "local":
      return lookUpLocal(target);
    case "stage":
      return lookUpStage(target, options);
    case "url":
      return undefined;
  }
}

/** The routes of a target, from the Terraform on this machine; undefined if it is missing, or cannot be loaded. */
export async function routesOf(target: Target, env: NodeJS.ProcessEnv): Promise<RestApi | undefined> {
  return (await lookUp(target, { env }))?.api;
}

// ---------------------------------------------------------------------------------------------------- internal

async function lookUpLocal({
  root,
  shownFolder,
  stack,
  apiRegion: region,
}: LocalTarget): Promise<LookedUp | undefined> {
  const terraform = terraformFile(stack, join(root, "cdktf.out"));
  const model = readModel(terraform, { accountId: LOCAL_ACCOUNT_ID, seed: localSeed(root) });
  const source = `the local gateway (${shownFolder})`;
  if (!model) return { source, region };
  return { source, region, accountId: model.accountId, api: model.api, keys: keysOf(model) };
}

async function lookUpStage(
  { stack, apiRegion: region, outputs }: StageTarget,
  { env, apiKey, profile }: LookUpOptions,
): Promise<LookedUp> {
  const terraform = terraformFile(stack, cdktfOut(env));
  const model = readModel(terraform, UNDEPLOYED);
  const apiId = outputs.rest_api_id;
  const keys =
    apiKey === undefined || typeof apiId !== "string"
      ? undefined
      : await askControlPlane(region, profile, "no such API key", (client) =>
          askForKey(client, apiKey, apiId),
        )
          // Without permission to look up keys, the diagnosis lists the possible causes.
          .catch(() => undefined);
  return { source: model ? shown(terraform) : `stack ${stack}`, region, api: model?.api, keys };
}

function shown(path: string): string {
  return relative(process.cwd(), path);
}

/** @returns undefined if the stack is not synthesized, or contains what the loader does not support */
function readModel(terraform: string, identity: LocalIdentity): Model | undefined {
  if (!existsSync(terraform)) return undefined;
  const { LoadError, loadModel }: typeof import("#load/load-model") = require("#load/load-model");
  try {
    return loadModel({ terraform, identity });
  } catch (error) {
    if (error instanceof LoadError) return undefined;
    throw error;
  }
}

function keysOf({ api, apiKeys, usagePlans }: Model): KeyDirectory {
  const plans = usagePlans.map(({ name, apiKeyIds, apiStages, throttle, quota }): PlanRecord => {
    return { name, apiKeyIds, apiStages: apiStages.filter(({ apiId }) => apiId === api.id), throttle, quota };
  });
  return { keys: apiKeys, plans };
}

/** The key of a value, if the account has it, and the plans that it is in. */
async function askForKey(client: APIGatewayClient, value: string, apiId: string): Promise<KeyDirectory> {
  const { GetUsagePlansCommand, paginateGetApiKeys } = await import("@aws-sdk/client-api-gateway");
  for await (const { items = [] } of paginateGetApiKeys({ client, pageSize: 500 }, { includeValues: true })) {
    const key = items.find((item) => item.value === value);
    if (key?.id === undefined) continue;
    const { id, name = id, enabled = false } = key;
    const { items: plans = [] } = await client.send(new GetUsagePlansCommand({ keyId: id, limit: 500 }));
    return {
      keys: [{ id, name, value, enabled }],
      plans: plans.map((plan): PlanRecord => {
        const { rateLimit, burstLimit } = plan.throttle ?? {};
        const { limit, period } = plan.quota ?? {};
        return {
          name: plan.name ?? plan.id ?? "",
          apiKeyIds: [id],
          apiStages: (plan.apiStages ?? []).flatMap((each) =>
            each.apiId === apiId && each.stage !== undefined ? [{ stage: each.stage }] : [],
          ),
          throttle: rateLimit === undefined ? undefined : { rate: rateLimit, burst: burstLimit ?? 0 },
          quota: limit === undefined || period === undefined ? undefined : { limit, period },
        };
      }),
    };
  }
  return { keys: [], plans: [] };
}
