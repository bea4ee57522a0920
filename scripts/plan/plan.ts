import { type Account, partitionOf } from "#load/assigned-values";
import { isList, isObject, type ObjectValue, type Value } from "#terraform/value";
import { type FindPrerequisites, readExpressions, readOrder, settingFinder } from "./configuration";
import { at, listAt, objectAt, textAt } from "./read-plan";
import {
  type FailedCheck,
  type OutputChange,
  type Provisioner,
  readChecks,
  readDeferred,
  readInvocations,
  readOutputs,
  readProvisioners,
} from "./remarks";
import { hasUnknown, type ResourceObject, Snapshot } from "./snapshot";

/** What a plan does, with everything as it is before and as it will be after. */
export interface Plan {
  readonly before: Snapshot;
  readonly after: Snapshot;
  /** What happens to each resource, those included to which nothing happens. */
  readonly changes: readonly Change[];
  /** What has happened to resources since Terraform saw them last, without Terraform. */
  readonly drift: readonly Change[];
  /** What comes before what. */
  readonly prerequisitesOf: FindPrerequisites;
  /** Whether the configuration sets an attribute of a resource; if it cannot be told, it does. */
  readonly isConfigured: (address: string, attribute: string) => boolean;
  readonly outputs: readonly OutputChange[];
  readonly checks: readonly FailedCheck[];
  readonly provisioners: readonly Provisioner[];
  /** Addresses of what is changed by something else than a plan of it: put off, or done by an action of a provider. */
  readonly unplanned: readonly string[];
  /** Whether the plan says which account the stack is in; if it does not, it is taken to be the one that it names most. */
  readonly isAccountKnown: boolean;
  /** Where the provider would be other than what it has made is. */
  readonly place?: PlaceChange;
  /** How many resources are in the state and not in the plan, since it is of others alone (`-target`). */
  readonly leftOut: number;
  /** Whether Terraform could not plan all of it. */
  readonly isIncomplete: boolean;
}

/** The region or account that a stack was made in, and the one that the plan is for. */
export interface PlaceChange {
  readonly what: "region" | "account";
  readonly from: string;
  readonly to: string;
}

/** What happens to one resource. */
export interface Change {
  readonly address: string;
  /** The address that it had before, if it is another one. */
  readonly movedFrom?: string;
  readonly mode: ResourceObject["mode"];
  readonly type: string;
  readonly action: Action;
  readonly before: ObjectValue;
  readonly after: ObjectValue;
  /** For each attribute whether it, or what of it, is known after apply only. */
  readonly unknown: ObjectValue;
  /** The attributes that cannot change in place, so that the resource is replaced. */
  readonly replacedFor: readonly string[];
  /** Whether it was in AWS and not in the state. */
  readonly isImported: boolean;
}

/** `forget`: it stays in AWS and Terraform does not manage it any more. */
export type Action = "create" | "read" | "update" | "replace" | "delete" | "forget" | "no-op";

/**
 * Takes a plan apart.
 * @param json - from `terraform show -json`, its secrets redacted
 * Source: https://developer.hashicorp.com/terraform/internals/json-format#plan-representation
 */
export function takeApart(json: Value): Plan {
  const configuration = objectAt(json, "configuration");
  const changes = listAt(json, "resource_changes").map(readChange);
  const movedTo = new Map(
    changes.flatMap(({ movedFrom, address }) => (movedFrom ? [[movedFrom, address]] : [])),
  );
  const before = resourcesIn(objectAt(json, "prior_state", "values")).map((resource) => ({
    ...resource,
    address: movedTo.get(resource.address) ?? resource.address,
  }));
  const byAddress = new Map(changes.map((change) => [change.address, change]));
  // What Terraform forgets is in AWS as before, and so is what a plan of other resources leaves out.
  const stays = before.filter(
    ({ mode, address }) => mode === "managed" && (byAddress.get(address)?.action ?? "forget") === "forget",
  );
  const staying = new Set(stays.map(({ address }) => address));
  const planned = resourcesIn(objectAt(json, "planned_values"))
    .filter(({ address }) => !staying.has(address))
    .map((resource) => ({ ...resource, unknown: byAddress.get(resource.address)?.unknown }));
  // Data sources that were read already are told of with the state.
  const read = before.filter(({ mode }) => mode === "data");
  const { account, isKnown: isAccountKnown } = findAccount(json, [...before, ...planned]);
  const findExpression = readExpressions(configuration);
  const drift = listAt(json, "resource_drift").map(readChange);
  const place = findPlaceChange(json, before, drift);
  return {
    before: new Snapshot(before, account),
    after: new Snapshot([...read, ...stays, ...planned], account, findExpression),
    changes,
    drift,
    isAccountKnown,
    ...(place && { place }),
    prerequisitesOf: readOrder(configuration),
    isConfigured: settingFinder(configuration),
    outputs: readOutputs(json),
    checks: readChecks(json),
    provisioners: readProvisioners(configuration),
    unplanned: [...readDeferred(json), ...readInvocations(json)],
    leftOut: stays.filter(({ address }) => !byAddress.has(address)).length,
    isIncomplete: at(json, "errored") === true || at(json, "complete") === false,
  };
}

function readChange(json: Value): Change {
  const change = objectAt(json, "change");
  const deposed = textAt(json, "deposed");
  const address = textAt(json, "address") ?? "";
  const movedFrom = textAt(json, "previous_address");
  return {
    // An object that an earlier replacement left behind.
    address: deposed === undefined ? address : `${address} (deposed ${deposed})`,
    ...(movedFrom !== undefined && movedFrom !== address && { movedFrom }),
    mode: textAt(json, "mode") === "data" ? "data" : "managed",
    type: textAt(json, "type") ?? "",
    action: readAction(change),
    before: objectAt(change, "before"),
    after: objectAt(change, "after"),
    unknown: objectAt(change, "after_unknown"),
    replacedFor: [...new Set(listAt(change, "replace_paths").map(attributeOf))],
    isImported: at(change, "importing") !== undefined && at(change, "importing") !== null,
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
function findAccount(
  json: Value,
  resources: readonly ResourceObject[],
): { readonly account: Account; readonly isKnown: boolean } {
  const arns = resources
    .flatMap(({ values }) => [textAt(values, "arn"), textAt(values, "execution_arn")])
    .flatMap((arn) => {
      const [, partition, region, accountId] = ARN.exec(arn ?? "") ?? [];
      return partition === undefined ? [] : [{ partition, region, accountId }];
    });
  const caller = resources.find(({ mode, type }) => mode === "data" && type === "aws_caller_identity");
  const account = textAt(caller?.values, "account_id") ?? "";
  const region = findRegion(json) ?? arns.find((arn) => arn.region)?.region ?? "unknown-region";
  const known = /^\d{12}$/.test(account) ? account : arns[0]?.accountId;
  const accountId = known ?? mostOften(accountsNamed(resources)) ?? "000000000000";
  const partition = arns[0]?.partition ?? partitionOf(region);
  return { account: { region, accountId, partition }, isKnown: known !== undefined };
}

/** The accounts in the ARNs of resources. */
function accountsNamed(resources: readonly ResourceObject[]): string[] {
  const texts = resources.map(({ values }) => JSON.stringify(values));
  return texts.flatMap((text) =>
    [...text.matchAll(/arn:aws[a-z-]*:[a-z0-9-]+:[a-z0-9-]*:(\d{12}):/g)].map(([, id = ""]) => id),
  );
}

function findRegion(json: Value): string | undefined {
  const providers = Object.values(objectAt(json, "configuration", "provider_config")).filter(isObject);
  const aws = providers.find((provider) => textAt(provider, "name") === "aws");
  const region = textAt(aws, "expressions", "region", "constant_value");
  return region !== undefined && /^[a-z0-9-]+$/.test(region) ? region : undefined;
}

/** What the stack has in AWS is in another region or account than what the provider is for now. */
function findPlaceChange(
  json: Value,
  before: readonly ResourceObject[],
  drift: readonly Change[],
): PlaceChange | undefined {
  const managed = before.filter(({ mode }) => mode === "managed").map(({ values }) => values);
  const places = [...managed, ...drift.map((each) => each.before)].flatMap((values) => {
    const [, , region, account] = ARN.exec(textAt(values, "arn") ?? "") ?? [];
    return region && account ? [{ region, account }] : [];
  });
  const region = findRegion(json);
  const caller = before.find(({ mode, type }) => mode === "data" && type === "aws_caller_identity");
  const account = textAt(caller?.values, "account_id");
  const [oldRegion, oldAccount] = [
    mostOften(places.map((each) => each.region)),
    mostOften(places.map((each) => each.account)),
  ];
  if (account && oldAccount && account !== oldAccount)
    return { what: "account", from: oldAccount, to: account };
  if (region && oldRegion && region !== oldRegion) return { what: "region", from: oldRegion, to: region };
  return undefined;
}

/** What is there most often. */
function mostOften(texts: readonly string[]): string | undefined {
  const counts = new Map<string, number>();
  for (const text of texts) counts.set(text, (counts.get(text) ?? 0) + 1);
  return [...counts].sort(([, one], [, other]) => other - one)[0]?.[0];
}
