import type { EsbuildOptions } from "./build-once";

/**
 * How esbuild is asked to bundle a function: into one ES module, since each further file is one more to find and link
 * at a cold start. `mainFields` decides the size: by default esbuild takes a package's CommonJS, out of which it cannot
 * drop code. So do the stand-ins.
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
 * What a bundle has in place of modules that cost a cold start more than they are worth to a Lambda; each file says why.
 * A name that a stand-in does not export, and an update of the SDK asks for, fails the build.
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
