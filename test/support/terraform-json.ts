/** What a stack synthesizes to, as far as tests look at it. */
export interface Terraform {
  readonly terraform: Record<string, Record<string, unknown>>;
  readonly resource: Record<string, Record<string, Properties>>;
  readonly data?: Record<string, Record<string, Properties>>;
  readonly output?: Record<string, Properties>;
}

// biome-ignore lint/suspicious/noExplicitAny: Terraform JSON is as deep and as varied as its providers
export type Properties = Record<string, any>;
