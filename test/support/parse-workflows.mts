import { readFileSync } from "node:fs";
import { NoOperationTraceWriter, parseWorkflow } from "@actions/workflow-parser";

/**
 * Holds workflow files to GitHub's own schema, expressions included, and prints what is wrong with them as JSON: a list
 * by path. A program of its own, because the parser is an ES module and jest loads CommonJS.
 */
const faults = process.argv.slice(2).map((path) => {
  const file = { name: path, content: readFileSync(path, "utf8") };
  const { context } = parseWorkflow(file, new NoOperationTraceWriter());
  return [path, context.errors.getErrors().map(String)];
});
process.stdout.write(`${JSON.stringify(Object.fromEntries(faults))}\n`);
