import type { EsbuildOptions } from "./build-once";

/**
 * The esbuild options for a function: one ES module, because each further file has to be found and linked at a cold
 * start. `mainFields` decides the size: by default esbuild uses a package's CommonJS, from which it cannot drop code.
 * The stand-ins also reduce the size.
 *
 * @param entry - path of the TypeScript file that exports `handler`, relative to the project
 * @param runtime - the Lambda runtime, such as `nodejs24.x`, which decides the language level
 */
export function bundleOptions(entry: string, runtime: string): EsbuildOptions {
  return {
    entryPoints: { index: entry },
    bundle: true,
    minify: true,
    format: "esm",
    outExtension: { ".js": ".mjs" },
    platform: "node",
    target: `node${runtime.replace(/\D/g, "")}`,
    mainFields: ["module", "main"],
    alias: Object.fromEntries(
      Object.entries(STAND_INS).map(([name, file]) => [name, `./functions/lib/stand-ins/${file}`]),
    ),
    sourcemap: "linked",
    legalComments: "none",
    logLevel: "silent",
  };
}

/**
 * Replacements for modules that cost more at a cold start than they are worth to a Lambda; each file says why. If an
 * update of the SDK imports a name that a stand-in does not export, the build fails.
 */
const STAND_INS: Readonly<Record<string, string>> = {
  "@aws-sdk/credential-provider-node": "credential-chain.ts",
  "@aws-sdk/middleware-endpoint-discovery": "endpoint-discovery.ts",
  "@smithy/core/event-streams": "event-streams.ts",
  "node:fs": "node-fs.cjs",
  "node:fs/promises": "node-fs-promises.ts",
  "node:http": "node-http.ts",
  "node:process": "node-process.ts",
};
