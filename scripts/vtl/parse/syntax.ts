import type { Position } from "../vtl-error";

/** What ends a block. */
export type BlockEnd = "end" | "else" | "elseif";

/** A template, parsed: what is printed or done, in order. */
export type Block = readonly Statement[];

export type Statement =
  | { readonly kind: "text"; readonly text: string }
  | { readonly kind: "print"; readonly reference: Reference }
  | { readonly kind: "set"; readonly target: Reference; readonly value: Expression }
  | { readonly kind: "if"; readonly branches: readonly Branch[]; readonly otherwise: Block }
  | { readonly kind: "foreach"; readonly name: string; readonly list: Expression; readonly body: Block }
  | { readonly kind: "define"; readonly name: string; readonly body: Block }
  /** @param of - the loop that ends; the innermost one if undefined */
  | { readonly kind: "break"; readonly of: Reference | undefined; readonly position: Position }
  | { readonly kind: "stop" };

export interface Branch {
  readonly test: Expression;
  readonly body: Block;
}

/** `$name`, `${name}` or `$!name`, with what follows it. */
export interface Reference {
  readonly name: string;
  readonly steps: readonly Step[];
  /** As it is written, from the `$` on. */
  readonly literal: string;
  readonly position: Position;
  /** What is printed before the value: half of the backslashes before the `$`. */
  readonly prefix: string;
  /** An odd number of backslashes precedes it: it is evaluated, and printed as it is written. */
  readonly isEscaped: boolean;
}

export type Step =
  | { readonly kind: "property"; readonly name: string }
  | { readonly kind: "index"; readonly index: Expression }
  | { readonly kind: "method"; readonly name: string; readonly arguments: readonly Expression[] };

export type ArithmeticOperator = "+" | "-" | "*" | "/" | "%";
export type ComparisonOperator = "==" | "!=" | "<" | "<=" | ">" | ">=";

export type Expression =
  | { readonly kind: "constant"; readonly value: boolean | string | bigint | number }
  /** A string in double quotes that has something to evaluate in it. */
  | { readonly kind: "interpolated"; readonly body: Block; readonly trimmed: number }
  | { readonly kind: "reference"; readonly reference: Reference }
  | { readonly kind: "list"; readonly items: readonly Expression[] }
  | { readonly kind: "map"; readonly entries: readonly (readonly [Expression, Expression])[] }
  | { readonly kind: "range"; readonly from: Expression; readonly to: Expression }
  | { readonly kind: "not"; readonly operand: Expression }
  | { readonly kind: "and" | "or"; readonly left: Expression; readonly right: Expression }
  | {
      readonly kind: "comparison";
      readonly operator: ComparisonOperator;
      readonly left: Expression;
      readonly right: Expression;
    }
  | {
      readonly kind: "arithmetic";
      readonly operator: ArithmeticOperator;
      readonly left: Expression;
      readonly right: Expression;
    };
