/** One reason why a stack cannot be served locally. */
export interface Problem {
  /** Terraform address, followed by the property: `aws_api_gateway_method.m.authorization`. */
  readonly address: string;
  /** The value found there. Never a secret. */
  readonly got: string;
  /** What is supported there. */
  readonly supported: string;
  /** What to do about it. */
  readonly action: string;
  /**
   * Whether AWS takes it, and only the local gateway does not follow it: if it belongs to one route, the route is
   * closed and the others are served. @default false, the stack is refused
   */
  readonly notFollowed?: true;
  /** Whether AWS gives the expression there a value, and only the local gateway has none for it. @default false */
  readonly noLocalValue?: true;
}

/**
 * Something in the stack that is not supported: thrown when it is read, and collected by the code that continues after
 * it.
 */
export class Unsupported extends Error {
  override readonly name = "Unsupported";
  readonly problems: readonly Problem[];

  /** @param problems - empty if the cause is a problem that is reported elsewhere */
  constructor(problems: readonly Problem[]) {
    super(problems.map(formatProblem).join("\n"));
    this.problems = problems;
  }
}

/** The error of one problem. */
export function unsupported(address: string, got: string, supported: string, action: string): Unsupported {
  return new Unsupported([{ address, got, supported, action }]);
}

/** The error of something that AWS takes and the local gateway does not follow. */
export function notFollowed(address: string, got: string, supported: string, action: string): Unsupported {
  return new Unsupported([{ address, got, supported, action, notFollowed: true }]);
}

/** An expression that cannot be evaluated, before it is known where it stands. */
export class ExpressionError extends Error {
  override readonly name = "ExpressionError";
  readonly got: string;
  readonly supported: string;
  /** Whether AWS gives the expression a value, and only the local gateway has none for it. */
  readonly noLocalValue: boolean;

  constructor(got: string, supported: string, noLocalValue = false) {
    super(`got ${got}, supported: ${supported}`);
    this.got = got;
    this.supported = supported;
    this.noLocalValue = noLocalValue;
  }
}

export function formatProblem(problem: Problem): string {
  return `${problem.address}: ${formatCause(problem)}`;
}

/** A problem without its address. */
export function formatCause({ got, supported, action }: Omit<Problem, "address">): string {
  return `got ${got}, supported: ${supported}; ${action}`;
}

/** Runs steps that can find something unsupported, and keeps each problem once, in the order found. */
export class Problems {
  private readonly found = new Map<string, Problem>();

  /** The step's result, or undefined if it met something unsupported. */
  attempt<T>(step: () => T): T | undefined {
    try {
      return step();
    } catch (error) {
      if (!(error instanceof Unsupported)) throw error;
      for (const problem of error.problems) this.add(problem);
      return undefined;
    }
  }

  /** Runs the step for each item, and leaves out items with something unsupported. */
  attemptEach<T, U>(items: Iterable<T>, step: (item: T) => U): U[] {
    const results: U[] = [];
    for (const item of items) this.attempt(() => results.push(step(item)));
    return results;
  }

  add(problem: Problem): void {
    this.found.set(formatProblem(problem), problem);
  }

  list(): readonly Problem[] {
    return [...this.found.values()];
  }
}
