import type { Value } from "./value";

/**
 * The part of Terraform's expression language that is understood: literals, templates, references, indexes,
 * function calls, lists and objects.
 * Source: https://developer.hashicorp.com/terraform/language/expressions
 */
export type Expression =
  | { readonly kind: "literal"; readonly value: Value }
  /** Text with several parts; a template with one part is represented by that part. */
  | { readonly kind: "template"; readonly parts: readonly Expression[] }
  /** `aws_x.y.attribute`, `data.aws_x.y.attribute`, `var.x`, `local.x`: the names between the dots. */
  | { readonly kind: "reference"; readonly names: readonly string[] }
  | { readonly kind: "index"; readonly target: Expression; readonly key: Expression }
  | { readonly kind: "call"; readonly name: string; readonly arguments: readonly Expression[] }
  | { readonly kind: "list"; readonly items: readonly Expression[] }
  | { readonly kind: "object"; readonly entries: readonly (readonly [Expression, Expression])[] };
