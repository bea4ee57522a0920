/** How a function runs here if not from its package on Node.js: what `local.json` says of it. Paths are absolute. */
export interface LocalRun {
  /** A program and its arguments, which speak Lambda's runtime API. */
  readonly command?: readonly string[];
  /** Where something takes invocations by HTTP, as Lambda's runtime interface emulator does. */
  readonly url?: string;
  /** The folder that the command runs in, or that takes the place of the package of a Node.js function. */
  readonly directory?: string;
  /** Folders that stand for the function's layers, each as a layer has them in `/opt`. */
  readonly layers?: readonly string[];
  /** Variables that are set here alone; they override others. */
  readonly environment?: Readonly<Record<string, string>>;
}
