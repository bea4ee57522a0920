import { withoutKeys } from "#plan/configuration";
import { groupBy } from "#plan/grouping";
import { type Action, type Change, changedAttributes, type Plan } from "#plan/plan";
import type { PlannedResource, Snapshot } from "#plan/snapshot";
import type { NotRedeployed, RedeployedEarly } from "./finding";

/** What would not go live. */
export interface LiveReview {
  readonly stages: readonly StaleStage[];
  readonly findings: readonly (NotRedeployed | RedeployedEarly)[];
  /** Whether an API changes in a way that a deployment has to bring to its callers. */
  readonly isChanged: boolean;
}

/** Changes of an API that a stage would miss, for one reason. */
export interface StaleStage {
  readonly api: string;
  readonly stage: string;
  /**
   * `stays`: the stage takes up no new deployment; `early`: the new deployment may be made before the change;
   * `lingers`: it is made before what is removed is gone, because Terraform removes things after all that waited for them.
   */
  readonly reason: "stays" | "early" | "lingers";
  readonly missed: readonly MissedChange[];
}

/** A change that does not reach a stage. */
export interface MissedChange {
  readonly address: string;
  readonly action: Action;
  /** Of an update, the attributes that change. */
  readonly attributes: readonly string[];
}

/**
 * Finds what would not go live: a deployment is a snapshot of the API, so that a change of it reaches callers only by
 * way of a new deployment that the stage takes up, and that is made after the change.
 * Source: https://docs.aws.amazon.com/apigateway/latest/developerguide/how-to-deploy-api.html
 */
export function reviewLive(plan: Plan): LiveReview {
  const { before, after, changes } = plan;
  const apiOf = (part: PlannedResource | undefined): string => part?.link("rest_api_id") ?? "";
  const partOf = ({ address, type }: Change): string => {
    const part = after.get(address) ?? before.get(address);
    return type === "aws_api_gateway_rest_api" ? (part?.link("id") ?? "") : apiOf(part);
  };
  const parts = groupBy(changes.filter(isOfSnapshot), partOf);
  const names = new Map(
    after.all("aws_api_gateway_rest_api").map((api) => [api.link("id"), api.link("name")]),
  );
  const deploymentOf = deploymentReader(after, changes);
  const stages = after.all("aws_api_gateway_stage").flatMap((stage) => {
    const id = apiOf(stage);
    return missedBy(parts.get(id) ?? [], deploymentOf(stage), plan)
      .filter((each) => each.changes.length > 0)
      .map(
        ({ reason, changes: missed }): StaleStage => ({
          api: names.get(id) ?? id,
          stage: stage.link("stage_name"),
          reason,
          missed: missed.map(describe),
        }),
      );
  });
  return { stages, findings: stages.flatMap(findingsOf), isChanged: parts.size > 0 };
}

function findingsOf({ api, stage, reason, missed }: StaleStage): LiveReview["findings"] {
  const place = { api, stage, missed: missed.map(({ address }) => address) };
  if (reason === "stays") return [{ kind: "not-redeployed", ...place }];
  return reason === "early" ? [{ kind: "redeployed-early", ...place }] : [];
}

interface Reason {
  readonly reason: StaleStage["reason"];
  readonly changes: readonly Change[];
}

function missedBy(
  changes: readonly Change[],
  deployment: string | undefined,
  { prerequisitesOf }: Plan,
): Reason[] {
  if (deployment === undefined) return [{ reason: "stays", changes }];
  const awaited = prerequisitesOf(deployment);
  return [
    {
      reason: "early",
      changes: changes.filter(
        ({ action, address }) => MADE.has(action) && !awaited.has(withoutKeys(address)),
      ),
    },
    {
      reason: "lingers",
      changes: changes.filter(({ action, type }) => REMOVED.has(action) && type !== RESOURCE),
    },
  ];
}

const MADE: ReadonlySet<Action> = new Set(["create", "update", "replace"]);
const REMOVED: ReadonlySet<Action> = new Set(["delete", "replace"]);
/** A path without a method answers nothing. */
const RESOURCE = "aws_api_gateway_resource";

/** The resources that a deployment takes a snapshot of. */
const SNAPSHOT_TYPES = new Set([
  "aws_api_gateway_authorizer",
  "aws_api_gateway_gateway_response",
  "aws_api_gateway_integration",
  "aws_api_gateway_integration_response",
  "aws_api_gateway_method",
  "aws_api_gateway_method_response",
  "aws_api_gateway_model",
  "aws_api_gateway_request_validator",
  "aws_api_gateway_resource",
  "aws_api_gateway_rest_api_policy",
]);

/**
 * What of the API itself is in a snapshot, or takes effect with the next deployment. Its name, tags and endpoint take
 * effect at once. Source: https://docs.aws.amazon.com/apigateway/latest/developerguide/apigateway-security-policies-update.html
 */
const SNAPSHOT_ATTRIBUTES = new Set([
  "api_key_source",
  "binary_media_types",
  "body",
  "disable_execute_api_endpoint",
  "endpoint_access_mode",
  "minimum_compression_size",
  "parameters",
  "policy",
  "security_policy",
]);

function isOfSnapshot(change: Change): boolean {
  const { type, action } = change;
  if (action === "no-op" || action === "read") return false;
  if (type === "aws_api_gateway_rest_api") {
    return action === "update" && changedAttributes(change).some((name) => SNAPSHOT_ATTRIBUTES.has(name));
  }
  // A new resource has no method of its own yet.
  return SNAPSHOT_TYPES.has(type) && !(type === "aws_api_gateway_resource" && action === "create");
}

/** Finds the deployment that is made now and that a stage takes up, by address. */
function deploymentReader(
  after: Snapshot,
  changes: readonly Change[],
): (stage: PlannedResource) => string | undefined {
  const made = new Set(
    changes.filter(({ action }) => action === "create" || action === "replace").map(({ address }) => address),
  );
  const addresses = new Map(
    after
      .all("aws_api_gateway_deployment")
      .filter(({ address }) => made.has(address))
      .map((deployment) => [deployment.link("id"), deployment.address]),
  );
  return (stage) => addresses.get(stage.link("deployment_id"));
}

function describe(change: Change): MissedChange {
  const { action, address } = change;
  return { action, address, attributes: action === "update" ? changedAttributes(change) : [] };
}
