const { createRequire } = require("node:module");

// Of the version that jest itself uses.
const requireOfJest = createRequire(require.resolve("jest"));
const { ModernFakeTimers } = requireOfJest("@jest/fake-timers");
const { ModuleMocker } = requireOfJest("jest-mock");

/*
 * Where a test file runs: in the worker's own realm, not in a context of its own, so that packages can be loaded once for
 * all files (see runtime.cjs). What a file leaves behind on globals, `process` and the environment's variables is undone.
 */

module.exports = class OneRealm {
  constructor({ projectConfig }) {
    this.undo = rememberProcess();
    this.global = globalThis;
    this.moduleMocker = new ModuleMocker(globalThis);
    this.fakeTimersModern = new ModernFakeTimers({ config: projectConfig, global: globalThis });
  }
  async setup() {}
  async teardown() {
    this.fakeTimersModern.dispose();
    this.undo();
  }
  exportConditions() {
    return ["node", "node-addons"];
  }
  getVmContext() {
    return null;
  }
};

/** Globals of packages that are loaded once for all files: what the package has made since then refers to it. */
const OF_PACKAGES = new Set(["__cdktfTokenMap"]);

/** @returns {() => void} takes back what has changed since then */
function rememberProcess() {
  const undo = [rememberGlobals(), rememberEnvironment(), rememberListeners()];
  const { exit, exitCode } = process;
  const { stackTraceLimit } = Error;
  return () => {
    for (const each of undo) each();
    process.exit = exit;
    process.exitCode = exitCode;
    Error.stackTraceLimit = stackTraceLimit;
  };
}

function rememberGlobals() {
  const before = Object.getOwnPropertyDescriptors(globalThis);
  return () => {
    for (const key of Reflect.ownKeys(globalThis)) {
      const known = before[key];
      const now = Object.getOwnPropertyDescriptor(globalThis, key);
      if (!now?.configurable || OF_PACKAGES.has(key)) continue;
      if (known === undefined) delete globalThis[key];
      else if (known.value !== now.value) Object.defineProperty(globalThis, key, known);
    }
  };
}

function rememberEnvironment() {
  const before = { ...process.env };
  return () => {
    for (const name of Object.keys(process.env)) if (!(name in before)) delete process.env[name];
    for (const [name, value] of Object.entries(before))
      if (process.env[name] !== value) process.env[name] = value;
  };
}

function rememberListeners() {
  const before = new Map(process.eventNames().map((name) => [name, process.rawListeners(name)]));
  return () => {
    for (const name of process.eventNames()) {
      const known = before.get(name) ?? [];
      for (const listener of process.rawListeners(name)) {
        if (!known.includes(listener)) process.removeListener(name, listener);
      }
    }
  };
}
