const { readFileSync } = require("node:fs");
const Module = require("node:module");
const { dirname, sep } = require("node:path");
const { compileFunction } = require("node:vm");

// Of the version that jest itself uses.
const requireOfJest = Module.createRequire(require.resolve("jest"));
const JestRuntime = requireOfJest("jest-runtime").default;
// Loaded before the first file, so that what they keep on globals stays.
for (const name of ["@jest/expect", "jest-snapshot"]) requireOfJest(name);

/*
 * Loads test files and what they import by Node.js's own `require`. Packages are loaded once for all files of a worker, and
 * so are jest's own parts: loading them again for each file takes more time than most tests. The project's own modules are
 * evaluated again for each file, from code that is compiled once, so that a file begins with nothing of another.
 */

const PACKAGES = `${sep}node_modules${sep}`;
const PARAMETERS = ["exports", "require", "module", "__filename", "__dirname", "jest"];
const OPTIONS = {
  isInternalModule: false,
  supportsDynamicImport: false,
  supportsExportNamespaceFrom: false,
  supportsStaticESM: false,
  supportsTopLevelAwait: false,
};

/** What would need a loader of jest's own. */
const NOT_HERE = [
  "mock",
  "doMock",
  "setMock",
  "unstable_mockModule",
  "isolateModules",
  "isolateModulesAsync",
  "resetModules",
];

/** By path: the transformed file that was compiled, and the function that evaluates it. */
const compiled = new Map();
/** By path, where the source map of its transformed text is. */
const sourceMaps = new Map();
/** Of the file that runs now. */
let current;

const { ".json": json, ".node": node } = Module._extensions;
for (const name of [".json", ".node"]) delete Module._extensions[name];
const ts = (module, path) => evaluate(module, path, current.transformed);
Object.assign(Module._extensions, { ".ts": ts, ".json": json, ".node": node });

const { _resolveFilename } = Module;
Module._resolveFilename = function resolve(request, parent, ...rest) {
  return _resolveFilename.call(this, current?.mapped(request, parent) ?? request, parent, ...rest);
};

module.exports = class SharedPackagesRuntime extends JestRuntime {
  constructor(config, environment, resolver, transformer, cacheFS, coverageOptions, testPath, globalConfig) {
    super(config, environment, resolver, transformer, cacheFS, coverageOptions, testPath, globalConfig);
    this.names = config.moduleNameMapper.map(([pattern, path]) => [new RegExp(pattern), path]);
    this.transformed = (path) => transformer.transform(path, { ...OPTIONS, ...coverageOptions });
    this.jest = { ...this.requireModuleOrMock(testPath, "@jest/globals").jest };
    for (const name of NOT_HERE) this.jest[name] = () => refuse(name);
    this.before = new Set(Object.keys(Module._cache));
    current = this;
  }
  requireModule(path, name) {
    if (name !== undefined) return Module.createRequire(path)(name);
    return Module.createRequire(path)(path);
  }
  requireActual(path, name) {
    return this.requireModule(path, name);
  }
  /** What sets up `test` and `expect`; it has the state of one file. */
  requireInternalModule(path) {
    const module = new Module(path);
    module.filename = path;
    module.paths = Module._nodeModulePaths(dirname(path));
    evaluate(module, path, readAsIs);
    return module.exports;
  }
  getSourceMaps() {
    return sourceMaps;
  }
  teardown() {
    super.teardown();
    for (const path of Object.keys(Module._cache)) {
      if (!this.before.has(path) && !path.includes(PACKAGES)) delete Module._cache[path];
    }
  }
  /** The path that the configuration maps a name to; not for the file itself that stands for it. */
  mapped(request, parent) {
    for (const [pattern, path] of this.names) {
      if (pattern.test(request) && parent?.filename !== path) return path;
    }
    return undefined;
  }
};

/** Evaluates a file as a module. @param transform - gives its code, the same object for the same text */
function evaluate(module, path, transform) {
  const require = (name) => module.require(name);
  require.resolve = (name, options) => Module._resolveFilename(name, module, false, options);
  require.cache = Module._cache;
  require.main = process.mainModule;
  compile(path, transform).call(
    module.exports,
    module.exports,
    require,
    module,
    path,
    dirname(path),
    current.jest,
  );
}

/** @param {string} name */
function refuse(name) {
  throw new Error(
    `jest.${name} does not work here, since test files share their packages (test/support/jest/runtime.cjs): pass what the test replaces as an argument`,
  );
}

function compile(path, transform) {
  const transformed = transform(path);
  const known = compiled.get(path);
  if (known?.transformed === transformed) return known.run;
  if (transformed.sourceMapPath) sourceMaps.set(path, transformed.sourceMapPath);
  const run = compileFunction(transformed.code, PARAMETERS, { filename: path });
  compiled.set(path, { transformed, run });
  return run;
}

function readAsIs(path) {
  return compiled.get(path)?.transformed ?? { code: readFileSync(path, "utf8") };
}
