const { spawn } = require("node:child_process");
const { existsSync, mkdirSync, statSync, utimesSync } = require("node:fs");
const { lockHolder, releaseLock, takeLock } = require("./cli/process-lock.cjs");

/*
 * Installs the packages, for make: one installation at a time in a folder, since each begins by deleting what is there.
 * What another make has installed meanwhile is not installed again. It needs no package itself.
 */

const LOCK = ".local/installing";
/** npm writes it last. */
const NOTE = "node_modules/.package-lock.json";
const INSTALL = ["ci", "--no-fund", "--no-audit", "--include=dev", "--include=optional"];
const PAUSE_MILLISECONDS = 100;

wait(false);

function wait(isTold) {
  try {
    if (!existsSync(".local")) mkdirSync(".local", { mode: 0o700 });
    if (takeLock(LOCK)) return isInstalled() ? end(0) : install();
  } catch (error) {
    process.stderr.write(`the packages cannot be installed: ${error.message}\n`);
    return end(2);
  }
  if (!isTold) {
    process.stderr.write(
      `waiting for process ${lockHolder(LOCK) ?? "?"}, which installs the packages; if it does not, remove ${LOCK}\n`,
    );
  }
  setTimeout(wait, PAUSE_MILLISECONDS, true);
}

function install() {
  const npm = spawn("npm", INSTALL, { stdio: "inherit" });
  // npm gets the signal of Ctrl-C as well; the lock is given back when it has ended.
  for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"]) process.on(signal, () => npm.kill(signal));
  npm.on("error", (error) => {
    process.stderr.write(`npm does not start (${error.code}): install Node.js with npm\n`);
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

/** As make sees it. */
function isInstalled() {
  try {
    return statSync(NOTE).mtimeMs >= statSync("package-lock.json").mtimeMs;
  } catch {
    return false;
  }
}
