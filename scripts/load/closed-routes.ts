import type { NotServed } from "#model/rest-api";
import { formatCause, type Problem, Unsupported } from "#terraform/problem";

/** A resource that belongs to one method: the method itself, its integration, one of its responses. */
export interface OfMethod {
  readonly address: string;
  readonly values: { readonly resource_id: string; readonly http_method: string };
}

/** What names a method to API Gateway. */
export function methodKey({ values }: Pick<OfMethod, "values">): string {
  return `${values.resource_id} ${values.http_method}`;
}

/** `module.m["a"].TYPE.NAME[0].PROPERTY`, of which all but the type and the name may be missing. */
const RESOURCE_AND_PROPERTY =
  /^((?:module\.[\w-]+(?:\[[^\]]*\])?\.)*(?:data\.)?\w+\.[\w-]+(?:\[(?:\d+|"(?:[^"\\]|\\.)*")\])?)(?:\.(.+))?$/s;

/**
 * The routes that the local gateway closes, each with the first reason: something on the way of its requests that AWS takes
 * and the gateway does not follow. What AWS would not take is no such reason: it is thrown on, and stops the start.
 */
export class ClosedRoutes {
  private readonly reasons = new Map<string, NotServed>();
  private readonly isApplied: boolean;

  /** @param isApplied - whether AWS has taken the stack: then anything in it closes a route at most */
  constructor(isApplied: boolean) {
    this.isApplied = isApplied;
  }

  /**
   * Runs a step that reads a part of a method.
   * @param partOf - the part; asked for only if its route has to be closed
   * @param isGate - whether the part can be one of the gates; then no gate of the route is asked
   * @returns undefined if the route is closed for what the step met
   * @throws Unsupported if AWS would not take it either
   */
  attempt<T>(partOf: () => OfMethod, isGate: boolean, step: () => T): T | undefined {
    try {
      return step();
    } catch (error) {
      if (!(error instanceof Unsupported)) throw error;
      const [first, ...more] = error.problems;
      const isTaken = ({ notFollowed }: Problem): boolean => this.isApplied || notFollowed === true;
      if (!first || ![first, ...more].every(isTaken)) throw error;
      this.close(partOf(), first, isGate);
      return undefined;
    }
  }

  /** Why a method's route is closed; undefined if it is served. */
  reasonFor(method: OfMethod): NotServed | undefined {
    return this.reasons.get(methodKey(method));
  }

  private close(part: OfMethod, problem: Problem, isGate: boolean): void {
    const key = methodKey(part);
    // A gate comes before what is behind the gates.
    if (this.reasons.has(key) && !isGate) return;
    this.reasons.set(key, { ...toNotServed(problem), ...(isGate && { isGate }) });
  }
}

/** Why a route is closed, by the problem that it is closed for. */
export function toNotServed(problem: Problem): NotServed {
  const [, address = problem.address, property = ""] = RESOURCE_AND_PROPERTY.exec(problem.address) ?? [];
  return { address, property, reason: formatCause(problem) };
}
