const fastCheck = require("../../node_modules/fast-check/lib/cjs/fast-check.js");

/*
 * What tests get for `fast-check`: every law runs a tenth of its cases in `make test`, with cases of its own each time,
 * and all of them in `make test-deep` (LAWS=full). JavaScript, so that the types of a test stay those of fast-check.
 */

/** What fast-check runs if a law names no number. */
const DEFAULT_RUNS = 100;
const FEWEST_RUNS = 5;

/** @param {number} full @returns {number} how many cases run */
function runsOf(full) {
  return process.env.LAWS === "full" ? full : Math.min(full, Math.max(FEWEST_RUNS, Math.ceil(full / 10)));
}

/** As fast-check's own; a law that is run again by its seed and path keeps them. */
function assert(property, parameters = {}) {
  return fastCheck.assert(property, {
    ...parameters,
    numRuns: runsOf(parameters.numRuns ?? DEFAULT_RUNS),
  });
}

const laws = { ...fastCheck, assert };
module.exports = { ...laws, default: laws, __esModule: true };
