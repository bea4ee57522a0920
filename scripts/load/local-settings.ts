import type { LocalRun } from "#model/local-run";
import type { NotServed } from "#model/rest-api";

/** How functions run here, by their names: what `local.json` says. */
export interface LocalSettings {
  /** The file, for messages. */
  readonly file: string;
  readonly functions: Readonly<Record<string, LocalRun>>;
}

/** Properties that say where the code of a function is, and what runs it. */
const OF_PACKAGE: ReadonlySet<string> = new Set([
  "filename",
  "handler",
  "runtime",
  "package_type",
  "image_uri",
  "image_config",
  "s3_bucket",
  "s3_key",
  "s3_object_version",
  "source_kms_key_arn",
]);

/**
 * Whether what is not followed of a function is settled by how it runs here: a command or a URL stands for its runtime and its
 * package, a folder for its package, and the folders of layers for these.
 */
export function isSettled({ property }: NotServed, local: LocalRun | undefined): boolean {
  const name = /^[^.[]*/.exec(property)?.[0] ?? "";
  if (local === undefined) return false;
  const runsElsewhere = local.command !== undefined || local.url !== undefined;
  if (name === "layers") return local.layers !== undefined || local.url !== undefined;
  if (name === "runtime" || name === "handler") return runsElsewhere;
  return OF_PACKAGE.has(name) && (runsElsewhere || local.directory !== undefined);
}

/** What to put into `local.json` for a function that does not run on Node.js, or whose package is not here. */
export function localAdvice(functionName: string, property: string): string {
  const command = `{"command": ["python3", "-m", "awslambdaric", "app.handler"], "directory": "FOLDER"}`;
  const value =
    property === "layers"
      ? `{"layers": ["FOLDER"]}`
      : /^(?:filename|s3_)/.test(property)
        ? `{"directory": "FOLDER"}`
        : `${command} or {"url": "http://127.0.0.1:9000"}`;
  return `or say how it runs in local.json: {"functions": {"${functionName}": ${value}}}`;
}
