import type { Edit } from "./plan-cases";

/**
 * Changes that Terraform makes in place, to the sources of a stage with alarms: protection, retention, limits, the code
 * and the settings of functions, policies and roles. Not the API's methods and tags, which moto cannot change.
 */
export const IN_PLACE_CHANGES: readonly Edit[] = [
  {
    file: "project.config.ts",
    from: "deletionProtection: true",
    to: "deletionProtection: false",
  },
  { file: "project.config.ts", from: "logRetentionInDays: 365", to: "logRetentionInDays: 400" },
  { file: "project.config.ts", from: "serverErrors: 5", to: "serverErrors: 6" },
  {
    file: "modules/nodejs-function.ts",
    from: "props.timeoutInSeconds ?? 10",
    to: "props.timeoutInSeconds ?? 9",
  },
  {
    file: "functions/delete-product/index.ts",
    from: 'requireEnv("products_table")',
    to: 'requireEnv("products_table").trim()',
  },
  {
    file: "modules/invoke-role.ts",
    from: 'sid: "InvokeRoutes"',
    to: 'sid: "InvokeTheseRoutes"',
  },
  {
    file: "modules/invoke-role.ts",
    from: 'sid: "AssumeFromAccount"',
    to: 'sid: "AssumeFromOwnAccount"',
  },
  {
    file: "modules/invoke-role.ts",
    from: "description: props.description,\n      assumeRolePolicy",
    to: 'description: "May call routes",\n      assumeRolePolicy',
  },
];
