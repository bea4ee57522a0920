import { groupBy } from "./group-by";
import { code, list, type Markdown } from "./markdown";
import type { Part } from "./part";
import { type Change, changedAttributes, type Plan } from "./plan";
import type { PlannedResource, Snapshot } from "./snapshot";

/**
 * Finds what would not go live: a deployment is a snapshot of the API, so that a change of it reaches callers only by
 * way of a new deployment that the stage takes up.
 * Source: https://docs.aws.amazon.com/apigateway/latest/developerguide/how-to-deploy-api.html
 */
export function reviewLive({ before, after, changes }: Plan): Part {
  const apiOf = (part: PlannedResource | undefined): string => part?.link("rest_api_id") ?? "";
  const partOf = ({ address, type }: Change): string => {
    const part = after.get(address) ?? before.get(address);
    return type === "aws_api_gateway_rest_api" ? (part?.link("id") ?? "") : apiOf(part);
  };
  const parts = groupBy(changes.filter(isOfSnapshot), partOf);
  const names = new Map(
    after.all("aws_api_gateway_rest_api").map((api) => [api.link("id"), api.link("name")]),
  );
  const isTakenUp = deploymentReader(after, changes);
  const entries = after
    .all("aws_api_gateway_stage")
    .filter((stage) => parts.has(apiOf(stage)) && !isTakenUp(stage))
    .map((stage) => {
      const api = code(names.get(apiOf(stage)) ?? apiOf(stage));
      return { api, stage: code(stage.link("stage_name")), missed: parts.get(apiOf(stage)) ?? [] };
    });
  return {
    rows: entries.flatMap(({ stage, missed }) =>
      missed.map((change) => `- ${describe(change)} does not reach stage ${stage}`),
    ),
    isChanged: entries.length > 0,
    findings: entries.map(({ api, stage, missed }) => {
      const what = list(
        missed.map(({ address }) => code(address)),
        3,
      );
      return `stage ${stage} of API ${api} is not redeployed: ${what} would not go live`;
    }),
    notes: [],
  };
}

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

/** What of the API itself is in a snapshot. Its name, tags and endpoint take effect at once. */
const SNAPSHOT_ATTRIBUTES = new Set([
  "api_key_source",
  "binary_media_types",
  "body",
  "disable_execute_api_endpoint",
  "minimum_compression_size",
  "parameters",
  "policy",
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

/** Tells whether a stage takes up a deployment that is made now. */
function deploymentReader(after: Snapshot, changes: readonly Change[]): (stage: PlannedResource) => boolean {
  const made = new Set(
    changes.filter(({ action }) => action === "create" || action === "replace").map(({ address }) => address),
  );
  const ids = new Set(
    after
      .all("aws_api_gateway_deployment")
      .filter(({ address }) => made.has(address))
      .map((deployment) => deployment.link("id")),
  );
  return (stage) => ids.has(stage.link("deployment_id"));
}

function describe(change: Change): Markdown {
  const { action, address } = change;
  if (action !== "update") return `${code(address)} (${action})`;
  return `${code(address)} (${list(changedAttributes(change).map(code))})`;
}
