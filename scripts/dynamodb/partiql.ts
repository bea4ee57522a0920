/** A PartiQL statement, as far as permissions go. */
export interface Statement {
  /** `PartiQLSelect` */
  readonly action: string;
  readonly table: string;
  readonly index?: string;
}

/**
 * Reads which table or index a PartiQL statement acts upon, and how. Expressions are not parsed: if one could contain
 * another SELECT, the statement is treated as not understood.
 * @returns undefined for what is not understood
 * Source: https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/ql-iam.html
 */
export function readStatement(statement: unknown): Statement | undefined {
  if (typeof statement !== "string") return undefined;
  const selects = statement.match(/\bselect\b/gi)?.length ?? 0;
  for (const { action, form } of FORMS) {
    const { table, index } = form.exec(statement)?.groups ?? {};
    const hidden = selects - (action === "PartiQLSelect" ? 1 : 0);
    if (table !== undefined && hidden === 0) {
      return { action, table: unquote(table), index: index && unquote(index) };
    }
  }
  return undefined;
}

// ---------------------------------------------------------------------------------------------------- internal

/** A name, in double quotes or without. */
const NAME = '(?:"[A-Za-z0-9_.-]+"|[A-Za-z0-9_-]+)';

const FORMS = [
  form("PartiQLInsert", `insert\\s+into\\s+(?<table>${NAME})\\s+value\\s`),
  form("PartiQLUpdate", `update\\s+(?<table>${NAME})\\s+(?:set|remove)\\s`),
  form("PartiQLDelete", `delete\\s+from\\s+(?<table>${NAME})\\s+where\\s`),
  form(
    "PartiQLSelect",
    `(?:exists\\s*\\(\\s*)?select\\s[^'"]*?\\sfrom\\s+(?<table>${NAME})(?:\\.(?<index>${NAME}))?(?:[\\s)]|$)`,
  ),
];

function form(action: string, pattern: string): { readonly action: string; readonly form: RegExp } {
  return { action, form: new RegExp(`^\\s*${pattern}`, "i") };
}

function unquote(name: string): string {
  return name.replaceAll('"', "");
}
