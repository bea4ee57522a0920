import { VtlError } from "./vtl-error";

/**
 * What one template may take. The first three are API Gateway's; it does not publish the others, which keep a hostile
 * template or body from stopping the process.
 * Source: https://docs.aws.amazon.com/apigateway/latest/developerguide/api-gateway-execution-service-limits-table.html
 * ("Mapping template size" 300 KB, "Number of iterations in a #foreach loop" 1,000, "Payload size" 10 MB)
 */
export interface Limits {
  /** Bytes of a template, in UTF-8. */
  readonly templateBytes: number;
  /** Rounds of a #foreach. Velocity ends the loop after these, without an error. */
  readonly rounds: number;
  /** Characters of a text: of the result, and of any string on the way. */
  readonly textLength: number;
  /** Work: a node of the template, an item of a list, 64 characters of a text or one character for a regular expression. */
  readonly steps: number;
  /** How deep blocks, expressions, values and JSON may be nested. */
  readonly depth: number;
  /** Characters of a regular expression. */
  readonly patternLength: number;
}

export const LIMITS: Limits = {
  templateBytes: 300 * 1024,
  rounds: 1_000,
  textLength: 10 * 1024 * 1024,
  steps: 2_000_000,
  depth: 200,
  patternLength: 1_000,
};

/** What is left of the limits while one template is parsed or rendered. */
export class Budget {
  readonly limits: Limits;
  private steps: number;
  private depth = 0;

  constructor(limits: Limits) {
    this.limits = limits;
    this.steps = limits.steps;
  }

  /** @throws VtlError once all steps are taken */
  spend(steps: number): void {
    this.steps -= steps;
    if (this.steps < 0)
      throw limitError(`got a template that takes more than ${this.limits.steps} steps`, "render less");
  }

  /** Accounts for a text that was made or read, and returns it. @throws VtlError if it is too long */
  text(text: string): string {
    this.length(text.length);
    return text;
  }

  /** Accounts for a text before it is made. @throws VtlError if it would be too long */
  length(length: number): void {
    if (length > this.limits.textLength)
      throw limitError(`got a text of more than ${this.limits.textLength} characters`, "render less");
    this.spend(1 + Math.floor(length / 64));
  }

  /** Runs a step one level deeper. @throws VtlError if that is too deep */
  nested<T>(step: () => T): T {
    if (this.depth >= this.limits.depth)
      throw limitError(`got more than ${this.limits.depth} levels`, "nest less deeply");
    this.depth += 1;
    try {
      return step();
    } finally {
      this.depth -= 1;
    }
  }
}

function limitError(got: string, action: string): VtlError {
  return new VtlError("limit", `${got}; ${action}`);
}
