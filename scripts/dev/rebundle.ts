import { existsSync } from "node:fs";
import { join } from "node:path";
import type { LambdaFunction } from "#model/lambda-function";
import type { Model } from "#model/model";
import { bundledSources, createFunctionBundler, type FunctionBundler } from "#modules/bundle/bundle";
import { type PackageOrigin, readOrigin } from "#modules/bundle/packages";
import { projectFolder } from "#modules/project";

/** Bundles functions again when their sources are saved, without a synthesis. */
export interface Rebundler {
  /**
   * The model with new packages for the functions that contain the changed files; `undefined` if a change may affect more
   * than that, so that a synthesis is needed.
   * @param changed - paths, relative to the project
   * @throws Error if esbuild finds an error; the message names the file and the line
   */
  rebundle(model: Model, changed: readonly string[]): Promise<Model | undefined>;
  close(): Promise<void>;
}

/** Keeps the state of esbuild from the first change of a function on, so that the next rebuild is faster. */
export function createRebundler(): Rebundler {
  const bundlers = new Map<string, Promise<FunctionBundler>>();
  const bundlerOf = ({ entry, runtime, bundling }: PackageOrigin): Promise<FunctionBundler> => {
    const key = JSON.stringify([entry, runtime, bundling]);
    const known = bundlers.get(key);
    if (known) return known;
    const created = createFunctionBundler(entry, runtime, bundling);
    bundlers.set(key, created);
    return created;
  };
  const bundle = async (fn: LambdaFunction): Promise<LambdaFunction> => {
    const origin = originOf(fn);
    if (origin === undefined) return fn;
    return { ...fn, packagePath: (await (await bundlerOf(origin)).bundle()).path };
  };

  return {
    async rebundle(model, changed) {
      const sources = new Map(model.functions.map((fn) => [fn, sourcesOf(originOf(fn))]));
      // A data file, such as a schema, may be read by a construct as well.
      const known = (path: string): boolean =>
        path.endsWith(".ts") && [...sources.values()].some((files) => files.has(path));
      // A file that is gone was an editor's temporary file.
      const isUnderstood = (path: string): boolean => known(path) || !existsSync(join(projectFolder(), path));
      if (!changed.every(isUnderstood)) return undefined;
      const touched = (fn: LambdaFunction): boolean => changed.some((path) => sources.get(fn)?.has(path));
      const functions = await Promise.all(model.functions.map((fn) => (touched(fn) ? bundle(fn) : fn)));
      return { ...model, functions };
    },
    async close() {
      for (const bundler of bundlers.values()) await (await bundler).dispose();
    },
  };
}

// ---------------------------------------------------------------------------------------------------- internal

function originOf({ packagePath }: LambdaFunction): PackageOrigin | undefined {
  return readOrigin(projectFolder(), packagePath);
}

function sourcesOf(origin: PackageOrigin | undefined): ReadonlySet<string> {
  return origin === undefined ? new Set() : bundledSources(origin.entry, origin.runtime, origin.bundling);
}
