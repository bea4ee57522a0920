import { readFileSync } from "node:fs";
import { join } from "node:path";

/** `test/fixtures/iam-actions.json`, which tells where its names are from. */
interface ActionsFile {
  /** By service prefix: every action, or nearly. */
  readonly actions: Readonly<Record<string, readonly string[]>>;
  /** By service prefix: a few. */
  readonly examples: Readonly<Record<string, readonly string[]>>;
}

const FILE = join(__dirname, "../fixtures/iam-actions.json");
const { actions, examples } = JSON.parse(readFileSync(FILE, "utf8")) as ActionsFile;

/** What may stand in `Action`, by service: `dynamodb` → `dynamodb:GetItem`, … */
export const CATALOGUE: ReadonlyMap<string, readonly string[]> = new Map(
  Object.entries({ ...actions, ...examples }).map(([service, names]) => [
    service,
    names.map((name) => `${service}:${name}`),
  ]),
);

/** The service of an action, `dynamodb:GetItem`, or of an ARN; none of `*`. */
export function serviceOf(actionOrArn: string): string {
  const parts = actionOrArn.split(":");
  return (actionOrArn.startsWith("arn:") ? parts[2] : parts[0]) ?? "";
}
