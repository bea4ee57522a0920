import { isList, isObject, type ObjectValue, type Value } from "#terraform/value";
import { resourcesOf, withoutKeys } from "./configuration";
import { at, listAt, objectAt, textAt } from "./read-plan";

/** A `check` block, or a condition of a resource, that does not hold, or of which that is known after apply. */
export interface FailedCheck {
  readonly address: string;
  readonly isFailed: boolean;
  /** What the configuration says of each problem. */
  readonly problems: readonly string[];
}

/**
 * Reads the checks that have not passed.
 * Source: https://developer.hashicorp.com/terraform/internals/json-format#checks-representation
 */
export function readChecks(json: Value): FailedCheck[] {
  return listAt(json, "checks").flatMap((check): FailedCheck[] => {
    const status = textAt(check, "status");
    // A condition that is known after apply is checked then, and stops the apply if it does not hold.
    if (status !== "fail" && status !== "error") return [];
    const instances = listAt(check, "instances");
    const problems = instances
      .flatMap((instance) => listAt(instance, "problems"))
      .flatMap((problem) => textAt(problem, "message") ?? []);
    return [{ address: textAt(check, "address", "to_display") ?? "", isFailed: status === "fail", problems }];
  });
}

/** A program that Terraform runs when it creates or destroys a resource. */
export interface Provisioner {
  readonly address: string;
  /** `local-exec`, `remote-exec`, `file` */
  readonly type: string;
  /** The command as the configuration has it; undefined if it is not a constant. */
  readonly command?: string;
}

/**
 * The provisioners of a configuration, by the address of their resource without the keys of instances.
 * Source: https://developer.hashicorp.com/terraform/internals/json-format#configuration-representation
 */
export function readProvisioners(configuration: ObjectValue): readonly Provisioner[] {
  return resourcesOf(configuration).flatMap(({ path, resource }) =>
    listAt(resource, "provisioners").map((provisioner) => ({
      address: path + withoutKeys(textAt(resource, "address") ?? ""),
      type: textAt(provisioner, "type") ?? "provisioner",
      command: commandOf(objectAt(provisioner, "expressions")),
    })),
  );
}

function commandOf(expressions: ObjectValue): string | undefined {
  const inline = at(expressions, "inline", "constant_value");
  if (isList(inline)) return inline.map(String).join("; ");
  return textAt(expressions, "command", "constant_value") ?? textAt(expressions, "script", "constant_value");
}

/** The addresses of what Terraform puts off, because something else has to be made first. */
export function readDeferred(json: Value): string[] {
  return listAt(json, "deferred_changes").flatMap(
    (deferred) => textAt(deferred, "resource_change", "address") ?? [],
  );
}

/** The actions of providers that Terraform invokes beside the changes (since 1.14), by address. */
export function readInvocations(json: Value): string[] {
  return listAt(json, "action_invocations").flatMap((action) => textAt(action, "address") ?? []);
}

/** A change of an output. */
export interface OutputChange {
  readonly name: string;
  readonly before: Value | undefined;
  readonly after: Value | undefined;
  readonly isSensitive: boolean;
}

/** The outputs that change. */
export function readOutputs(json: Value): OutputChange[] {
  return Object.entries(objectAt(json, "output_changes"))
    .filter(([, change]) => {
      const [action = "update", ...others] = listAt(change, "actions");
      return action !== "no-op" || others.length > 0;
    })
    .map(([name, change]) => ({
      name,
      before: at(change, "before"),
      after: at(change, "after"),
      isSensitive: isMarked(at(change, "after_sensitive")),
    }));
}

function isMarked(mask: Value | undefined): boolean {
  if (isList(mask)) return mask.some(isMarked);
  if (isObject(mask)) return Object.values(mask).some(isMarked);
  return mask === true;
}
