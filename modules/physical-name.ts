import { TerraformStack } from "cdktf";
import type { Construct } from "constructs";

/**
 * Forms the name that a resource has in AWS: the stack's id, which carries the stage, then the resource's name. Every
 * physical name is formed here, so that two stages in one account never collide.
 *
 * @example physicalName(this, "reader") // "signed-inventory-dev-reader"
 */
export function physicalName(scope: Construct, name: string): string {
  return `${TerraformStack.of(scope).node.id}-${name}`;
}
