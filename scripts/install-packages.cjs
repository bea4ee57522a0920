const { spawn } = require("node:child_process");
const { existsSync, mkdirSync, readFileSync, statSync, utimesSync, writeFileSync } = require("node:fs");
const { lockHolder, releaseLock, takeLock } = require("./cli/process-lock.cjs");

/*
 * Installs the packages, for make: those that running the API here needs, or with --all those of tests and deployments
 * as well. One installation at a time in a folder. What another make has installed meanwhile is not installed again, and
 * what is there stays while the rest is added, since `make dev` may be running from it. This file needs no package itself.
 */

const ALL = process.argv.includes("--all");
const LOCK = ".local/installing";
/** npm writes this file last. */
const NOTE = "node_modules/.package-lock.json";
/** This program writes this file when all packages are there. npm removes it with the folder. */
const COMPLETE = "node_modules/.all-packages";
const QUIET = ["--no-fund", "--no-audit", "--include=optional"];
const PAUSE_MILLISECONDS = 100;

wait(false);

function wait(isReported) {
  try {
    if (!existsSync(".local")) mkdirSync(".local", { mode: 0o700 });
    if (takeLock(LOCK)) return installWhatIsMissing();
  } catch (error) {
    process.stderr.write(`cannot install the packages: ${error.message}\n`);
    return end(2);
  }
  if (!isReported) {
    process.stderr.write(
      `waiting for process ${lockHolder(LOCK) ?? "?"}, which is installing the packages; if it has crashed, remove ${LOCK}\n`,
    );
  }
  setTimeout(wait, PAUSE_MILLISECONDS, true);
}

function installWhatIsMissing() {
  if (isCurrent(NOTE)) {
    if (!ALL) return end(0);
    if (isComplete()) return finish();
    return install("adding the packages of tests and deployments", ["install", "--no-save", "--include=dev"]);
  }
  // An update keeps what there was: all packages, or those for running.
  return ALL || packagesOf(NOTE).some(([, { dev }]) => dev)
    ? install("installing all packages", ["ci", "--include=dev"])
    : install("installing the packages for running it here", ["ci", "--omit=dev"]);
}

function install(what, command) {
  process.stdout.write(`${what}: npm ${command.join(" ")}\n`);
  const npm = spawn("npm", [...command, ...QUIET], { stdio: "inherit" });
  // npm gets the signal of Ctrl-C as well. The lock is released when npm has ended.
  for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"]) process.on(signal, () => npm.kill(signal));
  npm.on("error", (error) => {
    process.stderr.write(`cannot start npm (${error.code}): install Node.js with npm\n`);
    end(2);
  });
  npm.on("close", (status) => {
    if (status === 0) finish();
    else end(status ?? 1);
  });
}

function finish() {
  utimesSync(NOTE, new Date(), new Date());
  if (isComplete()) writeFileSync(COMPLETE, "");
  end(0);
}

function end(status) {
  releaseLock(LOCK);
  process.exitCode ??= status;
}

/** By the same rule as make. */
function isCurrent(file) {
  try {
    return statSync(file).mtimeMs >= statSync("package-lock.json").mtimeMs;
  } catch {
    return false;
  }
}

/** Whether everything that the lock file names is there, but for what only other platforms need. */
function isComplete() {
  const installed = new Set(packagesOf(NOTE).map(([path]) => path));
  return packagesOf("package-lock.json").every(
    ([path, { optional }]) => optional || !path.startsWith("node_modules/") || installed.has(path),
  );
}

function packagesOf(lockFile) {
  try {
    return Object.entries(JSON.parse(readFileSync(lockFile, "utf8")).packages ?? {});
  } catch {
    return [];
  }
}
