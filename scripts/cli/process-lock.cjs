const { mkdirSync, readlinkSync, rmdirSync, symlinkSync, unlinkSync } = require("node:fs");

/*
 * A lock between the processes of this machine: a symbolic link whose target is the process id of its holder. Making a
 * link is a single step that fails if the link exists. This is JavaScript because make needs it before any package is
 * installed.
 */

/** The locks that this process holds. A lock with its id that is not among them is from before a crash: ids are reused. */
const held = new Set();

/**
 * Takes a lock, also from a holder that has ended without releasing it.
 *
 * @param {string} path - in an existing folder
 * @returns {boolean} whether this process now holds the lock
 */
function takeLock(path) {
  do {
    try {
      symlinkSync(String(process.pid), path);
      held.add(path);
      return true;
    } catch (error) {
      if (error.code !== "EEXIST") throw error;
    }
  } while (removeDead(path));
  return false;
}

/** Releases a lock. A lock of another process stays. @param {string} path */
function releaseLock(path) {
  if (held.delete(path) && targetOf(path) === String(process.pid)) unlinkSync(path);
}

/**
 * The process that holds a lock.
 *
 * @param {string} path
 * @returns {number | undefined} undefined if there is no lock, or its process has ended
 */
function lockHolder(path) {
  const target = targetOf(path);
  return target !== undefined && isHeld(path, target) ? Number(target) : undefined;
}

module.exports = { lockHolder, releaseLock, takeLock };

function targetOf(path) {
  try {
    return readlinkSync(path);
  } catch (error) {
    if (error.code === "ENOENT") return undefined;
    // A file at this path is not a lock.
    if (error.code === "EINVAL") return "";
    throw error;
  }
}

function isHeld(path, target) {
  if (!/^[1-9]\d{0,9}$/.test(target)) return false;
  if (target === String(process.pid)) return held.has(path);
  try {
    process.kill(Number(target), 0);
    return true;
  } catch (error) {
    // EPERM: the process exists and belongs to another user.
    return error.code === "EPERM";
  }
}

/**
 * Removes the lock of a process that has ended. Only one process at a time does this: a second one would remove the lock
 * that a third has taken in between.
 * @returns {boolean} whether to try again
 */
function removeDead(path) {
  const guard = `${path}.removing`;
  try {
    mkdirSync(guard);
  } catch (error) {
    if (error.code !== "EEXIST") throw error;
    return false;
  }
  try {
    const target = targetOf(path);
    if (target !== undefined && isHeld(path, target)) return false;
    if (target !== undefined) unlinkSync(path);
    return true;
  } finally {
    rmdirSync(guard);
  }
}
