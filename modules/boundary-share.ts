import { TerraformStack } from "cdktf";
import type { Construct } from "constructs";
import type { Statement } from "./policy";

/** What a kind of resource adds to the permissions boundary of the stage's roles. */
export interface BoundaryShare {
  readonly sid: string;
  readonly actions: readonly string[];
  /** The service and the resources of the ARN, `table/{stack}-*`; `*` if IAM knows no resources for the actions. */
  readonly resource: readonly [service: string, resource: string] | "*";
  readonly condition?: Statement["condition"];
}

const receivers = new WeakMap<TerraformStack, (share: BoundaryShare) => void>();

/** Has a stack's boundary take what the stack's constructs add to it. */
export function receiveShares(stack: TerraformStack, receive: (share: BoundaryShare) => void): void {
  receivers.set(stack, receive);
}

/**
 * Adds to the boundary of the construct's stack what its binding lets functions do, for all resources of that kind in the
 * stack. A stack without a boundary takes no share. The boundary itself is deployed by a person (`role-boundary.ts`).
 */
export function shareBoundary(scope: Construct, share: BoundaryShare): void {
  receivers.get(TerraformStack.of(scope))?.(share);
}
