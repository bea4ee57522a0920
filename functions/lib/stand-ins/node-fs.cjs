// Stands in a Lambda's bundle for `node:fs` as an ES module, which evaluates every export, and so loads its promises
// and streams: 3 ms of a cold start.
module.exports = process.getBuiltinModule("node:fs");
