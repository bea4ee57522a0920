/**
 * Stands in a Lambda's bundle for `node:process` as an ES module, which evaluates every export, and so opens standard
 * input and output: 3 ms of a cold start.
 */
export const { env, versions } = process;
