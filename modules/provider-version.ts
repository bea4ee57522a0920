/**
 * The constraint on Terraform's AWS provider. It is newer than the bindings (6.25) for what they lack and overrides set.
 * Source: https://developer.hashicorp.com/terraform/language/expressions/version-constraints
 */
export const DEFAULT_PROVIDER_VERSION = "~> 6.54";

const TERM = /^\s*(=|!=|>=?|<=?|~>)?\s*v?(\d+)(?:\.(\d+))?(?:\.(\d+))?(?:-[0-9A-Za-z.-]+)?\s*$/;

/** Whether a text is a version or a constraint that Terraform understands. */
export function isVersionConstraint(text: string): boolean {
  return text.split(",").every((term) => TERM.test(term));
}

/**
 * Whether every version that a constraint lets through is a given one or newer.
 * @param constraint - one that {@link isVersionConstraint}
 */
export function isAtLeast(constraint: string, least: readonly [major: number, minor: number]): boolean {
  return constraint.split(",").some((term) => {
    const [, operator = "=", major, minor = "0"] = TERM.exec(term) ?? [];
    if (!LOWER_BOUNDS.has(operator)) return false;
    return Number(major) > least[0] || (Number(major) === least[0] && Number(minor) >= least[1]);
  });
}

const LOWER_BOUNDS: ReadonlySet<string> = new Set(["=", ">", ">=", "~>"]);
