import { UserError } from "#modules/project";

/** What a review is of, as the workflow that makes it says. */
export interface Origin {
  /** The commit, 40 hex digits. */
  readonly commit?: string;
  /** The id of the workflow run. */
  readonly run?: string;
}

/** Reads REVIEW_COMMIT and REVIEW_RUN. @throws UserError if one does not have the form */
export function readOrigin(env: NodeJS.ProcessEnv): Origin {
  const commit = readOptional(
    "REVIEW_COMMIT",
    env.REVIEW_COMMIT,
    /^[0-9a-f]{40}$/,
    "a commit of 40 hex digits",
  );
  const run = readOptional("REVIEW_RUN", env.REVIEW_RUN, /^\d{1,20}$/, "the id of a workflow run");
  return { ...(commit && { commit }), ...(run && { run }) };
}

function readOptional(
  name: string,
  value: string | undefined,
  form: RegExp,
  expected: string,
): string | undefined {
  if (!value) return undefined;
  if (form.test(value)) return value;
  throw new UserError(`${name}: got '${value}', expected ${expected}`);
}
