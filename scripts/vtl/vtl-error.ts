/**
 * Why a template has no result:
 *
 * - `syntax`: Velocity does not parse it either;
 * - `unsupported`: API Gateway may render it, but how is not known, or it is not built here;
 * - `failed`: Velocity fails here too, such as for an index past the end of a list;
 * - `limit`: it would take more than {@link Limits} allow.
 */
export type VtlProblem = "syntax" | "unsupported" | "failed" | "limit";

/**
 * A template that cannot be parsed or rendered; nothing else is thrown from this folder. API Gateway answers 500
 * `{"message": "Internal server error"}` to such a request and logs "Execution failed due to configuration error: Unable to
 * transform request".
 * Source: https://github.com/terraform-aws-modules/terraform-aws-apigateway-v2/issues/35 (the log line)
 */
export class VtlError extends Error {
  override readonly name = "VtlError";
  readonly problem: VtlProblem;
  /** What was received, what was expected, what to do: one line, without values of the request. */
  readonly reason: string;
  /** Where in the template, from 1; undefined if the whole template is meant. */
  readonly position: Position | undefined;

  constructor(problem: VtlProblem, reason: string, position?: Position) {
    super(position === undefined ? reason : `line ${position.line}, column ${position.column}: ${reason}`);
    this.problem = problem;
    this.reason = reason;
    this.position = position;
  }

  /** The same error at a place, unless it already has one. */
  at(position: Position): VtlError {
    return this.position === undefined ? new VtlError(this.problem, this.reason, position) : this;
  }
}

/** A place in a template, from 1. */
export interface Position {
  readonly line: number;
  readonly column: number;
}
