/** How much a line matters, in the words that Lambda filters by. */
type Level = "INFO" | "WARN" | "ERROR";

/** Writes one line to the log. Fields whose value is undefined are left out. */
export type Log = (level: Level, message: string, fields?: Readonly<Record<string, unknown>>) => void;

interface LogOptions {
  /** @default the process's standard output, past Lambda's `console`, which would wrap the line once more */
  readonly write?: (line: string) => void;
  /** @default the system's clock */
  readonly now?: () => Date;
  /** Values that are blotted out wherever they turn up. @default the secrets in the function's environment */
  readonly secrets?: readonly (string | undefined)[];
}

/**
 * Builds a log of one JSON object a line, with `timestamp` and `level` as Lambda's log filter reads them.
 *
 * AWS puts the canonical request into the message that refuses a signature, and with it the session token. So secrets
 * are removed here, from whatever is logged, and only then are long texts cut: a part of a secret is one too.
 *
 * @see https://docs.aws.amazon.com/lambda/latest/dg/monitoring-cloudwatchlogs-logformat.html
 */
export function createLog({
  write = (line) => process.stdout.write(line),
  now = () => new Date(),
  secrets = [process.env["AWS_SECRET_ACCESS_KEY"], process.env["AWS_SESSION_TOKEN"]],
}: LogOptions = {}): Log {
  const clean = (text: string) =>
    secrets.reduce((rest: string, secret) => (secret ? rest.replaceAll(secret, "[secret]") : rest), text);
  return (level, message, fields) => {
    const line = { timestamp: now().toISOString(), level, message, ...fields };
    write(
      `${JSON.stringify(line, (_name, value) => (typeof value === "string" ? cut(clean(value)) : value))}\n`,
    );
  };
}

function cut(text: string): string {
  return text.length > 2_000 ? `${text.slice(0, 2_000)}…` : text;
}

/** An error as fields of a log line, causes included. */
export function errorFields(error: unknown): Readonly<Record<string, unknown>> {
  if (!(error instanceof Error)) return { errorMessage: String(error) };
  const { name: errorType, message: errorMessage, stack, cause } = error;
  return { errorType, errorMessage, stack, cause: cause === undefined ? undefined : errorFields(cause) };
}
