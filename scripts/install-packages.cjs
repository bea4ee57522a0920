const { spawn } = require("node:child_process");
const { existsSync, mkdirSync, statSync, utimesSync } = require("node:fs");
const { lockHolder, releaseLock, takeLock } = require("./cli/process-lock.cjs");

/*
 * Installs the packages, for make. In one folder, one installation runs at a time, since each begins by deleting what is
 * there. What another make has installed meanwhile is not installed again. This file needs no package itself.
 */

const LOCK = ".local/installing";
/** npm writes this file last. */
const NOTE = "node_modules/.package-lock.json";
const INSTALL = ["ci", "--no-fund", "--no-audit", "--include=dev", "--include=optional"];
const PAUSE_MILLISECONDS = 100;

wait(false);

function wait(isReported) {
  try {
    if (!existsSync(".local")) mkdirSync(".local", { mode: 0o700 });
    if (takeLock(LOCK)) return isInstalled() ? end(0) : install();
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

function install() {
  const npm = spawn("npm", INSTALL, { stdio: "inherit" });
  // npm gets the signal of Ctrl-C as well. The lock is released when npm has ended.
  for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"]) process.on(signal, () => npm.kill(signal));
  npm.on("error", (error) => {
    process.stderr.write(`cannot start npm (${error.code}): install Node.js with npm\n`);
    end(2);
  });
  npm.on("close", (status) => {
    if (status === 0) utimesSync(NOTE, new Date(), new Date());
    end(status ?? 1);
  });
}

function end(status) {
  releaseLock(LOCK);
  process.exitCode ??= status;
}

/** By the same rule as make. */
function isInstalled() {
  try {
    return statSync(NOTE).mtimeMs >= statSync("package-lock.json").mtimeMs;
  } catch {
    return false;
  }
}
