import type { LocalCredentials } from "#iam/identity";
import type { NamedResource } from "#model/model";

/** Who can call services. */
export interface ServiceCallers {
  readonly partition: string;
  readonly accountId: string;
  readonly credentials: readonly LocalCredentials[];
  /** The secrets of the stack, whose ARNs end with what only AWS knows. */
  readonly secrets: readonly NamedResource[];
}
