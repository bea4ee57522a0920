import { UserError } from "../project";
import type { ProjectConfig } from "./project-config";

/**
 * Checks what would otherwise fail late, in AWS or in a name: all else is the compiler's to check.
 * @param exported - what `project.config.ts` exports as `project`
 * @throws UserError that names the member, what it held and what it may hold
 */
export function checkConfig(exported: unknown): ProjectConfig {
  if (typeof exported !== "object" || exported === null) {
    throw new UserError(
      "project.config.ts: got no export named 'project', expected one: export const project: ProjectConfig = { … }",
    );
  }
  const config = exported as ProjectConfig;
  checkName(config.name, "project.config.ts: name");
  const stages = Object.keys(config.stages ?? {});
  if (stages.length === 0) throw fault("stages", "none", "one or more, by name");
  for (const stage of stages) {
    if (!STAGE.test(stage)) throw fault("stages", stage, "names of small letters, digits, hyphens and _");
  }
  for (const [stage, account] of Object.entries(config.accounts ?? {})) {
    if (stage !== "bootstrap" && !stages.includes(stage)) {
      throw fault("accounts", stage, `one of ${[...stages, "bootstrap"].join(", ")}`);
    }
    if (!/^\d{12}$/.test(account))
      throw fault(`accounts.${stage}`, account, "the 12 digits of an account, as text");
  }
  return config;
}

/**
 * Checks the name of a project.
 * @param setting - what holds it
 * @throws UserError that names the setting
 */
export function checkName(name: unknown, setting: string): void {
  if (typeof name === "string" && NAME.test(name)) return;
  const expected = "small letters, digits and hyphens, from a letter on, 32 at most";
  throw new UserError(`${setting}: got '${String(name)}', expected ${expected}`);
}

// ---------------------------------------------------------------------------------------------------- internal

/** Longer ones leave no room in the 64 characters of a role's name: https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_iam-quotas.html */
const NAME = /^[a-z](?:[a-z0-9-]{0,30}[a-z0-9])?$/;
/** Source: https://docs.aws.amazon.com/apigateway/latest/api/API_CreateStage.html */
const STAGE = /^[a-z][a-z0-9_-]*$/;

function fault(member: string, got: unknown, expected: string): UserError {
  return new UserError(`project.config.ts: ${member}: got '${String(got)}', expected ${expected}`);
}
