import { type Account, partitionOf } from "#load/assigned-values";
import { isList, isObject, type ObjectValue, type Value } from "#terraform/value";
import { type FindPrerequisites, readExpressions, readOrder } from "./configuration";
import { at, listAt, objectAt, textAt } from "./read-plan";
import { hasUnknown, type ResourceObject, Snapshot } from "./snapshot";

/** What a plan does, with everything as it is before and as it will be after. */
export interface Plan {
  readonly before: Snapshot;
  readonly after: Snapshot;
  /** What happens to each resource, those included to which nothing happens. */
  readonly changes: readonly Change[];
  /** What comes before what. */
  readonly prerequisitesOf: FindPrerequisites;
  /** Names of the outputs that change. */
  readonly outputs: readonly string[];
  /** Whether Terraform could not plan all of it. */
  readonly isIncomplete: boolean;
}

/** What happens to one resource. */
export interface Change {
  readonly address: string;
  readonly type: string;
  readonly action: Action;
  readonly before: ObjectValue;
  readonly after: ObjectValue;
  /** For each attribute whether it, or what of it, is known after apply only. */
  readonly unknown: ObjectValue;
  /** The attributes that cannot change in place, so that the resource is replaced. */
  readonly replacedFor: readonly string[];
}

/** `forget`: it stays in AWS and Terraform does not manage it any more. */
export type Action = "create" | "read" | "update" | "replace" | "delete" | "forget" | "no-op";

/**
 * Takes a plan apart.
 * @param json - from `terraform show -json`, its secrets redacted
 * Source: https://developer.hashicorp.com/terraform/internals/json-format#plan-representation
 */
export function takeApart(json: Value): Plan {
  const changes = listAt(json, "resource_changes").map(readChange);
  const movedTo = readMoves(json);
  const before = resourcesIn(objectAt(json, "prior_state", "values")).map((resource) => ({
    ...resource,
    address: movedTo.get(resource.address) ?? resource.address,
  }));
  const unknown = new Map(changes.map((change) => [change.address, change.unknown]));
  const after = resourcesIn(objectAt(json, "planned_values")).map((resource) => ({
    ...resource,
    unknown: unknown.get(resource.address),
  }));
  // Data sources that were read already are told of with the state.
  const read = before.filter(({ mode }) => mode === "data");
  const account = findAccount(json, [...before, ...after]);
  return {
    before: new Snapshot(before, account),
    after: new Snapshot([...read, ...after], account, readExpressions(objectAt(json, "configuration"))),
    changes,
    prerequisitesOf: readOrder(objectAt(json, "configuration")),
    outputs: Object.entries(objectAt(json, "output_changes"))
      .filter(([, change]) => readAction(change) !== "no-op")
      .map(([name]) => name),
    isIncomplete: at(json, "errored") === true || at(json, "complete") === false,
  };
}

function readChange(json: Value): Change {
  const change = objectAt(json, "change");
  const deposed = textAt(json, "deposed");
  const address = textAt(json, "address") ?? "";
  return {
    // An object that an earlier replacement left behind.
    address: deposed === undefined ? address : `${address} (deposed ${deposed})`,
    type: textAt(json, "type") ?? "",
    action: readAction(change),
    before: objectAt(change, "before"),
    after: objectAt(change, "after"),
    unknown: objectAt(change, "after_unknown"),
    replacedFor: [...new Set(listAt(change, "replace_paths").map(attributeOf))],
  };
}

/** The attribute that a path leads into: `"hash_key"` of `["hash_key"]`. */
function attributeOf(path: Value): string {
  return String(isList(path) ? path[0] : path);
}

/** The attributes that a change makes other than they were, or may make so; in the order of their names. */
export function changedAttributes({ before, after, unknown }: Change): string[] {
  const names = [...new Set([...Object.keys(before), ...Object.keys(after), ...Object.keys(unknown)])].sort();
  return names.filter(
    (name) => hasUnknown(unknown[name]) || JSON.stringify(before[name]) !== JSON.stringify(after[name]),
  );
}

/** Anything that is not understood counts as a change. */
function readAction(change: Value): Action {
  const actions = listAt(change, "actions").map(String);
  if (actions.includes("create") && actions.length > 1) return "replace";
  const [action = "update"] = actions;
  return SINGLE_ACTIONS.find((each) => each === action) ?? "update";
}

const SINGLE_ACTIONS: readonly Action[] = ["create", "read", "update", "delete", "forget", "no-op"];

/** New addresses by old ones. */
function readMoves(json: Value): ReadonlyMap<string, string> {
  return new Map(
    listAt(json, "resource_changes").flatMap((change): [string, string][] => {
      const [from, to] = [textAt(change, "previous_address"), textAt(change, "address")];
      return from === undefined || to === undefined ? [] : [[from, to]];
    }),
  );
}

/** The resources of a state or of planned values, those of its modules included. */
function resourcesIn(values: ObjectValue): ResourceObject[] {
  const resources: ResourceObject[] = [];
  const modules: Value[] = [objectAt(values, "root_module")];
  for (const module of modules) {
    modules.push(...listAt(module, "child_modules"));
    for (const resource of listAt(module, "resources")) {
      const [address, type] = [textAt(resource, "address"), textAt(resource, "type")];
      if (address === undefined || type === undefined) continue;
      resources.push({
        address,
        module: textAt(module, "address") ?? "",
        mode: textAt(resource, "mode") === "data" ? "data" : "managed",
        type,
        values: objectAt(resource, "values"),
      });
    }
  }
  return resources;
}

const ARN = /^arn:([a-z-]+):[a-z0-9-]+:([a-z0-9-]*):(\d{12}):/;

/** Where the stack is, by what AWS has said, or by ARNs in it. */
function findAccount(json: Value, resources: readonly ResourceObject[]): Account {
  const arns = resources
    .flatMap(({ values }) => [textAt(values, "arn"), textAt(values, "execution_arn")])
    .flatMap((arn) => {
      const [, partition, region, accountId] = ARN.exec(arn ?? "") ?? [];
      return partition === undefined ? [] : [{ partition, region, accountId }];
    });
  const caller = resources.find(({ mode, type }) => mode === "data" && type === "aws_caller_identity");
  const account = textAt(caller?.values, "account_id") ?? "";
  const region = findRegion(json) ?? arns.find((arn) => arn.region)?.region ?? "unknown-region";
  return {
    region,
    accountId: /^\d{12}$/.test(account) ? account : (arns[0]?.accountId ?? "000000000000"),
    partition: arns[0]?.partition ?? partitionOf(region),
  };
}

function findRegion(json: Value): string | undefined {
  const providers = Object.values(objectAt(json, "configuration", "provider_config")).filter(isObject);
  const aws = providers.find((provider) => textAt(provider, "name") === "aws");
  const region = textAt(aws, "expressions", "region", "constant_value");
  return region !== undefined && /^[a-z0-9-]+$/.test(region) ? region : undefined;
}
