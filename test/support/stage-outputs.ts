import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { stackId } from "#modules/settings";

/** Outputs as `make deploy` saves them for the stage dev. */
const DEV_OUTPUTS = {
  service_endpoint: "https://a1b2c3d4e5.execute-api.eu-west-1.amazonaws.com/dev",
  region: "eu-west-1",
  products_table_name: "signed-inventory-dev-products",
  default_results: "10",
  api_key_ids: { demo: "key0demo", partner: "key0partner" },
};

/** Writes them to a file, some changed, and returns its path. */
export function writeOutputs(
  folder: string,
  fileName: string,
  changes: Readonly<Record<string, unknown>> = {},
): string {
  const path = join(folder, fileName);
  writeFileSync(path, JSON.stringify({ [stackId("dev")]: { ...DEV_OUTPUTS, ...changes } }));
  return path;
}

/** Points the SDK of this process at a server on this machine, with credentials that anybody may know. */
export function useAwsAt(endpoint: string): void {
  Object.assign(process.env, {
    ...NO_AWS_SETTINGS,
    ...SOME_CREDENTIALS,
    AWS_ENDPOINT_URL: endpoint,
    AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED: "true",
  });
}

export const SOME_CREDENTIALS = {
  AWS_ACCESS_KEY_ID: "AKIDEXAMPLE",
  AWS_SECRET_ACCESS_KEY: "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY",
};

/** Keeps the SDK from what this machine knows of AWS. */
export const NO_AWS_SETTINGS = {
  AWS_CONFIG_FILE: "/nonexistent",
  AWS_SHARED_CREDENTIALS_FILE: "/nonexistent",
  AWS_EC2_METADATA_DISABLED: "true",
};
