import type { Principal } from "#iam/identity";
import type { EventSource } from "./event-source";
import type { LambdaFunction } from "./lambda-function";
import type { RestApi } from "./rest-api";
import type { Table } from "./table";
import type { ApiKey, UsagePlan } from "./usage-plan";

/**
 * Everything that the local gateway knows of a stack, read from its synthesized Terraform: what AWS would hold after
 * an apply, with local values for what AWS would assign. Every part keeps the Terraform address it came from, so that
 * a log line or a refusal can name it.
 */
export interface Model {
  readonly partition: string;
  readonly region: string;
  readonly accountId: string;
  readonly api: RestApi;
  readonly functions: readonly LambdaFunction[];
  readonly tables: readonly Table[];
  readonly principals: readonly Principal[];
  readonly apiKeys: readonly ApiKey[];
  readonly usagePlans: readonly UsagePlan[];
  /** Addresses of the other REST APIs of the stack, each a model of its own. @default none */
  readonly otherApis?: readonly string[];
  /** The stack's outputs, resolved; `sensitive` ones included. */
  readonly outputs: Readonly<Record<string, Output>>;
  /** Addresses of resources that are understood and have no effect locally (log retention, alarms, …). */
  readonly withoutLocalEffect: readonly string[];
  /**
   * Addresses of resources that no request to the API passes, and that do not run here: queues, schedules, …
   * @default none
   */
  readonly notRun?: readonly string[];
  /** The queues of the stack, which an emulator of AWS has to hold. @default none */
  readonly queues?: readonly NamedResource[];
  /** The secrets of the stack. @default none */
  readonly secrets?: readonly NamedResource[];
  /** What invokes functions beside the API. @default nothing */
  readonly eventSources?: readonly EventSource[];
}

/** A resource of a service that does not run here. */
export interface NamedResource {
  readonly address: string;
  readonly name: string;
  readonly arn: string;
}

export interface Output {
  readonly value: unknown;
  readonly sensitive: boolean;
}
