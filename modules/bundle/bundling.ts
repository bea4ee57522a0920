import type { BuildOptions, Loader } from "esbuild";

/** The default Lambda runtime. */
export const DEFAULT_RUNTIME = "nodejs24.x";

/**
 * How a function is bundled; the names are those of CDK's `NodejsFunction`, whose `esbuildArgs` is `esbuild` here. All of
 * it is plain data, which is kept beside the package.
 *
 * Source: https://docs.aws.amazon.com/cdk/api/v2/docs/aws-cdk-lib.aws_lambda_nodejs.BundlingOptions.html
 *
 * @example { externalModules: ["pg-native"], loader: { ".sql": "text" }, define: { BUILD: '"42"' } }
 */
export interface BundlingProps {
  /** Whether the code is made shorter. @default true */
  readonly minify?: boolean;
  /** Whether functions and classes keep their names in spite of it. @default false */
  readonly keepNames?: boolean;
  /** An ES module, `index.mjs`, or CommonJS, `index.js`. @default esm */
  readonly format?: "esm" | "cjs";
  /** The language level: `node22`. @default that of the function's runtime */
  readonly target?: string;
  /** What becomes of a file, by the end of its name: `{ ".sql": "text" }`. @default esbuild's own */
  readonly loader?: Readonly<Record<string, Loader>>;
  /** Expressions in place of global names, as JavaScript: `{ BUILD: '"42"' }`. */
  readonly define?: Readonly<Record<string, string>>;
  /** What the code begins with. */
  readonly banner?: string;
  /** What the code ends with. */
  readonly footer?: string;
  /** Modules that are left out, and that the runtime or a layer has: `@aws-sdk/*`. `make dev` has neither. */
  readonly externalModules?: readonly string[];
  /** Files, relative to the project, whose exports stand for global names. */
  readonly inject?: readonly string[];
  /**
   * Which field of a package's `package.json` names its code.
   * @default `module`, from which esbuild can drop what is not used; `main` if a CommonJS module requires what would then
   * be an ES module with a default export
   */
  readonly mainFields?: readonly string[];
  /**
   * Modules in place of others: the name of one, or a path that begins with `./` and is relative to the project.
   * @default {@link ENVIRONMENT_CREDENTIALS}
   */
  readonly alias?: Readonly<Record<string, string>>;
  /**
   * Whether CommonJS in an ES module finds what it expects: `require`, for Node's own modules, `__filename` and
   * `__dirname`.
   * @default true
   */
  readonly commonJsGlobals?: boolean;
  /**
   * Whether the source map is shipped, and Node told to use it: a megabyte that each cold start reads.
   * @default false; it is kept beside the package, for `make trace`
   */
  readonly sourceMap?: boolean;
  /** Anything else that esbuild can be asked for as data. */
  readonly esbuild?: Readonly<
    Omit<
      BuildOptions,
      "entryPoints" | "outdir" | "outfile" | "plugins" | "write" | "metafile" | "absWorkingDir"
    >
  >;
}

/** What an alias to a stand-in begins with. `bundleOptions` finds the file, wherever the kit is. */
export const STAND_IN = "stand-in:";

function standIn(file: string): string {
  return STAND_IN + file;
}

/**
 * The credentials of the function's role, which Lambda puts into the environment, in place of the SDK's search through
 * profiles, SSO and the roles of containers and instances. A client that is given no credentials, `new SQSClient({})`,
 * finds the same ones, and a bundle is 130 kB smaller. An empty `alias` has the SDK search.
 */
export const ENVIRONMENT_CREDENTIALS: Readonly<Record<string, string>> = {
  "@aws-sdk/credential-provider-node": standIn("environment-credentials.ts"),
};

/**
 * For functions that use DynamoDB's client and nothing else of the SDK, and give it credentials and settings
 * (`functions/lib/dynamodb-client.ts`), or sign by themselves: stand-ins for modules that cost a cold start more than they
 * are worth to them; each file says why. Other code may not build with these, or fail: what a stand-in does not export
 * fails the build.
 */
export const LEAN_DYNAMODB: BundlingProps = {
  commonJsGlobals: false,
  alias: {
    "@aws-sdk/credential-provider-node": standIn("credential-chain.ts"),
    "@aws-sdk/middleware-endpoint-discovery": standIn("endpoint-discovery.ts"),
    "@smithy/core/event-streams": standIn("event-streams.ts"),
    "node:fs": standIn("node-fs.cjs"),
    "node:fs/promises": standIn("node-fs-promises.ts"),
    "node:http": standIn("node-http.ts"),
    "node:process": standIn("node-process.ts"),
  },
};
