import { NO_AWS_SETTINGS } from "./stage-outputs";

/**
 * Takes away, before the tests begin, what the settings of the user who runs them say of AWS and of proxies: tests call
 * only this machine, and mean the same everywhere.
 */
// biome-ignore lint/style/noDefaultExport: this is how jest finds it
export default function forgetSettings(): void {
  for (const name of Object.keys(process.env)) {
    if (/^AWS_|_PROXY$/i.test(name)) delete process.env[name];
  }
  Object.assign(process.env, NO_AWS_SETTINGS, { AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED: "true" });
}
