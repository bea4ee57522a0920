/*
 * What tests get for CDKTF's `captureStackTrace`: nothing. CDKTF keeps a stack for every token, to show it in an error
 * about that token, and jest maps each line of it to its source. No stack is in what is synthesized.
 */

/** @returns {string[]} */
exports.captureStackTrace = () => [];
/** As cdktn asks for it, which continues CDKTF. */
exports.captureCreationStack = exports.captureStackTrace;
